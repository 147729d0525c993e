// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BackfillPlan: which commits of a range are still to be measured, and in which order. Made without touching
// anything, so that it can be shown first. Values.

#include "core/base/result.h"
#include "core/git/commit_history.h"
#include "core/jobs/cancel_token.h"
#include "core/measure/machine_description.h"
#include "core/projects/project_workloads.h"
#include "core/runs/run_record.h"
#include "core/workloads/scenario.h"

#include <QString>
#include <QStringList>

#include <cstddef>
#include <vector>

namespace perihelion {

class RunStore;

enum class BackfillOrder {
    Newest,    ///< Newest commit first.
    Bisection, ///< Both ends, then the middle of every gap: the whole range shows early, coarsely.
};

struct BackfillRequest {
    QString range; ///< "A..B" (commits of B that A has not), "A.." (up to what is checked out), or one name.
    std::vector<Scenario> scenarios; ///< Of the project's own workloads; at least one.
    RunPlan plan;
    BackfillOrder order = BackfillOrder::Newest;
    std::size_t limit = 0;    ///< At most so many commits; 0: all.
    bool retryFailed = false; ///< Also those whose build or run failed before.
};

/// A commit with what it lacks.
struct MissingCommit {
    Commit commit;
    std::vector<std::size_t> scenarios; ///< Places in BackfillRequest::scenarios; at least one.
};

/// A commit that lacks nothing.
struct KeptCommit {
    QString hash;
    RunState state = RunState::Finished; ///< Of the run that went worst.
    QString failure;                     ///< Its reason; empty when all went well.
};

struct BackfillPlan {
    std::vector<MissingCommit> commits; ///< In the order in which they will be measured.
    std::vector<Commit> range;          ///< Every commit of the range, newest first.
    std::vector<KeptCommit> kept;       ///< Those of them that lack nothing, newest first.
    QString branch;                     ///< That the runs are stored with; empty where none is known.
    QStringList notes;                  ///< What is odd about the range or the project, one sentence each.
};

/// A range as a person wrote it, resolved.
struct CommitRange {
    std::vector<Commit> commits; ///< First parents, newest first.
    QString branch;
    QStringList notes;
};

/// Errors: InvalidArgument (no range, no common history), NotFound (a name git does not know, no repository),
/// Cancelled.
Result<CommitRange> commitRange(const CommitHistory& history, const QString& range,
                                const CancelToken& cancel);

/// store: what is there already; null: nothing. machine: the one that will measure. Errors as commitRange(),
/// and those of the store.
Result<BackfillPlan> planBackfill(const Project& project, const BackfillRequest& request,
                                  const RunStore* store, const MachineDescription& machine,
                                  const CancelToken& cancel);

/// Places 0 … count − 1: first, last, middle, then the middles of both halves, and so on.
std::vector<std::size_t> bisectionOrder(std::size_t count);

} // namespace perihelion
