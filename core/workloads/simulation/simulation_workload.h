// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SimulationWorkload: the planetary simulation as something to profile: physics, music, payload, gzip and
// the way back. Keeps its memory and its threads between runs, which is what warm means here.

#include "core/workloads/simulation/orbit_music.h"
#include "core/workloads/simulation/simulation_engine.h"
#include "core/workloads/simulation/simulation_payload.h"
#include "core/workloads/workload.h"

#include <memory>
#include <optional>

namespace perihelion {

/// A scenario's values as the simulation takes them.
struct SimulationPlan {
    SimulationRequest request;
    PayloadOptions payload;
    int gzipLevel = 1;
    std::size_t threads = 0; ///< 0: one per core.

    /// Error InvalidArgument or TooLarge: what cannot be simulated.
    static Result<SimulationPlan> fromScenario(const Scenario& scenario);
};

class SimulationWorkload : public Workload {
public:
    /// Places in phases(), which are the timer's ids.
    enum Phase { Physics, Music, Stats, Orbits, Pads, Serialize, Gzip, Decode };

    SimulationWorkload();
    ~SimulationWorkload() override;

    QString name() const override;
    int version() const override { return 1; }
    QString description() const override;
    std::vector<PhaseSpec> phases() const override;
    std::vector<ParameterSpec> parameters() const override;
    QString defaultScenario() const override;

    Result<QJsonValue> checkStructure(const QString& parameter, const QJsonValue& value) const override;
    Result<void> check(const Scenario& scenario) const override;
    Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                               const CancelToken& cancel) override;

    // Of the last run that succeeded; for drawing, playing and export.
    const SimulationRequest& request() const { return m_engine->request(); }
    const Trajectory& trajectory() const { return m_engine->trajectory(); }
    const std::vector<MusicEvent>& events() const { return m_events; }
    const SimulationPayload& payload() const { return m_payload; }

private:
    Result<void> timedPhases(const SimulationPlan& plan, PhaseTimer& timer, const CancelToken& cancel);

    std::unique_ptr<DecodePool> m_pool;
    std::size_t m_threads = 0;
    std::unique_ptr<SimulationEngine> m_engine;
    std::vector<MusicEvent> m_events;
    SimulationPayload m_payload;
};

} // namespace perihelion
