// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OrbitScore: the music of a scenario by itself, for export and for playing: the scenario is simulated, and
// nothing of it is timed or kept but its notes. A value; made in any thread.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/workloads/scenario.h"
#include "core/workloads/simulation/orbit_music.h"

#include <QString>

#include <vector>

namespace perihelion {

struct OrbitScore {
    QString title;                  ///< The scenario's name.
    double duration = 0;            ///< s.
    std::vector<MusicEvent> events; ///< By time.

    int notes() const; ///< Note-ons of rocky planets.
    int pads() const;  ///< Note-ons of gas giants.

    /// Simulates a scenario of the workload "simulation", whatever its output is. Errors: those of the
    /// simulation, Cancelled, InvalidArgument (another workload, or no planets that could play).
    static Result<OrbitScore> of(const Scenario& scenario, const CancelToken& cancel);
};

} // namespace perihelion
