// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Rows, points and samples of a series, each answered from an index. Part of RunStore, which gives the
// connection; SQL types are only named here.

#include "core/base/result.h"
#include "core/runs/series_points.h"

#include <span>
#include <vector>

class QSqlDatabase;

namespace perihelion {

Result<std::vector<SeriesRow>> listRows(const QSqlDatabase& database, std::int64_t series);
Result<SeriesPoints> listPoints(const QSqlDatabase& database, std::int64_t series, const RowFilter& filter);
/// runs: empty for all.
Result<std::vector<RunSamples>> readSamples(const QSqlDatabase& database, std::int64_t row,
                                            IterationMode mode, std::span<const std::int64_t> runs);

} // namespace perihelion
