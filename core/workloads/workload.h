// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Workload: something that can be profiled: phases with names and nesting, typed parameters, scenarios, and a
// run that times itself. Owned by the WorkloadRegistry. One run at a time per object: a workload may keep
// state between runs (that is what warm means), and each measuring process has a workload of its own.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/measure/metric.h"
#include "core/measure/phase_timer.h"
#include "core/workloads/scenario.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace perihelion {

/// A phase of a workload; its id for the PhaseTimer is its place in Workload::phases().
struct PhaseSpec {
    QString name;        ///< Sentence-case words as shown, stable: "physics samples".
    int parent = -1;     ///< The phase it lies in; −1 at the top. A parent comes before its children.
    QString description; ///< One line.

    bool operator==(const PhaseSpec&) const = default;
};

/// A phase that shows only when it has run, with what it took.
struct FoundPhase {
    QString name;
    QString parent{}; ///< Name of the phase it lies in; empty at the top.
    Nanoseconds total{0};
    Nanoseconds self{0};
    bool ofProcess = false; ///< Beside the iteration's parts, as RunPhase::ofProcess.

    bool operator==(const FoundPhase&) const = default;
};

/// What one iteration gives besides its times.
struct WorkloadResult {
    std::vector<Metric> metrics;
    QStringList notes;               ///< What was assumed or dropped; told once per run.
    std::vector<FoundPhase> found{}; ///< Beside those of Workload::phases().
    /// Another process did the work: its elapsed time is given here, its memory and resources are among the
    /// metrics, and those of the own process say nothing.
    bool ofOtherProcess = false;
    Nanoseconds elapsed{0};
};

/// Which code an iteration measures, where that is not Perihelion's own.
struct MeasuredCode {
    QString project; ///< The same for every checkout of the repository.
    QString commit;  ///< Empty before the first one.
    QDateTime commitTime;
    QString branch; ///< Empty for a detached head.
    bool dirty = false;
    QString diffHash; ///< Of the changes that no commit holds; empty when there are none.
};

class Workload {
public:
    Workload() = default;
    virtual ~Workload() = default;
    Workload(const Workload&) = delete;
    Workload& operator=(const Workload&) = delete;

    virtual QString name() const = 0; ///< Lower case with hyphens, stable: "simulation".
    /// Raised when times before and after must not stand in one series.
    virtual int version() const = 0;
    virtual QString description() const = 0; ///< One line, sentence case, without a full stop.
    /// At most PhaseTimer::kMaxPhases. The phases depend on nothing, so that a table can be laid out before
    /// the first run; one that a run never enters is told as absent, not as zero.
    virtual std::vector<PhaseSpec> phases() const = 0;
    virtual std::vector<ParameterSpec> parameters() const = 0;
    /// Name of the scenario that is meant where none is named.
    virtual QString defaultScenario() const = 0;

    /// Checks a parameter of type Structure, and gives its canonical form. Error InvalidArgument naming the
    /// key inside, without the parameter's name; its subject, if any, is the key's path inside, parts
    /// joined by dots, and lets the error of a scenario file name the very line.
    virtual Result<QJsonValue> checkStructure(const QString& parameter, const QJsonValue& value) const;
    /// What only shows when all values are known ("two planets at one place"). Error InvalidArgument.
    virtual Result<void> check(const Scenario& scenario) const;
    /// Scenarios that come with the workload; none for one whose scenarios are files.
    virtual std::vector<Scenario> ownScenarios() const;
    /// Which code it measures now; nothing for Perihelion's own. Errors of git.
    virtual Result<std::optional<MeasuredCode>> measuredCode(const CancelToken& cancel) const;
    /// Files that a cold run finds evicted from the page cache.
    virtual QStringList inputFiles(const Scenario& scenario) const;
    /// What has to be there before any process measures (made input files), done once by the program that
    /// starts the run. Errors as they come.
    virtual Result<void> prepare(const Scenario& scenario, const CancelToken& cancel);

    /// One iteration. The timer runs already; restart() it after what shall not be measured, stop() it before
    /// what follows the measurement. Checks cancel at least every 50 ms and then answers Cancelled.
    virtual Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                                       const CancelToken& cancel) = 0;

    /// Name, version and parameters with checkStructure() bound in, for Scenario::make and fromJson.
    ParameterSet parameterSet() const;
};

} // namespace perihelion
