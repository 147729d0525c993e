// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Measured runs as rows: writing one with all its samples, reading it back. Part of RunStore, which gives the
// connection; SQL types are only named here.

#include "core/base/result.h"
#include "core/runs/run_record.h"

#include <cstdint>

class QSqlDatabase;

namespace perihelion {

/// Writes a run in one transaction; gives its id. A run whose uuid is there already is not written again and
/// gives the id it has. Errors: InvalidArgument (no uuid, no workload), those of the database.
Result<std::int64_t> insertRun(QSqlDatabase& database, const RunRecord& run);
/// Error NotFound.
Result<RunRecord> readRun(const QSqlDatabase& database, std::int64_t id);
} // namespace perihelion
