// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Backfill: measures the commits of a plan one after the other: checked out beside the person's checkout,
// built, measured, stored. What is in the store is never measured again, so a backfill that was ended in any
// way goes on where it was. Synchronous, for a job; the observer is told in its thread.

#include "core/backfill/backfill_plan.h"
#include "core/backfill/commit_measurement.h"
#include "core/base/result.h"
#include "core/profile/profile_control.h"
#include "core/profile/profile_runner.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace perihelion {

class RunStore;

struct BackfillProgress {
    enum class Stage { Preparing, CheckingOut, Building, Measuring, Paused, Ending };
    Stage stage = Stage::Preparing;
    QString commit;  ///< That is being measured; empty before the first.
    QString subject; ///< Of that commit.
    std::size_t done = 0;
    std::size_t total = 0; ///< Commits of the plan.
    /// From the commits done so far, pauses left out; nothing before the first.
    std::optional<std::chrono::milliseconds> timeLeft;
    QString detail; ///< While measuring: "Run 2 of 15, cold".

    /// "Commit 3 of 10 (1a2b3c4d5e6f): building", for people.
    QString text() const;
};

/// One commit that was done.
struct MeasuredCommit {
    struct Run {
        QString workload;
        QString scenario;
        std::int64_t id = 0; ///< 0: it waits for a server.
        RunState state = RunState::Finished;
        QString failure; ///< Why nothing was measured, or the first iteration that failed.
    };
    Commit commit;
    std::vector<Run> runs;

    /// That of the run that went worst: finished, failed, or build_failed.
    RunState state() const;
    /// Its reason; empty when all went well.
    QString failure() const;
};

/// Told in the thread of the backfill.
struct BackfillObserver {
    std::function<void(const BackfillProgress& progress)> progress;
    /// After every commit, when its runs are stored.
    std::function<void(const MeasuredCommit& commit)> commitDone;
};

struct BackfillReport {
    std::vector<MeasuredCommit> commits; ///< In the order in which they were measured.
    QStringList notes;
};

/// Measures what the plan lists; the plan was made for this request and project. A commit that cannot be
/// built is a gap in the store and in the report, no Error. Errors: Cancelled (the processes have ended; what
/// was stored stays), those of git, the store and CommitMeasurement::begin(). The worktree is gone afterwards
/// in every case.
Result<BackfillReport> runBackfill(const Project& project, const BackfillRequest& request,
                                   const BackfillPlan& plan, const MeasuringSurroundings& surroundings,
                                   const ProfileControl& control, const BackfillObserver& observer,
                                   RunStore& store);

} // namespace perihelion
