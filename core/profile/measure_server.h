// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The process that measures: reads what the asker says (measure_protocol.h), runs the workload and times it.
// Called by `perihelion-cli measure`, in the main thread.

#include "core/base/units.h"
#include "core/jobs/cancel_token.h"
#include "core/workloads/workload_registry.h"

#include <QString>

namespace perihelion {

/// Which program measures.
struct MeasuringProgram {
    QString version;
    QString commit; ///< Of the sources it was built from; empty when unknown.
    bool dirty = false;
    Nanoseconds began{0}; ///< Monotonic time at which its own code first ran.
};

/// Now on the clock that all processes share.
Nanoseconds monotonicNow();

/// Serves until the input ends; returns the exit status (0, or 1 when the asker was not understood or the
/// output cannot be written). input and output are file descriptors that nobody else uses.
int serveMeasurements(const WorkloadRegistry& registry, const MeasuringProgram& program, int input,
                      int output, const CancelToken& cancel);

} // namespace perihelion
