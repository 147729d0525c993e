// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The trace file profiling_runs.csv: one row an iteration, appended run by run, with the columns that
// spreadsheets made for the earlier profiler know. It holds less than a run does; what it holds comes back
// without loss. Usable from any thread and by several programs at once.

#include "core/base/result.h"
#include "core/runs/run_record.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace perihelion {

/// The first line, without its end.
QByteArray csvTraceHeader();
/// The rows of a run, each with its end. Times are milliseconds with six decimals; a column that the workload
/// does not have is empty. post_compute_ms is the whole iteration but decode; failed iterations have no
/// times.
QByteArray csvTraceRows(const RunRecord& run);
/// Appends a run; a missing or empty file gets the header first. Errors: InvalidArgument (the file has other
/// columns), those of writing.
Result<void> appendCsvTrace(const QString& file, const RunRecord& run);
/// Runs of a trace; rows with one timestamp and scenario make a run. A scenario without a workload in front
/// is one of the simulation. Reading the same rows again gives the same uuids. Errors naming file and line:
/// InvalidArgument (other columns, no number, an unknown kind).
Result<std::vector<RunRecord>> runsFromCsvTrace(const QByteArray& text, const QString& file);

} // namespace perihelion
