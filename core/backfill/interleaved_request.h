// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// InterleavedRequest: which two commits of a project shall be measured in turn, what at them and how often;
// and why that cannot be done with two runs. Made without touching anything. Values.

#include "core/base/result.h"
#include "core/git/commit_history.h"
#include "core/jobs/cancel_token.h"
#include "core/projects/project.h"
#include "core/runs/compared_runs.h"
#include "core/stats/paired_comparison.h"
#include "core/workloads/scenario.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace perihelion {

/// One of the two commits.
struct InterleavedSide {
    Commit commit;
    QString branch; ///< That the run is stored with; empty where none is known.
};

struct InterleavedWorkload {
    Scenario scenario; ///< Of the project's own workloads.
    RunPlan round;     ///< Of one side of a round: at most one cold and one warm process.
};

struct InterleavedRequest {
    InterleavedSide a;
    InterleavedSide b;
    std::vector<InterleavedWorkload> workloads; ///< At least one; one after the other.
    std::size_t rounds = kDefaultRounds;
    double floor = 0.02;    ///< Relative change that is still none.
    std::uint64_t seed = 0; ///< Of the draws of interleavedOrder().
};

/// What a plan asks of each process: a cold one where it has cold runs, a warm one with as many warm-ups and
/// iterations as each of its warm processes.
RunPlan roundOf(const RunPlan& plan);

/// Whether the commits of two runs can be built and measured again here at all. Error InvalidArgument: one
/// sentence that says why not (imported, uncommitted changes, one commit, Perihelion itself …).
Result<void> canMeasureAgain(const RunRecord& a, const RunRecord& b);

/// Measures again what was compared, with the settings of the runs. pairs: at least one, all of the same two
/// commits. Errors: those of canMeasureAgain(), InvalidArgument (another project, a workload or parameters
/// that the project file has no more), NotFound (a commit that the repository has not).
Result<InterleavedRequest> requestAgain(const Project& project, std::span<const ComparedPair> pairs,
                                        const CancelToken& cancel);

/// Measures two commits by the names that git knows them by. plan: of a run, as for roundOf(). Errors:
/// NotFound, InvalidArgument (a range, the same commit twice).
Result<InterleavedRequest> requestCommits(const Project& project, const QString& a, const QString& b,
                                          std::span<const Scenario> scenarios, const RunPlan& plan,
                                          const CancelToken& cancel);

} // namespace perihelion
