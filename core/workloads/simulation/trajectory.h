// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SimulationRequest: what is simulated and what of it is told. Trajectory: where the bodies went. Both
// values; a trajectory keeps its memory when it is filled again.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/workloads/simulation/planet_system.h"

#include <cstddef>
#include <vector>

namespace perihelion {

class DecodePool;

enum class SimulationMode {
    Accurate, ///< Leapfrog, softening, all pairs.
    Parity,   ///< The rules of the earlier profiler, its force cut and first-order steps included.
};

struct SimulationRequest {
    /// Places (bodies × samples) that a trajectory may hold.
    static constexpr double kMostPlaces = 2e8;
    static constexpr double kMostSteps = 1e8;

    SimulationMode mode = SimulationMode::Accurate;
    PlanetSystem system;
    std::size_t beltBodies = 0;
    double duration = 20; ///< s.
    double dt = 0.05;     ///< s, between full-rate samples.
    int substeps = 1;     ///< Steps of the integrator in each dt. Accurate mode only, as what follows.
    int order = 2;        ///< 2, 4 or 6.
    double softening = 0; ///< AU.
    double theta = 0.7;
    std::size_t treeAbove = 600;
    std::size_t maxSamples = 0; ///< Samples returned; 0: all. Music is made at full rate all the same.

    std::size_t bodies() const { return 1 + system.planets.size() + beltBodies; }
    /// Star and planets, the bodies that music follows at full rate.
    std::size_t tracked() const { return 1 + system.planets.size(); }
    std::size_t steps() const;

    /// One sentence on the first value that cannot be simulated. Error InvalidArgument or TooLarge.
    Result<void> check() const;
};

/// How good a run was.
struct SimulationQuality {
    double energyDrift = 0;          ///< |ΔE/E| from first to last step.
    double angularMomentumDrift = 0; ///< |ΔL/L|.
};

/// Rows of x, y and z, all bodies of a sample side by side.
struct SampleRow {
    const double* x = nullptr;
    const double* y = nullptr;
    const double* z = nullptr;
};

class Trajectory {
public:
    std::size_t bodies() const { return m_bodies; }
    std::size_t tracked() const { return m_tracked; }
    std::size_t steps() const { return m_steps; }
    double dt() const { return m_dt; }

    /// Star and planets after a step; 0 is the start, steps() the end.
    SampleRow track(std::size_t step) const { return row(m_track, step, m_tracked); }
    /// Samples as returned, of all bodies.
    std::size_t samples() const { return m_sampleSteps.size(); }
    std::size_t stepOf(std::size_t sample) const { return m_sampleSteps[sample]; }
    double timeOf(std::size_t sample) const { return static_cast<double>(m_sampleSteps[sample]) * m_dt; }
    SampleRow sample(std::size_t index) const
    {
        return m_bodies == m_tracked ? track(m_sampleSteps[index]) : row(m_samples, index, m_bodies);
    }

    /// Makes room for a request, and decides which steps are returned: the first, the last, and the rest
    /// evenly between.
    void prepare(const SimulationRequest& request);
    void record(std::size_t step, const double* x, const double* y, const double* z);

private:
    static SampleRow row(const std::vector<double>& places, std::size_t index, std::size_t bodies)
    {
        const double* first = places.data() + index * 3 * bodies;
        return {first, first + bodies, first + 2 * bodies};
    }

    std::size_t m_bodies = 0;
    std::size_t m_tracked = 0;
    std::size_t m_steps = 0;
    double m_dt = 0;
    std::vector<double> m_track;
    std::vector<double> m_samples;
    std::vector<std::size_t> m_sampleSteps;
    std::size_t m_nextSample = 0;
};

} // namespace perihelion
