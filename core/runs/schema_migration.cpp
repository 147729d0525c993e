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
    return execute(database, QStringLiteral("PRAGMA user_version = %1").arg(toVersion));
}

} // namespace

const std::vector<SchemaStep>& runStoreSchema()
{
    static const std::vector<SchemaStep> steps = {
        // 0 → 1: observed loads.
        SchemaStep{{QStringLiteral("CREATE TABLE loads ("
                                   " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                                   " path TEXT NOT NULL,"
                                   " stream TEXT NOT NULL,"
                                   " at_ms INTEGER NOT NULL," // Unix time, UTC
                                   " open_ns INTEGER NOT NULL,"
                                   " index_ns INTEGER NOT NULL,"
                                   " decode_ns INTEGER NOT NULL,"
                                   " accumulate_ns INTEGER NOT NULL,"
                                   " first_frame_ns INTEGER NOT NULL,"
                                   " index_state TEXT NOT NULL CHECK (index_state IN ('built', 'kept')),"
                                   " cache_state TEXT NOT NULL CHECK (cache_state IN ('off', 'miss', 'hit')),"
                                   " file_bytes INTEGER NOT NULL,"
                                   " events INTEGER NOT NULL,"
                                   " window_events INTEGER NOT NULL,"
                                   " chunks_read INTEGER NOT NULL,"
                                   " bytes_read INTEGER NOT NULL)"),
                    QStringLiteral("CREATE INDEX loads_by_path ON loads (path, at_ms)")}},
        // 1 → 2: measured runs with their raw samples. A series holds what may be compared; summaries are
        // clustered by series, so that a chart reads one stretch of the file.
        SchemaStep{{
            QStringLiteral(
                "CREATE TABLE series ("
                " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                " workload TEXT NOT NULL,"
                " workload_version INTEGER NOT NULL,"
                " scenario_hash TEXT NOT NULL,"
                " machine TEXT NOT NULL," // fingerprint
                " build_type TEXT NOT NULL,"
                " origin TEXT NOT NULL," // empty for own measurements
                " UNIQUE (workload, workload_version, scenario_hash, machine, build_type, origin))"),
            QStringLiteral("CREATE TABLE runs ("
                           " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                           " uuid TEXT NOT NULL UNIQUE,"
                           " series INTEGER NOT NULL REFERENCES series (id),"
                           " scenario TEXT NOT NULL,"
                           " parameters TEXT NOT NULL,"    // JSON
                           " started_ms INTEGER NOT NULL," // Unix time, UTC
                           " finished_ms INTEGER NOT NULL,"
                           " state TEXT NOT NULL CHECK (state IN ('finished', 'failed', 'cancelled')),"
                           " commit_id TEXT NOT NULL," // empty when unknown
                           " dirty INTEGER NOT NULL,"
                           " host TEXT NOT NULL,"
                           " iterations INTEGER NOT NULL,"
                           " failed INTEGER NOT NULL,"
                           " cold_p50_ns INTEGER NOT NULL," // of whole iterations, 0 when there are none
                           " warm_p50_ns INTEGER NOT NULL,"
                           " remarks TEXT NOT NULL)"), // JSON: plan, phases, machine, warnings, notes
            QStringLiteral("CREATE INDEX runs_by_time ON runs (started_ms, id)"),
            QStringLiteral("CREATE INDEX runs_by_series ON runs (series, started_ms, id)"),
            QStringLiteral("CREATE INDEX runs_by_commit ON runs (commit_id, started_ms)"),
            QStringLiteral("CREATE TABLE processes ("
                           " run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
                           " number INTEGER NOT NULL,"
                           " mode TEXT NOT NULL,"
                           " exit_status INTEGER NOT NULL,"
                           " signal INTEGER NOT NULL,"
                           " error_tail TEXT NOT NULL,"
                           " resident_before REAL,"
                           " resident_after REAL,"
                           " PRIMARY KEY (run, number)) WITHOUT ROWID"),
            QStringLiteral("CREATE TABLE iterations ("
                           " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                           " run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
                           " process INTEGER NOT NULL,"
                           " number INTEGER NOT NULL,"
                           " mode TEXT NOT NULL CHECK (mode IN ('cold', 'warm')),"
                           " failed INTEGER NOT NULL,"
                           " failure TEXT NOT NULL,"
                           " elapsed_ns INTEGER NOT NULL,"
                           " unattributed_ns INTEGER NOT NULL,"
                           " timing_cost_ns INTEGER NOT NULL)"),
            QStringLiteral("CREATE INDEX iterations_by_run ON iterations (run)"),
            QStringLiteral("CREATE TABLE phase_samples ("
                           " iteration INTEGER NOT NULL REFERENCES iterations (id) ON DELETE CASCADE,"
                           " phase INTEGER NOT NULL," // place in the run's list of phases
                           " total_ns INTEGER NOT NULL,"
                           " self_ns INTEGER NOT NULL,"
                           " scopes INTEGER NOT NULL,"
                           " PRIMARY KEY (iteration, phase)) WITHOUT ROWID"),
            QStringLiteral("CREATE TABLE metrics ("
                           " iteration INTEGER NOT NULL REFERENCES iterations (id) ON DELETE CASCADE,"
                           " place INTEGER NOT NULL,"
                           " name TEXT NOT NULL,"
                           " value REAL NOT NULL,"
                           " unit TEXT NOT NULL,"
                           " PRIMARY KEY (iteration, place)) WITHOUT ROWID"),
            QStringLiteral("CREATE TABLE summaries ("
                           " series INTEGER NOT NULL REFERENCES series (id),"
                           " phase TEXT NOT NULL,"
                           " mode TEXT NOT NULL,"
                           " run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
                           " count INTEGER NOT NULL,"
                           " min_ns INTEGER NOT NULL,"
                           " p50_ns INTEGER NOT NULL,"
                           " p95_ns INTEGER NOT NULL,"
                           " max_ns INTEGER NOT NULL,"
                           " PRIMARY KEY (series, phase, mode, run)) WITHOUT ROWID"),
            QStringLiteral("CREATE INDEX summaries_by_run ON summaries (run)"),
        }},
    };
    return steps;
}

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
