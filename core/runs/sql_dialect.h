// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What SQLite and PostgreSQL say differently. Statements are written once, in words that both understand; the
// few that differ stand in braces in the tables' text and are replaced here. SQL types are only named here.

#include "core/base/result.h"

#include <QString>
#include <QStringList>

class QSqlDatabase;

namespace perihelion {

enum class SqlDialect { Sqlite, Postgres };
SqlDialect dialectOf(const QSqlDatabase& database);

/// Words of tables: {identity} a numbered primary key, {blob} bytes, {clustered} a table that lies in the
/// order of its primary key, {bytewise} text that is ordered by its bytes.
QString inDialect(SqlDialect dialect, QString text);

/// Begins a transaction that writes: from here on others that begin one wait until it ends.
QStringList beginWriting(SqlDialect dialect);

/// The database as errors name it: its file, or its URL without the password.
QString shownName(const QSqlDatabase& database);

} // namespace perihelion
