// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/schema_migration.h"

#include "core/runs/sql_error.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

namespace perihelion {

namespace {

QString doing()
{
    return QStringLiteral("Bringing the run store up to date");
}

Result<void> execute(QSqlDatabase& database, const QString& statement)
{
    QSqlQuery query(database);
    if (!query.exec(statement)) {
        return errorFromSql(query.lastError(), doing(), database.databaseName());
    }
    return {};
}

/// Runs inside the write transaction that the caller began.
Result<void> applyMissing(QSqlDatabase& database, const SchemaStep& step, int toVersion)
{
    for (const QString& statement : step.statements) {
        if (Result<void> done = execute(database, statement); !done) {
            return done;
        }
    }
    if (step.convert) {
        if (Result<void> done = step.convert(database); !done) {
            return done;
        }
    }
    for (const QString& statement : step.cleanup) {
        if (Result<void> done = execute(database, statement); !done) {
            return done;
        }
    }
    return execute(database, QStringLiteral("PRAGMA user_version = %1").arg(toVersion));
}

} // namespace

Result<int> schemaVersion(const QSqlDatabase& database)
{
    QSqlQuery query(database);
    if (!query.exec(QStringLiteral("PRAGMA user_version")) || !query.next()) {
        return errorFromSql(query.lastError(), QStringLiteral("Opening the run store"),
                            database.databaseName());
    }
    return query.value(0).toInt();
}

Result<void> migrateSchema(QSqlDatabase& database, std::span<const SchemaStep> steps)
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
                         database.databaseName()};
        }
        // IMMEDIATE takes the write lock at once, so that two processes never upgrade the same version.
        if (Result<void> begun = execute(database, QStringLiteral("BEGIN IMMEDIATE")); !begun) {
            return begun;
        }
        Result<void> applied;
        const Result<int> current = schemaVersion(database);
        if (!current) {
            applied = current.error();
        } else if (*current == *version) {
            applied = applyMissing(database, steps[static_cast<std::size_t>(*version)], *version + 1);
        }
        if (applied) {
            applied = execute(database, QStringLiteral("COMMIT"));
        }
        if (!applied) {
            // The first error is the one to tell; a failing rollback is undone by SQLite when the file is
            // closed.
            static_cast<void>(execute(database, QStringLiteral("ROLLBACK")));
            return applied;
        }
    }
}

} // namespace perihelion
