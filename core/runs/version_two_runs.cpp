// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/version_two_runs.h"

#include "core/runs/run_json.h"
#include "core/runs/run_rows.h"
#include "core/runs/sql_dialect.h"
#include "core/runs/sql_statement.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>

namespace perihelion {

namespace {

QString readingRuns()
{
    return QStringLiteral("Bringing the run store up to date");
}

QJsonObject objectFrom(const QString& text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

void takeRemarks(RunRecord& run, const QJsonObject& remarks)
{
    const auto texts = [&remarks](QStringView key) {
        QStringList lines;
        const QJsonArray values = remarks.value(key).toArray();
        for (const auto value : values) {
            lines.append(value.toString());
        }
        return lines;
    };
    run.plan = planFromJson(remarks.value(u"plan").toObject());
    run.phases = runPhasesFromJson(remarks.value(u"phases").toArray());
    run.machine = MachineDescription::fromJson(remarks.value(u"machine").toObject());
    run.warnings = texts(u"warnings");
    run.notes = texts(u"notes");
    run.scopeCost = Nanoseconds(remarks.value(u"scope_cost_ns").toInteger());
    run.programVersion = remarks.value(u"program_version").toString();
}

Result<void> readProcesses(const QSqlDatabase& database, RunRecord& run)
{
    SqlStatement rows(database,
                      QStringLiteral("SELECT number, mode, exit_status, signal, error_tail, resident_before,"
                                     " resident_after FROM processes WHERE run = ? ORDER BY number"),
                      readingRuns());
    if (const Result<void> done = rows.add(run.id).run(); !done) {
        return done;
    }
    while (rows.next()) {
        RunProcess process;
        process.number = static_cast<int>(rows.integer(0));
        process.mode = iterationModeFromName(rows.text(1));
        process.exitStatus = static_cast<int>(rows.integer(2));
        process.signal = static_cast<int>(rows.integer(3));
        process.errorTail = rows.text(4);
        if (!rows.isNull(5)) {
            process.residentBefore = rows.real(5);
        }
        if (!rows.isNull(6)) {
            process.residentAfter = rows.real(6);
        }
        run.processes.push_back(process);
    }
    return rows.finish();
}

Result<void> readIterations(const QSqlDatabase& database, RunRecord& run)
{
    SqlStatement rows(database,
                      QStringLiteral("SELECT id, process, number, mode, failed, failure, elapsed_ns,"
                                     " unattributed_ns, timing_cost_ns FROM iterations WHERE run = ?"
                                     " ORDER BY id"),
                      readingRuns());
    SqlStatement samples(database,
                         QStringLiteral("SELECT phase, total_ns, self_ns, scopes FROM phase_samples"
                                        " WHERE iteration = ? ORDER BY phase"),
                         readingRuns());
    SqlStatement figures(database,
                         QStringLiteral("SELECT name, value, unit FROM metrics WHERE iteration = ?"
                                        " ORDER BY place"),
                         readingRuns());
    if (const Result<void> done = rows.add(run.id).run(); !done) {
        return done;
    }
    while (rows.next()) {
        RunIteration each;
        each.process = static_cast<int>(rows.integer(1));
        each.number = static_cast<int>(rows.integer(2));
        each.mode = iterationModeFromName(rows.text(3));
        each.failed = rows.integer(4) != 0;
        each.failure = rows.text(5);
        each.elapsed = Nanoseconds(rows.integer(6));
        each.unattributed = Nanoseconds(rows.integer(7));
        each.timingCost = Nanoseconds(rows.integer(8));
        if (const Result<void> done = samples.add(rows.integer(0)).run(); !done) {
            return done;
        }
        while (samples.next()) {
            each.phases.push_back(PhaseTime{static_cast<int>(samples.integer(0)),
                                            Nanoseconds(samples.integer(1)), Nanoseconds(samples.integer(2)),
                                            samples.integer(3)});
        }
        if (const Result<void> done = figures.add(rows.integer(0)).run(); !done) {
            return done;
        }
        while (figures.next()) {
            each.metrics.push_back(Metric{figures.text(0), figures.real(1), figures.text(2)});
        }
        run.iterations.push_back(std::move(each));
    }
    return rows.finish();
}

Result<std::vector<std::int64_t>> idsOfRuns(const QSqlDatabase& database)
{
    SqlStatement rows(database, QStringLiteral("SELECT id FROM runs ORDER BY id"), readingRuns());
    if (const Result<void> done = rows.run(); !done) {
        return done.error();
    }
    std::vector<std::int64_t> ids;
    while (rows.next()) {
        ids.push_back(rows.integer(0));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return ids;
}

Result<RunRecord> readVersionTwo(const QSqlDatabase& database, std::int64_t id)
{
    SqlStatement rows(
        database,
        QStringLiteral(
            "SELECT runs.uuid, series.workload, series.workload_version, runs.scenario,"
            " series.scenario_hash, runs.parameters, runs.started_ms, runs.finished_ms, runs.state,"
            " runs.commit_id, runs.dirty, series.origin, runs.remarks"
            " FROM runs JOIN series ON series.id = runs.series WHERE runs.id = ?"),
        readingRuns());
    if (const Result<void> done = rows.add(id).run(); !done) {
        return done.error();
    }
    if (!rows.next()) {
        return Error{ErrorCode::Corrupt,
                     QString(readingRuns() % u" failed: run " % QString::number(id) % u" has no series"),
                     shownName(database)};
    }
    RunRecord run;
    run.id = id;
    run.uuid = rows.text(0);
    run.workload = rows.text(1);
    run.workloadVersion = static_cast<int>(rows.integer(2));
    run.scenario = rows.text(3);
    run.scenarioHash = rows.text(4);
    run.parameters = objectFrom(rows.text(5));
    run.started = rows.time(6);
    run.finished = rows.time(7);
    run.state = runStateFromName(rows.text(8));
    run.commit = rows.text(9);
    run.dirty = rows.integer(10) != 0;
    run.origin = rows.text(11);
    takeRemarks(run, objectFrom(rows.text(12)));
    for (const Result<void>& done :
         {rows.finish(), readProcesses(database, run), readIterations(database, run)}) {
        if (!done) {
            return done.error();
        }
    }
    return run;
}

} // namespace

Result<void> convertVersionTwoRuns(const QSqlDatabase& database)
{
    const Result<std::vector<std::int64_t>> ids = idsOfRuns(database);
    if (!ids) {
        return ids.error();
    }
    RunWriter writer(database);
    for (const std::int64_t id : *ids) {
        const Result<RunRecord> run = readVersionTwo(database, id);
        if (!run) {
            return run.error();
        }
        if (const Result<std::int64_t> written = writer.write(*run, true); !written) {
            return written.error();
        }
    }
    return writer.finish();
}

} // namespace perihelion
