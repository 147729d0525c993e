// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OrbitRecording: where the bodies of a simulation scenario go, thinned to what a picture needs. Computed
// beside the measurement and never timed. A value, shared read-only.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/workloads/scenario.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace perihelion {

enum class OrbitBodyKind { Star, Rocky, Gas, Belt };

struct OrbitBody {
    QString name;
    OrbitBodyKind kind = OrbitBodyKind::Rocky;
    double radius = 3; ///< As drawn, pixels.
};

struct OrbitRecording {
    /// More bodies than this, or more work than a person waits for, are not computed for a picture.
    static constexpr std::size_t kMostBodies = 1'200;
    static constexpr double kMostPairs = 4e9;

    std::vector<OrbitBody> bodies; ///< The star first.
    std::vector<double> times;     ///< Of the samples, s.
    std::vector<float> x;          ///< AU; all bodies of a sample side by side.
    std::vector<float> y;
    double dt = 0;
    std::size_t steps = 0;
    double energyDrift = 0; ///< |ΔE/E| from first to last step.

    std::size_t samples() const { return times.size(); }
    /// The greatest distance from the centre at the start, AU.
    double startRadius() const;

    /// Simulates a scenario of the workload "simulation". Errors: those of the simulation, Cancelled,
    /// TooLarge (too much to draw).
    static Result<std::shared_ptr<const OrbitRecording>> of(const Scenario& scenario,
                                                            const CancelToken& cancel);
};

} // namespace perihelion
