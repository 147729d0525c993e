// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/orbit_score.h"

#include "core/jobs/decode_pool.h"
#include "core/workloads/simulation/simulation_workload.h"

#include <algorithm>

namespace perihelion {

namespace {

int countNoteOns(const std::vector<MusicEvent>& events, bool pads)
{
    return static_cast<int>(std::count_if(events.begin(), events.end(), [pads](const MusicEvent& event) {
        return event.on && event.pad == pads;
    }));
}

Error noMusic(const QString& sentence)
{
    return {ErrorCode::InvalidArgument, sentence, QString()};
}

} // namespace

int OrbitScore::notes() const
{
    return countNoteOns(events, false);
}

int OrbitScore::pads() const
{
    return countNoteOns(events, true);
}

Result<OrbitScore> OrbitScore::of(const Scenario& scenario, const CancelToken& cancel)
{
    if (scenario.workload() != u"simulation") {
        return noMusic(QString(u"Only the workload simulation plays music, not " % scenario.workload()));
    }
    Result<SimulationPlan> plan = SimulationPlan::fromScenario(scenario);
    if (!plan) {
        return plan.error();
    }
    SimulationRequest request = plan->request;
    if (request.system.planets.empty()) {
        return noMusic(QString(scenario.name() % u" has no planets that could play"));
    }
    request.maxSamples = 2; // Music is made at full rate all the same.
    DecodePool pool(request.bodies() <= BodyArrays::kRotationLimit ? 1 : plan->threads);
    SimulationEngine engine(&pool);
    if (const Result<void> started = engine.start(request, bestSimdLevel(), cancel); !started) {
        return started.error();
    }
    if (const Result<void> moved = engine.run(cancel); !moved) {
        return moved.error();
    }
    OrbitScore score;
    score.title = scenario.name();
    score.duration = request.duration;
    const std::vector<PlanetStats> stats = planetStats(request, engine.trajectory(), cancel);
    orbitEvents(request, engine.trajectory(), stats, score.events, cancel);
    velocityPads(request, engine.trajectory(), stats, score.events, cancel);
    sortEvents(score.events);
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Making the music was cancelled"), QString()};
    }
    return score;
}

} // namespace perihelion
