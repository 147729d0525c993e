// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of the run store, version by version.
#include "core/runs/schema_migration.h"
#include "core/runs/version_two_runs.h"

namespace perihelion {

const std::vector<SchemaStep>& runStoreSchema()
{
    static const std::vector<SchemaStep> steps = {
        // 0 → 1: observed loads. They stay in the file of the machine that saw them.
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
                    QStringLiteral("CREATE INDEX loads_by_path ON loads (path, at_ms)")},
                   {},
                   {},
                   true},
        // 1 → 2: measured runs with their raw samples. A series holds what may be compared; summaries are
        // clustered by series, so that a chart reads one stretch of the file.
        SchemaStep{
            {
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
            },
            {},
            {},
            true},
        // 2 → 3: projects, branches, times of commits, failed builds, notes. A run is one document, and what
        // charts and statistics read of it stands packed beside it, clustered by row.
        SchemaStep{
            {QStringLiteral("CREATE TABLE run_series ("
                            " id {identity},"
                            " project TEXT NOT NULL,"
                            " workload TEXT NOT NULL,"
                            " workload_version BIGINT NOT NULL,"
                            " scenario_hash TEXT NOT NULL,"
                            " machine TEXT NOT NULL," // fingerprint
                            " build_type TEXT NOT NULL,"
                            " origin TEXT NOT NULL," // empty for own measurements
                            " UNIQUE (project, workload, workload_version, scenario_hash, machine,"
                            " build_type, origin))"),
             QStringLiteral("CREATE TABLE measured_runs ("
                            " id {identity},"
                            " uuid TEXT NOT NULL UNIQUE,"
                            " series_id BIGINT NOT NULL REFERENCES run_series (id),"
                            " scenario TEXT NOT NULL,"
                            " started_ms BIGINT NOT NULL," // Unix time, UTC
                            " finished_ms BIGINT NOT NULL,"
                            " state TEXT NOT NULL,"
                            " commit_id {bytewise} NOT NULL," // empty when unknown
                            " commit_ms BIGINT,"              // NULL when unknown
                            " branch TEXT NOT NULL,"
                            " dirty BIGINT NOT NULL,"
                            " failure TEXT NOT NULL,"
                            " host TEXT NOT NULL,"
                            " iterations BIGINT NOT NULL,"
                            " failed BIGINT NOT NULL,"
                            " cold_p50_ns BIGINT NOT NULL," // of whole iterations, 0 when there are none
                            " warm_p50_ns BIGINT NOT NULL,"
                            " document {blob} NOT NULL)"), // the run: JSON, compressed
             QStringLiteral("CREATE INDEX measured_runs_newest ON measured_runs (started_ms, id)"),
             QStringLiteral("CREATE INDEX measured_runs_of_series ON measured_runs"
                            " (series_id, started_ms, id)"),
             QStringLiteral("CREATE INDEX measured_runs_of_commit ON measured_runs (commit_id, started_ms)"),
             QStringLiteral("CREATE TABLE series_rows ("
                            " id {identity},"
                            " series_id BIGINT NOT NULL REFERENCES run_series (id),"
                            " kind TEXT NOT NULL," // phase, metric
                            " name TEXT NOT NULL,"
                            " unit TEXT NOT NULL,"
                            " parent TEXT NOT NULL,"
                            " of_process BIGINT NOT NULL,"
                            " higher_is_better BIGINT NOT NULL,"
                            " place BIGINT NOT NULL," // in the table of a run
                            " UNIQUE (series_id, kind, name))"),
             QStringLiteral("CREATE TABLE row_summaries ("
                            " row_id BIGINT NOT NULL REFERENCES series_rows (id),"
                            " mode TEXT NOT NULL," // cold, warm
                            " run_id BIGINT NOT NULL REFERENCES measured_runs (id),"
                            " n BIGINT NOT NULL,"
                            " min_value DOUBLE PRECISION NOT NULL," // in the unit of the row
                            " p5 DOUBLE PRECISION NOT NULL,"
                            " p25 DOUBLE PRECISION NOT NULL,"
                            " p50 DOUBLE PRECISION NOT NULL,"
                            " p75 DOUBLE PRECISION NOT NULL,"
                            " p95 DOUBLE PRECISION NOT NULL,"
                            " max_value DOUBLE PRECISION NOT NULL,"
                            " samples {blob} NOT NULL," // packSamples()
                            " PRIMARY KEY (row_id, mode, run_id)) {clustered}"),
             QStringLiteral("CREATE TABLE run_notes ("
                            " id {identity},"
                            " project TEXT NOT NULL,"
                            " commit_id TEXT NOT NULL,"
                            " series BIGINT NOT NULL," // 0: every series of the project
                            " kind TEXT NOT NULL,"     // note, accepted
                            " body TEXT NOT NULL,"
                            " at_ms BIGINT NOT NULL)"),
             QStringLiteral("CREATE INDEX run_notes_of_project ON run_notes (project, at_ms)")},
            convertVersionTwoRuns,
            {QStringLiteral("DROP TABLE summaries"), QStringLiteral("DROP TABLE metrics"),
             QStringLiteral("DROP TABLE phase_samples"), QStringLiteral("DROP TABLE iterations"),
             QStringLiteral("DROP TABLE processes"), QStringLiteral("DROP TABLE runs"),
             QStringLiteral("DROP TABLE series")}},
        // 3 → 4: which runs were measured in turn.
        SchemaStep{{QStringLiteral("ALTER TABLE measured_runs"
                                   " ADD COLUMN interleaved TEXT NOT NULL DEFAULT ''")}},
    };
    return steps;
}

} // namespace perihelion
