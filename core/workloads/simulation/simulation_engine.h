// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SimulationEngine: moves the bodies of a request and records where they go. start() prepares what no phase
// shall contain, run() is the physics, quality() looks back. Keeps its memory for the next request; one
// thread at a time, which may let a pool help.

#include "core/workloads/simulation/gravity_field.h"
#include "core/workloads/simulation/trajectory.h"

#include <optional>

namespace perihelion {

class SimulationEngine {
public:
    explicit SimulationEngine(DecodePool* pool = nullptr) : m_pool(pool) {}

    /// Checks the request and sets bodies and trajectory up. Errors as SimulationRequest::check.
    Result<void> start(const SimulationRequest& request, SimdLevel simd = bestSimdLevel(),
                       const CancelToken& cancel = {});
    /// Simulates. Error Cancelled within 100 ms of a cancel.
    Result<void> run(const CancelToken& cancel);
    /// After run(). Error Cancelled.
    Result<SimulationQuality> quality(const CancelToken& cancel);

    const SimulationRequest& request() const { return m_request; }
    const Trajectory& trajectory() const { return m_trajectory; }
    const BodyArrays& bodies() const { return m_bodies; }

private:
    Result<void> runAccurate(const CancelToken& cancel);
    Result<void> runParity(const CancelToken& cancel);

    DecodePool* m_pool;
    SimulationRequest m_request;
    BodyArrays m_bodies;
    std::optional<GravityField> m_field;
    ConservedQuantities m_before;
    Trajectory m_trajectory;
};

} // namespace perihelion
