// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Observed loads of recordings as rows. Part of RunStore, which gives the connection; SQL types are only
// named here.

#include "core/base/result.h"
#include "core/runs/load_record.h"

#include <vector>

class QSqlDatabase;

namespace perihelion {

/// Gives its id. Error InvalidArgument: no path.
Result<std::int64_t> insertLoad(const QSqlDatabase& database, const LoadRecord& load);
/// Newest first.
Result<std::vector<LoadRecord>> listLoads(const QSqlDatabase& database, const QString& path, int limit);
Result<std::vector<QString>> listRecordings(const QSqlDatabase& database, int limit);

} // namespace perihelion
