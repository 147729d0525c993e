// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Histories and changes as perihelion-cli tells them, and the options by which both commands choose. Numbers
// and sentences come from WorkloadHistory, as on the page.

#include "app/cli/cli_options.h"
#include "core/history/workload_history.h"

#include <QJsonObject>
#include <QString>

#include <vector>

namespace perihelion {

class RunStore;

/// --project, --machine, --branch, --phase, --mode, --metric, --repo, --store.
void declareHistoryOptions(CliOptions& options);

/// The histories that the options and WORKLOAD[/SCENARIO] mean, judged. alone: without --phase only the total
/// of each, where there is one. Errors: wrong usage, NotFound, those of store and git, Cancelled.
Result<std::vector<WorkloadHistory>> chosenHistories(const CliOptions& options, const QString& title,
                                                     bool alone, const CancelToken& cancel);

/// The statistic that --metric names.
Result<PointStatistic> chosenStatistic(const CliOptions& options);

/// "toy/plain, sum (warm), on bench".
QString seriesTitle(const WorkloadHistory& history, const HistorySeries& series);

/// One change; counted: not stopped by a gate.
QJsonObject changeJson(const WorkloadHistory& history, const HistorySeries& series,
                       const HistoryChange& change, bool counted);
/// The command that measures the commit of an alarm and the one before it again in turn, which decides it;
/// folder: of the project, empty: the person fills it in. Empty for what is no alarm, and where runs cannot
/// be measured again like that (imports, Perihelion's own workloads, runs with changes).
QString confirmingCommand(const WorkloadHistory& history, const HistoryChange& change, const QString& folder);
/// "worse", "better", "alarm", "accepted".
QString changeKind(const HistoryChange& change);

} // namespace perihelion
