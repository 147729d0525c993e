// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// GravityField: what the bodies do to each other: by turning rows for few, by direct sum for more, by the
// tree for many. Leapfrog: moves them, kick-drift-kick, with order 4 and 6 composed of it. One thread at a
// time; a pool may help the field.

#include "core/jobs/cancel_token.h"
#include "core/workloads/simulation/body_arrays.h"
#include "core/workloads/simulation/gravity_tree.h"
#include "core/workloads/simulation/pair_kernels.h"

#include <span>

namespace perihelion {

class GravityField {
public:
    explicit GravityField(const GravityOptions& options, DecodePool* pool = nullptr)
        : m_options(options),
          m_kernels(pairKernels(options.simd)),
          m_pool(pool)
    {
    }

    const GravityOptions& options() const { return m_options; }
    const PairKernels& kernels() const { return m_kernels; }

    /// Sets ax, ay, az. Incomplete after a cancel.
    void accelerate(BodyArrays& bodies, const CancelToken& cancel);
    /// Potential of every body per unit of its mass, negative; by direct sum or by the tree, as the forces.
    std::vector<double> potentials(BodyArrays& bodies, const CancelToken& cancel);

private:
    GravityOptions m_options;
    const PairKernels& m_kernels;
    DecodePool* m_pool;
    GravityTree m_tree;
};

/// What must not change while bodies move, and by how much it did.
struct ConservedQuantities {
    double energy = 0;
    double angularMomentum[3] = {}; ///< About the origin.

    static ConservedQuantities of(BodyArrays& bodies, GravityField& field, const CancelToken& cancel);
    /// |E − E₀| / |E₀|.
    double energyDrift(const ConservedQuantities& start) const;
    /// |L − L₀| / |L₀|.
    double angularMomentumDrift(const ConservedQuantities& start) const;
};

class Leapfrog {
public:
    /// order: 2, 4 or 6; step may be negative. Both bodies and field stay where they are while it exists.
    Leapfrog(BodyArrays& bodies, GravityField& field, int order, double step);

    /// Force evaluations of one step of an order: 1, 5 (Suzuki 1990) or 9 (Kahan and Li 1997).
    static std::size_t stages(int order);

    /// One step. Positions are those of the new time; velocities lag by half a kick until synchronise().
    void step(const CancelToken& cancel);
    void synchronise();

private:
    BodyArrays& m_bodies;
    GravityField& m_field;
    std::span<const double> m_stages;
    double m_step;
    double m_pendingKick = 0; ///< Time that the velocities have still to be kicked for.
    bool m_started = false;
};

} // namespace perihelion
