// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/simulation_engine.h"

#include "core/jobs/decode_pool.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr double kParityCut = 1.0; // AU; beyond it planets do not feel each other.

Error simulationCancelled()
{
    return {ErrorCode::Cancelled, QStringLiteral("Simulating the system was cancelled"), QString()};
}

/// The earlier step: star and planet always, planets among themselves within the cut (measured in the plane),
/// without softening; bodies at one place are skipped. A chaotic system tells apart even the last bit, so
/// that forces, their order and every rounding are the earlier ones: the size of the force between two, then
/// its parts along the axes, summed pair by pair; first all speeds and places of a body, then the next.
class ParitySteps {
public:
    explicit ParitySteps(const SimulationRequest& request, BodyArrays& bodies) : m_bodies(bodies)
    {
        m_masses.push_back(request.system.star.mass * kSolarMass);
        for (const Planet& planet : request.system.planets) {
            m_masses.push_back(planet.mass);
        }
        for (std::size_t body = m_masses.size(); body < bodies.count(); ++body) {
            m_masses.push_back(bodies.mass(body));
        }
    }

    void step(double dt)
    {
        sumForces();
        BodyArrays& b = m_bodies;
        for (std::size_t i = 0; i < b.count(); ++i) {
            b.vx[i] += b.ax[i] / m_masses[i] * dt;
            b.vy[i] += b.ay[i] / m_masses[i] * dt;
            b.vz[i] += b.az[i] / m_masses[i] * dt;
            b.x[i] += b.vx[i] * dt;
            b.y[i] += b.vy[i] * dt;
            b.z[i] += b.vz[i] * dt;
        }
    }

private:
    /// The arrays of accelerations hold forces meanwhile.
    void sumForces()
    {
        BodyArrays& b = m_bodies;
        std::fill(b.ax.begin(), b.ax.end(), 0.0);
        std::fill(b.ay.begin(), b.ay.end(), 0.0);
        std::fill(b.az.begin(), b.az.end(), 0.0);
        for (std::size_t i = 0; i < b.count(); ++i) {
            for (std::size_t j = i + 1; j < b.count(); ++j) {
                const double dx = b.x[j] - b.x[i];
                const double dy = b.y[j] - b.y[i];
                const double dz = b.z[j] - b.z[i];
                if (i > 0 && std::sqrt(dx * dx + dy * dy) > kParityCut) {
                    continue;
                }
                const double distance = std::sqrt(dx * dx + dy * dy + dz * dz);
                if (distance == 0) {
                    continue;
                }
                const double force = b.gm[i] * m_masses[j] / (distance * distance);
                const double fx = force * (dx / distance);
                const double fy = force * (dy / distance);
                const double fz = force * (dz / distance);
                b.ax[i] += fx;
                b.ay[i] += fy;
                b.az[i] += fz;
                b.ax[j] -= fx;
                b.ay[j] -= fy;
                b.az[j] -= fz;
            }
        }
    }

    BodyArrays& m_bodies;
    std::vector<double> m_masses;
};

} // namespace

Result<void> SimulationEngine::start(const SimulationRequest& request, SimdLevel simd,
                                     const CancelToken& cancel)
{
    if (const Result<void> possible = request.check(); !possible) {
        return possible.error();
    }
    m_request = request;
    m_bodies = BodyArrays::of(request.system, request.beltBodies);
    GravityOptions options;
    options.softening = request.mode == SimulationMode::Parity ? 0.0 : request.softening;
    options.theta = request.theta;
    options.treeAbove = request.treeAbove;
    options.simd = simd;
    m_field.emplace(options, m_pool);
    m_before = ConservedQuantities::of(m_bodies, *m_field, cancel);
    m_trajectory.prepare(request);
    return cancel.isCancelled() ? Result<void>(simulationCancelled()) : Result<void>();
}

Result<void> SimulationEngine::run(const CancelToken& cancel)
{
    m_trajectory.record(0, m_bodies.x.data(), m_bodies.y.data(), m_bodies.z.data());
    return m_request.mode == SimulationMode::Parity ? runParity(cancel) : runAccurate(cancel);
}

Result<void> SimulationEngine::runAccurate(const CancelToken& cancel)
{
    const std::size_t steps = m_request.steps();
    // With few bodies a look at the token is not cheap beside a step.
    const std::size_t looks = m_bodies.count() <= BodyArrays::kRotationLimit ? 64 : 1;
    Leapfrog leapfrog(m_bodies, *m_field, m_request.order, m_request.dt / m_request.substeps);
    std::size_t untilLook = looks;
    for (std::size_t step = 1; step <= steps; ++step) {
        for (int substep = 0; substep < m_request.substeps; ++substep) {
            leapfrog.step(cancel);
            if (--untilLook == 0) {
                untilLook = looks;
                if (cancel.isCancelled()) {
                    return simulationCancelled();
                }
            }
        }
        m_trajectory.record(step, m_bodies.x.data(), m_bodies.y.data(), m_bodies.z.data());
    }
    leapfrog.synchronise();
    return cancel.isCancelled() ? Result<void>(simulationCancelled()) : Result<void>();
}

Result<void> SimulationEngine::runParity(const CancelToken& cancel)
{
    const std::size_t steps = m_request.steps();
    ParitySteps parity(m_request, m_bodies);
    for (std::size_t step = 1; step <= steps; ++step) {
        if (step % 8 == 0 && cancel.isCancelled()) {
            return simulationCancelled();
        }
        parity.step(m_request.dt);
        m_trajectory.record(step, m_bodies.x.data(), m_bodies.y.data(), m_bodies.z.data());
    }
    m_bodies.repeat();
    return {};
}

Result<SimulationQuality> SimulationEngine::quality(const CancelToken& cancel)
{
    const ConservedQuantities after = ConservedQuantities::of(m_bodies, *m_field, cancel);
    if (cancel.isCancelled()) {
        return simulationCancelled();
    }
    return SimulationQuality{after.energyDrift(m_before), after.angularMomentumDrift(m_before)};
}

} // namespace perihelion
