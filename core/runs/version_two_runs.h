// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Reads runs as schema version 2 kept them, one row for every iteration, phase and metric, and writes them as
// version 3 keeps them.

#include "core/base/result.h"

class QSqlDatabase;

namespace perihelion {

/// Inside the transaction of a migration, when the tables of both versions are there. Ids stay.
Result<void> convertVersionTwoRuns(const QSqlDatabase& database);

} // namespace perihelion
