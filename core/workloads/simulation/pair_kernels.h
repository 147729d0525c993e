// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PairKernels: the inner loops of the simulation, once for every SimdLevel and chosen at run time. Plain
// functions over plain arrays; no allocation, no state, any thread.

#include "core/workloads/simulation/body_arrays.h"
#include "core/workloads/simulation/simd_level.h"

#include <cstddef>

namespace perihelion {

/// BodyArrays as the kernels see them.
struct BodyView {
    std::size_t count = 0;
    std::size_t places = 0; ///< Of x, y, z, gm; more than the padded count where positions are repeated.
    std::size_t scratchStride = 0;
    double* x = nullptr;
    double* y = nullptr;
    double* z = nullptr;
    double* gm = nullptr;
    double* vx = nullptr;
    double* vy = nullptr;
    double* vz = nullptr;
    double* ax = nullptr;
    double* ay = nullptr;
    double* az = nullptr;
    double* scratch = nullptr;
    double softening2 = 0; ///< Square of the softening length.

    static BodyView of(BodyArrays& bodies, double softening);
};

/// Sources of one group of the tree, relative to its centre. Padded to kLanes with sources without mass.
/// Point sources have x, y, z, m; cells also the six moments of their traceless quadrupole.
struct TreeSources {
    std::size_t count = 0;
    const float* x = nullptr;
    const float* y = nullptr;
    const float* z = nullptr;
    const float* m = nullptr;
    const float* quadrupole[6] = {}; ///< xx, xy, xz, yy, yz, zz.
};

/// Bodies of the group, relative to its centre, and what acts on them; padded to four with copies.
struct TreeTargets {
    std::size_t count = 0;
    const float* x = nullptr;
    const float* y = nullptr;
    const float* z = nullptr;
    float* ax = nullptr; ///< Added to.
    float* ay = nullptr;
    float* az = nullptr;
    float* potential = nullptr; ///< Added to; negative.
    float softening2 = 0;
};

struct PairKernels {
    SimdLevel level = SimdLevel::Baseline;
    /// v += kick·a, then x += drift·v, and the repeated positions again.
    void (*kickDrift)(const BodyView& bodies, double kick, double drift) = nullptr;
    /// Accelerations of up to kRotationLimit bodies, each pair once. Body i meets body i + k for every k up
    /// to count/2: with the positions repeated behind the last body that is one load at any place, and what
    /// the partner gets is kept in a row for k that a second pass takes off, shifted by k.
    void (*rotate)(const BodyView& bodies) = nullptr;
    /// Accelerations of bodies [first, last) by all, each pair twice; for any number of bodies.
    void (*rows)(const BodyView& bodies, std::size_t first, std::size_t last) = nullptr;
    /// Single bodies acting on a group; one at no distance is skipped.
    void (*points)(const TreeSources& sources, const TreeTargets& targets) = nullptr;
    /// Far cells acting on a group, by mass and quadrupole.
    void (*cells)(const TreeSources& sources, const TreeTargets& targets) = nullptr;
};

/// The kernels of a level; of a lower one where the processor or the build has no such level.
const PairKernels& pairKernels(SimdLevel level);

namespace detail {

const PairKernels& baselineKernels();
const PairKernels* avx2Kernels();   ///< Null where this build has none.
const PairKernels* avx512Kernels(); ///< Likewise.

} // namespace detail

} // namespace perihelion
