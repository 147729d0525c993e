// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What is said beside the chart of a history, as tables and sentences: its changes, the numbers and samples
// of one run, two runs side by side. Pure functions.

#include "core/runs/run_comparison.h"
#include "widgets/models/history_values.h"
#include "widgets/models/value_table_model.h"

#include <vector>

namespace perihelion {

/// Changes of every row and mode that the quantity shows, the newest first.
ValueTable changeTable(const WorkloadHistory& history, const QString& quantity,
                       const QHash<QString, QString>& subjects);
/// The alarm on the newest commit among them that more measurements have yet to decide; null when there is
/// none.
const HistoryChange* openAlarm(const WorkloadHistory& history, const QString& quantity);
/// How many of the changes of changeTable() are alarms on the newest commit.
int openAlarms(const WorkloadHistory& history, const QString& quantity);
/// Every number of one run: a row for each phase and metric, in each mode.
ValueTable runTable(const WorkloadHistory& history, std::size_t run);
/// Two runs, b against a.
ValueTable comparisonTable(const RunComparison& comparison);
/// For files: all values of these runs (indexes of history.runs), or of every run, row by row, unrounded.
ValueTable historyTable(const WorkloadHistory& history, const std::vector<std::size_t>& runs);
ValueTable historyTable(const WorkloadHistory& history);
/// For files: the changes of changeTable(), in its order, one fact a column and unrounded.
ValueTable changeCsv(const WorkloadHistory& history, const QString& quantity);
/// The facts of a run in a few lines: commit, branch, times, machine, failures.
QString runFacts(const WorkloadHistory& history, std::size_t run, const QString& subject);

} // namespace perihelion
