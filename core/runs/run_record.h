// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunRecord: one measured run of a workload, with every raw sample, the machine and the commit it measured.
// A value. Observed loads of recordings (LoadRecord) are another thing and never stand among runs.
//
// Results of other programs are runs as well, with `origin` set: one run for a commit, a machine and an
// environment (a file of asv, of Google Benchmark …), whose benchmarks are its metrics, since metrics keep
// their unit and every digit and benchmarks are no parts of a whole. Iteration i holds the sample i of every
// benchmark that has one; it is warm, in process 0, without phases, elapsed 0. `workload` names the suite,
// `scenario` the environment, `scenarioHash` what tells environments apart, `machine` at least the host.

#include "core/base/units.h"
#include "core/measure/machine_description.h"
#include "core/measure/metric.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

/// Cold: the one iteration of a fresh process with its input files evicted. Warm: a later one of a process
/// that has warmed up. The warm-up itself is not kept.
enum class IterationMode { Cold, Warm };
/// "cold", "warm".
QString iterationModeName(IterationMode mode);

enum class RunState {
    Finished,    ///< Every planned iteration was done; single ones may have failed.
    Failed,      ///< None succeeded, or it was given up after several failures.
    Cancelled,   ///< Kept although it was cancelled, because that was asked for.
    BuildFailed, ///< Nothing could be measured at this commit: a gap with its reason, without iterations.
};
QString runStateName(RunState state); ///< "finished", "failed", "cancelled", "build_failed".

/// How often everything is done. Stored with the run, and to be kept along a series.
struct RunPlan {
    int coldRuns = 5;  ///< Processes with one iteration each.
    int warmRuns = 10; ///< Iterations in all, spread evenly over warmProcesses.
    int warmProcesses = 5;
    int warmUps = 1; ///< Iterations of each warm process that are done before and not kept.

    bool operator==(const RunPlan&) const = default;
};

/// A phase as the run had it: its place in RunRecord::phases is its id.
struct RunPhase {
    QString name;
    int parent = -1;        ///< Id of the phase it lies in; −1 at the top.
    bool ofProcess = false; ///< "spawn", "ready": of the process, not part of an iteration's elapsed time.

    bool operator==(const RunPhase&) const = default;
};

/// What one phase took in one iteration.
struct PhaseTime {
    int phase = 0;           ///< Id.
    Nanoseconds total{0};    ///< With the phases nested in it.
    Nanoseconds self{0};     ///< Without them.
    std::int64_t scopes = 0; ///< How often it was timed; 0 for a time that was measured elsewhere.

    bool operator==(const PhaseTime&) const = default;
};

struct RunIteration {
    int process = 0; ///< Number of the process, over the whole run.
    int number = 0;  ///< Within its process and mode, from 0.
    IterationMode mode = IterationMode::Warm;
    bool failed = false;
    QString failure; ///< One sentence; empty when it succeeded. A failed one has no times.
    /// Of everything in it. 0: nobody measured the whole, as in imported results; there is no total then.
    Nanoseconds elapsed{0};
    Nanoseconds unattributed{0};   ///< The part of elapsed that lies in no phase.
    Nanoseconds timingCost{0};     ///< Calibrated cost of the timing itself, within elapsed.
    std::vector<PhaseTime> phases; ///< Only those that were entered.
    std::vector<Metric> metrics;

    bool operator==(const RunIteration&) const = default;
};

struct RunProcess {
    int number = 0;
    IterationMode mode = IterationMode::Warm;
    int exitStatus = 0; ///< −1 when a signal ended it.
    int signal = 0;
    QString errorTail; ///< The end of its standard error.
    /// Shares of the input files that were in the page cache before and after eviction; none for warm
    /// processes and where there are no input files.
    std::optional<double> residentBefore;
    std::optional<double> residentAfter;

    bool operator==(const RunProcess&) const = default;
};

struct RunRecord {
    std::int64_t id = 0; ///< Given by the store.
    QString uuid;        ///< Of the run itself, the same in every store it is imported into.
    /// Which repository was measured, the same for every checkout of it; empty: Perihelion's own workloads.
    QString project;
    QString workload;
    int workloadVersion = 1;
    QString scenario;
    QString scenarioHash;   ///< Scenario::hash(): what makes a series.
    QJsonObject parameters; ///< All values of the scenario.
    QDateTime started;      ///< UTC, to the millisecond.
    QDateTime finished;
    RunState state = RunState::Finished;
    QString commit;         ///< Of the code that was measured; empty when unknown.
    QDateTime commitTime;   ///< UTC, to the millisecond; invalid when unknown.
    QString branch;         ///< That was checked out, or that the import names; empty when unknown.
    bool dirty = false;     ///< With changes that no commit holds.
    QString failure;        ///< Why nothing was measured, one sentence; empty when something was.
    QString programVersion; ///< Of the program that measured.
    QString origin;         ///< Where it came from when it was imported; empty for an own measurement.
    /// What the two runs of an interleaved comparison share: their processes of one number were measured in
    /// turn. Empty for every other run.
    QString interleaved;
    RunPlan plan;
    MachineDescription machine;
    std::vector<RunPhase> phases;
    std::vector<RunProcess> processes;
    std::vector<RunIteration> iterations; ///< In the order in which they were done.
    QStringList warnings;                 ///< What makes the times doubtful.
    QStringList notes;                    ///< What the workload assumed or dropped.
    QStringList higherIsBetter;           ///< Names of the metrics of which more is better.
    Nanoseconds scopeCost{0};             ///< Calibrated cost of one timed scope.

    /// "simulation/baseline_10_planets".
    QString title() const { return QString(workload % u'/' % scenario); }
    int failedIterations() const;

    bool operator==(const RunRecord&) const = default;
};

} // namespace perihelion
