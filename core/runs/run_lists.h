// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Lists of measured runs, series and points, each answered from an index. Part of RunStore, which gives the
// connection; SQL types are only named here.

#include "core/base/result.h"
#include "core/runs/run_listing.h"

#include <vector>

class QSqlDatabase;

namespace perihelion {

/// Newest first.
Result<std::vector<RunListing>> listRuns(const QSqlDatabase& database, const RunFilter& filter, int limit);
/// Newest first.
Result<std::vector<SeriesListing>> listSeries(const QSqlDatabase& database);
/// Oldest first.
Result<std::vector<SeriesPoint>> listPoints(const QSqlDatabase& database, std::int64_t series,
                                            const QString& phase, IterationMode mode);

} // namespace perihelion
