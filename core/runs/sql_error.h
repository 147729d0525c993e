// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Turns what SQLite and PostgreSQL say into an Error with one sentence. SQL types are only named here, so
// that whoever includes this needs no Qt SQL of its own. No password ever stands in a sentence: neither the
// connection options nor statements are repeated.

#include "core/base/result.h"
#include "core/runs/sql_dialect.h"

#include <QString>

class QSqlError;

namespace perihelion {

/// doing: "Opening the run store"; subject: the database file or shown URL. The code follows SQLite's primary
/// result code or the server's state: damaged → Corrupt, full → DiskFull, read-only or refused →
/// PermissionDenied, input/output → Io, connection lost → Unreachable, all else (locked) → Store.
Error errorFromSql(SqlDialect dialect, const QSqlError& sqlError, const QString& doing,
                   const QString& subject);

/// Of a server that could not be connected to: Unreachable, or PermissionDenied when it answered and refused.
Error errorOfConnecting(const QSqlError& sqlError, const QString& doing, const QString& subject);

} // namespace perihelion
