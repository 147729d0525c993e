// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BodyArrays: positions, velocities, accelerations and masses of all bodies, one array per coordinate, padded
// for vector loads. Body 0 is the star, then the planets, then the belt. A value; one thread at a time.

#include "core/workloads/simulation/planet_system.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace perihelion {

class BodyArrays {
public:
    /// Up to here the positions are kept more than once in a row, see PairKernels::rotate.
    static constexpr std::size_t kRotationLimit = 64;
    static constexpr std::size_t kLanes = 16;

    BodyArrays() = default;
    explicit BodyArrays(std::size_t bodies);
    /// The system's bodies and a belt of so many small ones beyond the outermost planet of the built-in
    /// series (2.2 to 3.4 AU, circular, a tenth of a mass unit in all), the same at every call.
    static BodyArrays of(const PlanetSystem& system, std::size_t beltBodies = 0);

    std::size_t count() const { return m_count; }
    /// Mass is in mass units; stored is G·mass.
    void set(std::size_t body, double mass, const BodyStart& start);
    BodyStart at(std::size_t body) const;
    double mass(std::size_t body) const { return gm[body] / kGravity; }
    /// Writes the repeated positions again; needed after positions were set by hand.
    void repeat();

    std::vector<double> x, y, z, gm;
    std::vector<double> vx, vy, vz;
    std::vector<double> ax, ay, az;
    std::vector<double> scratch; ///< Of the rotation kernel.

private:
    std::size_t m_count = 0;
};

/// Numbers from 0 to below 1, the same on every machine (SplitMix64).
class EvenRandom {
public:
    explicit EvenRandom(std::uint64_t seed) : m_state(seed) {}
    double next();

private:
    std::uint64_t m_state;
};

} // namespace perihelion
