// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Notes about commits as rows. Part of RunStore, which gives the connection; SQL types are only named here.

#include "core/base/result.h"
#include "core/runs/run_note.h"

#include <vector>

class QSqlDatabase;

namespace perihelion {

/// Gives its id. Error InvalidArgument: no commit.
Result<std::int64_t> insertNote(const QSqlDatabase& database, const RunNote& note);
/// Error NotFound.
Result<void> deleteNote(const QSqlDatabase& database, std::int64_t id);
/// Oldest first; series 0: all of the project.
Result<std::vector<RunNote>> listNotes(const QSqlDatabase& database, const QString& project,
                                       std::int64_t series);

} // namespace perihelion
