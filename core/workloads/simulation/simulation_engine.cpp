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

/// The earlier forces: star and planet always, planets among themselves within the cut (measured in the
/// plane), without softening; bodies at one place are skipped.
void parityForces(BodyArrays& b)
{
    const std::size_t count = b.count();
    std::fill(b.ax.begin(), b.ax.end(), 0.0);
    std::fill(b.ay.begin(), b.ay.end(), 0.0);
    std::fill(b.az.begin(), b.az.end(), 0.0);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = i + 1; j < count; ++j) {
            const double dx = b.x[j] - b.x[i];
            const double dy = b.y[j] - b.y[i];
            const double dz = b.z[j] - b.z[i];
            if (i > 0 && dx * dx + dy * dy > kParityCut * kParityCut) {
                continue;
            }
            const double square = dx * dx + dy * dy + dz * dz;
            if (square == 0) {
                continue;
            }
            const double p = 1.0 / (square * std::sqrt(square));
            b.ax[i] += b.gm[j] * p * dx;
            b.ay[i] += b.gm[j] * p * dy;
            b.az[i] += b.gm[j] * p * dz;
            b.ax[j] -= b.gm[i] * p * dx;
            b.ay[j] -= b.gm[i] * p * dy;
            b.az[j] -= b.gm[i] * p * dz;
        }
    }
}

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
    const BodyView view = BodyView::of(m_bodies, 0.0);
    for (std::size_t step = 1; step <= steps; ++step) {
        if (step % 8 == 0 && cancel.isCancelled()) {
            return simulationCancelled();
        }
        parityForces(m_bodies);
        m_field->kernels().kickDrift(view, m_request.dt, m_request.dt);
        m_trajectory.record(step, m_bodies.x.data(), m_bodies.y.data(), m_bodies.z.data());
    }
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
