// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Runs as a long table (CSV): one row for each phase and for each metric of each iteration. What
// runsAsCsv() writes comes back with everything that it holds; a run holds more (run_json.h has it all).

#include "core/base/result.h"
#include "core/runs/run_record.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace perihelion {

/// The first line of runsAsCsv(), with its end.
QByteArray runTableHeader();

/// Runs of such a table, also of one with only the first fourteen columns. Reading the same table again gives
/// the same runs. file: named in errors with the line. Errors: InvalidArgument (other columns, no number, an
/// unknown mode), Truncated (a quoted field that does not end).
Result<std::vector<RunRecord>> runsFromTable(const QByteArray& text, const QString& file);

} // namespace perihelion
