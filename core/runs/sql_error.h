// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Turns what SQLite says into an Error with one sentence. SQL types are only named here, so that whoever
// includes this needs no Qt SQL of its own.

#include "core/base/result.h"

#include <QString>

class QSqlError;

namespace perihelion {

/// doing: "Opening the run store"; subject: the database file. The code follows SQLite's primary result code:
/// damaged → Corrupt, full → DiskFull, read-only → PermissionDenied, input/output → Io, all else (locked) →
/// Store.
Error errorFromSql(const QSqlError& sqlError, const QString& doing, const QString& subject);

} // namespace perihelion
