// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CommitMeasurement: one commit of a project after another checked out, built, measured and stored. What
// cannot be built is stored as well, as a gap with its reason. Lives for one backfill or bisection, in its
// thread; owns the worktree.

#include "core/backfill/project_worktree.h"
#include "core/base/result.h"
#include "core/git/commit_history.h"
#include "core/profile/profile_runner.h"
#include "core/projects/project.h"
#include "core/runs/run_record.h"
#include "core/workloads/workload_registry.h"

#include <QString>

#include <functional>
#include <memory>

namespace perihelion {

class RunStore;

/// What measuring commits needs of its surroundings; a test passes its own.
struct MeasuringSurroundings {
    QString worktreeDir;        ///< StoragePaths::worktreeDir().
    ProfileEnvironment profile; ///< Without --project, which is added.
};

class CommitMeasurement {
public:
    /// Told before a commit is checked out and before it is built.
    struct Steps {
        std::function<void()> checkingOut;
        std::function<void()> building;
    };

    /// branch: that the runs are stored with. Errors as ProjectWorktree::make(), and NotFound for a build
    /// program that is not installed, which would make every commit a gap.
    static Result<std::unique_ptr<CommitMeasurement>> begin(const Project& project, const QString& branch,
                                                            const MeasuringSurroundings& surroundings,
                                                            const CancelToken& cancel,
                                                            WorktreePlace place = WorktreePlace::First);

    /// Checks a commit out and builds it, unless that was the last thing done; returns why it cannot be
    /// measured, one sentence, empty when it can. Errors: Cancelled (the build has ended), those of git.
    Result<QString> build(const Commit& commit, const CancelToken& cancel, const Steps& steps = {});
    /// Runs a plan at the commit that was built last; the run is not stored. Errors as ProfileRunner::run(),
    /// and Io: the build left another commit in its place.
    Result<RunRecord> profile(const Scenario& scenario, const RunPlan& plan, const ProfileControl& control,
                              const ProfileObserver& observer = {}) const;
    /// Runs a plan at the commit that was built last, and stores the run. Errors as ProfileRunner::run().
    Result<RunRecord> measure(const Scenario& scenario, const RunPlan& plan, const ProfileControl& control,
                              const ProfileObserver& observer, RunStore& store);
    /// Stores that nothing could be measured, and why. Errors of the store.
    Result<RunRecord> storeGap(const Commit& commit, const Scenario& scenario, const RunPlan& plan,
                               const QString& reason, RunStore& store) const;
    /// Takes the worktree away. Error Io.
    Result<void> end() { return m_worktree->remove(); }

private:
    CommitMeasurement(const Project& project, QString branch, std::unique_ptr<ProjectWorktree> worktree);

    /// As profile(), whatever commit it measured.
    Result<RunRecord> profileAny(const Scenario& scenario, const RunPlan& plan, const ProfileControl& control,
                                 const ProfileObserver& observer) const;
    Result<QString> buildCheckedOut(const CancelToken& cancel);

    Project m_project; ///< The person's own: identity, build command.
    QString m_branch;
    std::unique_ptr<ProjectWorktree> m_worktree;
    ProfileEnvironment m_environment;
    WorkloadRegistry m_registry; ///< The project's commands, in the worktree.
    Commit m_built;
    QString m_failure; ///< Of the build of m_built.
};

} // namespace perihelion
