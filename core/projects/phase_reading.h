// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a command said of its phases: lines of standard output, events, and the files it wrote. Pure, but for
// reading those files.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/projects/command_process.h"
#include "core/projects/command_spec.h"
#include "core/workloads/workload.h"

namespace perihelion {

/// Phases and metrics, in the order in which they came; times of the same phase are summed. Error Corrupt,
/// NotFound, Io: nothing was said, or something that cannot be understood.
Result<WorkloadResult> readPhases(const CommandSpec& spec, const CommandOutcome& outcome,
                                  const CancelToken& cancel);

} // namespace perihelion
