// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/schema_migration.h"

#include "core/runs/sql_dialect.h"
#include "core/runs/sql_statement.h"
#include "core/runs/sql_transaction.h"

#include <QSqlDatabase>

namespace perihelion {

namespace {

QString doing()
{
    return QStringLiteral("Bringing the run store up to date");
}

Result<void> execute(const QSqlDatabase& database, const QString& statement)
{
    return runSql(database, statement, doing());
}

Result<void> executeAll(const QSqlDatabase& database, const QStringList& statements)
{
    for (const QString& statement : statements) {
        if (Result<void> done = execute(database, inDialect(dialectOf(database), statement)); !done) {
            return done;
        }
    }
    return {};
}

Result<void> writeVersion(const QSqlDatabase& database, int version)
{
    const QString number = QString::number(version);
    if (dialectOf(database) == SqlDialect::Sqlite) {
        return execute(database, QString(u"PRAGMA user_version = " % number));
    }
    return executeAll(
        database, {QStringLiteral("CREATE TABLE IF NOT EXISTS perihelion_schema (version BIGINT NOT NULL)"),
                   QStringLiteral("DELETE FROM perihelion_schema"),
                   QString(u"INSERT INTO perihelion_schema VALUES (" % number % u')')});
}

/// Runs inside the write transaction that the caller began.
Result<void> applyMissing(const QSqlDatabase& database, const SchemaStep& step, int toVersion)
{
    const bool isFile = dialectOf(database) == SqlDialect::Sqlite;
    if (isFile || !step.onlyFiles) {
        if (Result<void> done = executeAll(database, step.statements); !done) {
            return done;
        }
    }
    if (isFile && step.convert) {
        if (Result<void> done = step.convert(database); !done) {
            return done;
        }
    }
    if (isFile) {
        if (Result<void> done = executeAll(database, step.cleanup); !done) {
            return done;
        }
    }
    return writeVersion(database, toVersion);
}

} // namespace

Result<int> schemaVersion(const QSqlDatabase& database)
{
    const QString opening = QStringLiteral("Opening the run store");
    if (dialectOf(database) == SqlDialect::Postgres) {
        SqlStatement there(database,
                           QStringLiteral("SELECT COUNT(*) FROM information_schema.tables"
                                          " WHERE table_name = 'perihelion_schema'"
                                          " AND table_schema = current_schema()"),
                           opening);
        const Result<std::int64_t> tables = there.onlyInteger();
        if (!tables || *tables == 0) {
            return tables ? Result<int>(0) : Result<int>(tables.error());
        }
    }
    SqlStatement question(database,
                          dialectOf(database) == SqlDialect::Sqlite
                              ? QStringLiteral("PRAGMA user_version")
                              : QStringLiteral("SELECT version FROM perihelion_schema"),
                          opening);
    const Result<std::int64_t> version = question.onlyInteger();
    return version ? Result<int>(static_cast<int>(*version)) : Result<int>(version.error());
}

Result<void> migrateSchema(const QSqlDatabase& database, std::span<const SchemaStep> steps)
{
    const int newest = static_cast<int>(steps.size());
    for (;;) {
        // Without a lock first: an up-to-date database is opened without writing.
        Result<int> version = schemaVersion(database);
        if (!version) {
            return version.error();
        }
        if (*version == newest) {
            return {};
        }
        if (*version > newest || *version < 0) {
            return Error{ErrorCode::Store,
                         QStringLiteral("Opening the run store failed: it was written by a newer version of "
                                        "Perihelion (schema %1, this one knows %2); update Perihelion")
                             .arg(*version)
                             .arg(newest),
                         shownName(database)};
        }
        // The lock is taken at once, so that two programs never upgrade the same version.
        SqlTransaction transaction(database, doing());
        if (Result<void> begun = transaction.begin(); !begun) {
            return begun;
        }
        const Result<int> current = schemaVersion(database);
        if (!current) {
            return current.error();
        }
        if (*current != *version) {
            continue;
        }
        if (Result<void> applied =
                applyMissing(database, steps[static_cast<std::size_t>(*version)], *version + 1);
            !applied) {
            return applied;
        }
        if (Result<void> kept = transaction.keep(); !kept) {
            return kept;
        }
    }
}

} // namespace perihelion
