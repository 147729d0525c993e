// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/orbit_recording.h"

#include "core/workloads/simulation/simulation_workload.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr std::size_t kSamples = 1'500;

std::vector<OrbitBody> bodiesOf(const SimulationRequest& request)
{
    std::vector<OrbitBody> bodies{
        {QStringLiteral("Star"), OrbitBodyKind::Star, std::min(request.system.star.radius, 12.0)}};
    for (const Planet& planet : request.system.planets) {
        bodies.push_back({planet.name,
                          planet.kind == PlanetKind::Gas ? OrbitBodyKind::Gas : OrbitBodyKind::Rocky,
                          std::clamp(planet.radius * 0.6, 2.0, 8.0)});
    }
    for (std::size_t body = 0; body < request.beltBodies; ++body) {
        bodies.push_back({QStringLiteral("Belt %1").arg(body + 1), OrbitBodyKind::Belt, 1.0});
    }
    return bodies;
}

} // namespace

double OrbitRecording::startRadius() const
{
    double radius = 0;
    for (std::size_t body = 0; body < bodies.size() && !times.empty(); ++body) {
        radius = std::max(
            radius, std::hypot(static_cast<double>(x[body] - x[0]), static_cast<double>(y[body] - y[0])));
    }
    return radius;
}

Result<std::shared_ptr<const OrbitRecording>> OrbitRecording::of(const Scenario& scenario,
                                                                 const CancelToken& cancel)
{
    Result<SimulationPlan> plan = SimulationPlan::fromScenario(scenario);
    if (!plan) {
        return plan.error();
    }
    SimulationRequest request = plan->request;
    const auto bodies = static_cast<double>(request.bodies());
    const double pairs = bodies * bodies * static_cast<double>(request.steps()) * request.substeps;
    if (request.bodies() > kMostBodies || pairs > kMostPairs) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("%1 bodies over %2 steps are measured, but too many to draw")
                         .arg(request.bodies())
                         .arg(request.steps()),
                     QString()};
    }
    request.maxSamples = kSamples;
    SimulationEngine engine;
    if (const Result<void> started = engine.start(request, bestSimdLevel(), cancel); !started) {
        return started.error();
    }
    if (const Result<void> done = engine.run(cancel); !done) {
        return done.error();
    }
    const Result<SimulationQuality> quality = engine.quality(cancel);
    if (!quality) {
        return quality.error();
    }
    const Trajectory& went = engine.trajectory();
    auto recording = std::make_shared<OrbitRecording>();
    recording->bodies = bodiesOf(request);
    recording->dt = request.dt;
    recording->steps = went.steps();
    recording->energyDrift = quality->energyDrift;
    recording->x.reserve(went.samples() * went.bodies());
    recording->y.reserve(went.samples() * went.bodies());
    for (std::size_t sample = 0; sample < went.samples(); ++sample) {
        const SampleRow row = went.sample(sample);
        recording->times.push_back(went.timeOf(sample));
        for (std::size_t body = 0; body < went.bodies(); ++body) {
            recording->x.push_back(static_cast<float>(row.x[body]));
            recording->y.push_back(static_cast<float>(row.y[body]));
        }
    }
    return std::shared_ptr<const OrbitRecording>(std::move(recording));
}

} // namespace perihelion
