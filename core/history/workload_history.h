// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// WorkloadHistory: every run of one workload and scenario on one machine in the order of their commits, and
// what is said about each thing that they measured: levels, changes, an alarm on the newest commit. A value;
// page and command line take their points and sentences from here.

#include "core/base/result.h"
#include "core/git/commit_history.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/runs/interleaved_pair.h"
#include "core/runs/run_note.h"
#include "core/runs/series_points.h"
#include "core/stats/series_analysis.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

class RunStore;

/// What the runs are ordered by.
enum class CommitOrder {
    FirstParents, ///< Place in the first-parent history of a branch; commits beside it stand by their time.
    CommitTime,   ///< No repository is known; a commit without a time stands by its first run.
    RunTime,      ///< Nothing is known of the commits but when they were measured.
};
/// "first parents", "commit time", "run time".
QString commitOrderName(CommitOrder order);

/// Which number of a run stands for it.
enum class PointStatistic { P50, P95, Min, Max };
/// "p50", "p95", "min", "max".
QString pointStatisticName(PointStatistic statistic);
std::optional<PointStatistic> pointStatisticFromName(QStringView name);
/// NaN where the run has no sample.
double statisticOf(const PointNumbers& numbers, PointStatistic statistic);

struct HistoryRun {
    SeriesRun run;
    /// Series of the store: runs of different ones are of different environments (machine, workload version).
    std::int64_t series = 0;
    bool onBranch = true; ///< False: not among the first parents that give the order.
};

/// A change of level, confirmed or provisional.
struct HistoryChange {
    std::size_t index = 0;      ///< Of the first run of the new level, in WorkloadHistory::runs.
    std::size_t lastBefore = 0; ///< Of the last run with a value before it.
    QString commit;             ///< Of runs[index].
    QString commitBefore;       ///< Of runs[lastBefore].
    double before = 0;          ///< Median of commitsBefore, in the unit of the row.
    double after = 0;           ///< Median of commitsAfter, or the newest value.
    double ratio = 1;           ///< after ÷ before; NaN without a positive before.
    double p = 1;
    std::size_t commitsBefore = 0; ///< With a value, that it was judged by: the nearest of the level before.
    std::size_t commitsAfter = 0;
    bool provisional = false;   ///< An alarm on the newest commit, which no level can confirm yet.
    bool remeasured = false;    ///< An alarm that rounds measured in turn confirmed, or withdrew.
    bool accepted = false;      ///< A person took the level from this commit, or a later one, as normal.
    bool worse = false;         ///< In the direction of the row.
    QString sentence;           ///< With every number that it rests on.
    std::vector<QString> gates; ///< What a candidate passed and what stopped it, one sentence each.
};

/// The newest commit measured in turn with an earlier one.
struct HistoryPair {
    std::size_t first = 0;  ///< Of the earlier run, in WorkloadHistory::runs.
    std::size_t second = 0; ///< Of the run at the newest commit.
    PairedComparison rounds;
};

/// One phase or metric in one mode.
struct HistorySeries {
    SeriesRow row;
    IterationMode mode = IterationMode::Warm;
    bool exact = false;                 ///< A quantity without noise: every difference is a change.
    std::vector<PointNumbers> points;   ///< points[i] is of runs[i]; count 0: failed, a gap, or not measured.
    std::vector<SeriesLevel> levels;    ///< By indexes of runs.
    std::vector<HistoryChange> changes; ///< In order; the provisional one, if any, last.
    std::vector<HistoryChange> stopped; ///< Candidates that are not counted, and why.
    std::vector<HistoryPair> pairs;     ///< What an alarm is checked against, in the order of the runs.

    /// Value of the row as shown: times in milliseconds, everything else as it is.
    double shown(double value) const { return row.kind == RowKind::Phase ? value / 1e6 : value; }
    QString shownUnit() const { return row.kind == RowKind::Phase ? QStringLiteral("ms") : row.unit; }
};

struct WorkloadHistory {
    QString project;
    QString workload;
    QString scenario;
    QString scenarioHash;
    QString host; ///< What measured; empty when an import does not say.
    QString buildType;
    QString origin; ///< Format of the import; empty for own measurements.
    CommitOrder order = CommitOrder::RunTime;
    /// In the order of the commits; of one commit clean ones before those with changes, then by their start.
    std::vector<HistoryRun> runs;
    std::vector<std::size_t> environmentChanges; ///< Indexes of the first runs of every later environment.
    std::vector<HistorySeries> series;           ///< In the order of the table of a run, cold before warm.

    /// "simulation/baseline_10_planets".
    QString title() const { return QString(workload % u'/' % scenario); }
    /// Null when there is none.
    const HistorySeries* find(QStringView row, IterationMode mode) const;
};

/// Which histories are meant; an empty field means any.
struct HistoryFilter {
    std::optional<QString> project; ///< Empty text: Perihelion's own workloads.
    QString workload;
    QString scenario; ///< By name.
    QString host;
    QString branch; ///< Only runs of this branch, and those that name none.
    QString row;    ///< By name: a phase, kTotalRow, kUnattributedRow, a metric.
    std::optional<RowKind> kind;
    std::optional<IterationMode> mode;
};

struct HistoryRule {
    PointStatistic statistic = PointStatistic::P50;
    SeriesRule series;
    double remeasuredFloor = 0.03; ///< Least change of rounds measured in turn that confirms an alarm.
};

/// Reads points alone, without levels and changes; the history with the newest run comes first. firstParents:
/// as CommitHistory gives them, newest first; empty when no repository is known. Belongs where the store is
/// read. Errors: Cancelled, those of the store.
Result<std::vector<WorkloadHistory>> readHistories(const RunStore& store, const HistoryFilter& filter,
                                                   std::span<const Commit> firstParents,
                                                   const CancelToken& cancel);

/// Finds levels, changes and alarms of all series of all histories, which are judged together. Each
/// environment is a series of its own. An alarm on a commit that was measured in turn with an earlier one is
/// decided by those rounds: confirmed, withdrawn (then it stands among the stopped), or left as it is when
/// they do not suffice. Of a commit with several runs in one environment their median counts; a run with
/// changes that no commit holds counts for itself. notes: those of the histories' projects; an accepted
/// commit makes the values before it no measure for the newest. Needs no store. Error Cancelled.
Result<std::vector<WorkloadHistory>> judgeHistories(std::vector<WorkloadHistory> histories,
                                                    std::span<const RunNote> notes, const HistoryRule& rule,
                                                    DecodePool& pool, const CancelToken& cancel);

/// The notes of the histories' projects. Errors of the store.
Result<std::vector<RunNote>> notesFor(const RunStore& store, std::span<const WorkloadHistory> histories);

/// All of it: what is meant, read and judged with the notes of the store.
Result<std::vector<WorkloadHistory>> judgedHistories(const RunStore& store, const HistoryFilter& filter,
                                                     std::span<const Commit> firstParents,
                                                     const HistoryRule& rule, DecodePool& pool,
                                                     const CancelToken& cancel);

} // namespace perihelion
