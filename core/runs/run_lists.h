// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Lists of measured runs and of series, each answered from an index. Part of RunStore, which gives the
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

} // namespace perihelion
