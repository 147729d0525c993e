// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProfileRunner: walks a plan: cold runs each in a fresh process with evicted input files, then warm ones
// spread over several processes. The processes are perihelion-cli, which measures and speaks JSON lines; the
// program that asks never times a phase itself. Synchronous, for a job; several runners must not run at once
// on one machine if their times are to mean anything.

#include "core/base/result.h"
#include "core/profile/profile_control.h"
#include "core/runs/run_record.h"
#include "core/workloads/workload_registry.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <optional>

namespace perihelion {

class RunStore;

struct ProfileRequest {
    Scenario scenario; ///< From the registry; names its workload.
    RunPlan plan;
    bool keepCancelled = false; ///< Store what was measured up to a cancel.
    /// After the plan one more process counts allocations; it times nothing.
    bool countAllocations = false;
    /// How long a process may say nothing while it iterates before it is taken for hung and ended.
    std::chrono::milliseconds silenceLimit{std::chrono::minutes(10)};

    /// The first thing wrong with the plan. Error InvalidArgument.
    Result<void> check() const;
    int steps() const { return plan.coldRuns + plan.warmRuns; }
};

struct ProfileProgress {
    enum class Stage { Preparing, Cold, WarmUp, Warm, Paused, Ending, Storing };
    Stage stage = Stage::Preparing;
    int done = 0;  ///< Iterations that are kept.
    int total = 0; ///< Of them.
    /// Estimated from the iterations so far; nothing before the first.
    std::optional<std::chrono::milliseconds> timeLeft;

    /// "Run 2 of 15, cold", for people.
    QString text() const;
};

/// Told in the thread of the run; a page hands them over to its own (queued).
struct ProfileObserver {
    /// Before the first process: plan, phases, machine and warnings are filled in.
    std::function<void(const RunRecord& planned)> started;
    /// After every kept iteration, failed ones too. run holds everything so far, the iteration last.
    std::function<void(const RunRecord& run)> iterationFinished;
    std::function<void(const ProfileProgress& progress)> progress;
};

/// What a runner needs of its surroundings; a test passes its own.
struct ProfileEnvironment {
    QString program; ///< perihelion-cli.
    QStringList arguments{QStringLiteral("measure")};
    std::function<MachineDescription()> machine = [] { return MachineDescription::current(); };
    std::chrono::milliseconds terminateGrace{2000}; ///< Between SIGTERM and SIGKILL.
    int givenUpAfter = 3;                           ///< Processes that failed one after the other.

    /// perihelion-cli beside the running program, or where PATH has it. Error NotFound.
    static Result<ProfileEnvironment> forThisProgram();
    /// The same, told of the project in a folder; an empty folder means none.
    ProfileEnvironment withProject(const QString& folder) const;
};

class ProfileRunner {
public:
    /// registry: for the phases and input files of workloads; must outlive the runner.
    ProfileRunner(const WorkloadRegistry& registry, ProfileEnvironment environment);

    /// Runs the plan and, with a store, stores the run atomically at its end and fills in its id. A run with
    /// failed iterations is a value (RunRecord::state says so). Errors: Cancelled (nothing stored unless
    /// keepCancelled), InvalidArgument, Internal (the program speaks another protocol), those of
    /// Workload::prepare and RunStore::recordRun. On cancel the processes are ended at once: SIGTERM to the
    /// group, SIGKILL after the grace; progress says Ending meanwhile.
    Result<RunRecord> run(const ProfileRequest& request, const ProfileControl& control,
                          const ProfileObserver& observer = {}, RunStore* store = nullptr) const;

private:
    const WorkloadRegistry& m_registry;
    ProfileEnvironment m_environment;
};

} // namespace perihelion
