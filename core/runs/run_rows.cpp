// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_rows.h"

#include "core/runs/run_json.h"
#include "core/runs/run_summary.h"
#include "core/runs/sql_statement.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>

#include <algorithm>

namespace perihelion {

namespace {

QString storing()
{
    return QStringLiteral("Storing a run");
}

QString readingRuns()
{
    return QStringLiteral("Reading runs");
}

QString compactJson(const QJsonObject& object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject objectFrom(const QString& text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QDateTime timeFrom(std::int64_t millis)
{
    return QDateTime::fromMSecsSinceEpoch(millis, Qt::UTC);
}

/// What a run says about itself that nobody asks for alone.
QJsonObject remarksOf(const RunRecord& run)
{
    return QJsonObject{{QStringLiteral("plan"), planJson(run.plan)},
                       {QStringLiteral("phases"), runPhasesJson(run.phases)},
                       {QStringLiteral("machine"), run.machine.toJson()},
                       {QStringLiteral("warnings"), QJsonArray::fromStringList(run.warnings)},
                       {QStringLiteral("notes"), QJsonArray::fromStringList(run.notes)},
                       {QStringLiteral("scope_cost_ns"), static_cast<qint64>(run.scopeCost.count())},
                       {QStringLiteral("program_version"), run.programVersion}};
}

Result<std::int64_t> seriesOf(const QSqlDatabase& database, const RunRecord& run)
{
    const auto bindKey = [&run](SqlStatement& statement) {
        statement.add(run.workload)
            .add(static_cast<std::int64_t>(run.workloadVersion))
            .add(run.scenarioHash)
            .add(run.machine.fingerprint())
            .add(run.machine.buildType)
            .add(run.origin);
    };
    SqlStatement insert(
        database,
        QStringLiteral("INSERT INTO series (workload, workload_version, scenario_hash, machine,"
                       " build_type, origin) VALUES (?, ?, ?, ?, ?, ?)"
                       " ON CONFLICT DO NOTHING"),
        storing());
    bindKey(insert);
    if (const Result<void> done = insert.run(); !done) {
        return done.error();
    }
    SqlStatement find(
        database,
        QStringLiteral("SELECT id FROM series WHERE workload = ? AND workload_version = ?"
                       " AND scenario_hash = ? AND machine = ? AND build_type = ? AND origin = ?"),
        storing());
    bindKey(find);
    if (const Result<void> done = find.run(); !done) {
        return done.error();
    }
    if (!find.next()) {
        return Error{ErrorCode::Internal, QStringLiteral("Storing a run failed: its series cannot be found"),
                     database.databaseName()};
    }
    return find.integer(0);
}

Result<std::int64_t> insertHead(const QSqlDatabase& database, const RunRecord& run, std::int64_t series)
{
    SqlStatement insert(
        database,
        QStringLiteral("INSERT INTO runs (uuid, series, scenario, parameters, started_ms, finished_ms, state,"
                       " commit_id, dirty, host, iterations, failed, cold_p50_ns, warm_p50_ns, remarks)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        storing());
    const auto medianOf = [&run](IterationMode mode) {
        return static_cast<std::int64_t>(Summary::of(samplesOf(run, kTotalRow, mode)).p50.count());
    };
    insert.add(run.uuid)
        .add(series)
        .add(run.scenario)
        .add(compactJson(run.parameters))
        .add(static_cast<std::int64_t>(run.started.toMSecsSinceEpoch()))
        .add(static_cast<std::int64_t>(run.finished.toMSecsSinceEpoch()))
        .add(runStateName(run.state))
        .add(run.commit)
        .add(static_cast<std::int64_t>(run.dirty))
        .add(run.machine.host)
        .add(static_cast<std::int64_t>(run.iterations.size()))
        .add(static_cast<std::int64_t>(run.failedIterations()))
        .add(medianOf(IterationMode::Cold))
        .add(medianOf(IterationMode::Warm))
        .add(compactJson(remarksOf(run)));
    if (const Result<void> done = insert.run(); !done) {
        return done.error();
    }
    return insert.newId();
}

Result<void> insertProcesses(const QSqlDatabase& database, const RunRecord& run, std::int64_t id)
{
    SqlStatement insert(database,
                        QStringLiteral("INSERT INTO processes (run, number, mode, exit_status, signal,"
                                       " error_tail, resident_before, resident_after)"
                                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
                        storing());
    for (const RunProcess& process : run.processes) {
        insert.add(id)
            .add(static_cast<std::int64_t>(process.number))
            .add(iterationModeName(process.mode))
            .add(static_cast<std::int64_t>(process.exitStatus))
            .add(static_cast<std::int64_t>(process.signal))
            .add(process.errorTail)
            .addReal(process.residentBefore)
            .addReal(process.residentAfter);
        if (const Result<void> done = insert.run(); !done) {
            return done;
        }
    }
    return {};
}

Result<void> insertIterations(const QSqlDatabase& database, const RunRecord& run, std::int64_t id)
{
    SqlStatement iteration(
        database,
        QStringLiteral("INSERT INTO iterations (run, process, number, mode, failed, failure,"
                       " elapsed_ns, unattributed_ns, timing_cost_ns)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        storing());
    SqlStatement sample(
        database,
        QStringLiteral("INSERT INTO phase_samples (iteration, phase, total_ns, self_ns, scopes)"
                       " VALUES (?, ?, ?, ?, ?)"),
        storing());
    SqlStatement figure(database,
                        QStringLiteral("INSERT INTO metrics (iteration, place, name, value, unit)"
                                       " VALUES (?, ?, ?, ?, ?)"),
                        storing());
    for (const RunIteration& each : run.iterations) {
        iteration.add(id)
            .add(static_cast<std::int64_t>(each.process))
            .add(static_cast<std::int64_t>(each.number))
            .add(iterationModeName(each.mode))
            .add(static_cast<std::int64_t>(each.failed))
            .add(each.failure)
            .add(static_cast<std::int64_t>(each.elapsed.count()))
            .add(static_cast<std::int64_t>(each.unattributed.count()))
            .add(static_cast<std::int64_t>(each.timingCost.count()));
        if (const Result<void> done = iteration.run(); !done) {
            return done;
        }
        const std::int64_t iterationId = iteration.newId();
        for (const PhaseTime& time : each.phases) {
            sample.add(iterationId)
                .add(static_cast<std::int64_t>(time.phase))
                .add(static_cast<std::int64_t>(time.total.count()))
                .add(static_cast<std::int64_t>(time.self.count()))
                .add(time.scopes);
            if (const Result<void> done = sample.run(); !done) {
                return done;
            }
        }
        for (std::size_t place = 0; place < each.metrics.size(); ++place) {
            const Metric& value = each.metrics[place];
            figure.add(iterationId)
                .add(static_cast<std::int64_t>(place))
                .add(value.name)
                .addReal(value.value)
                .add(value.unit);
            if (const Result<void> done = figure.run(); !done) {
                return done;
            }
        }
    }
    return {};
}

/// The numbers that charts of a series ask for, so that they need not read every sample.
Result<void> insertSummaries(const QSqlDatabase& database, const RunRecord& run, std::int64_t id,
                             std::int64_t series)
{
    SqlStatement insert(database,
                        QStringLiteral("INSERT OR REPLACE INTO summaries (series, phase, mode, run, count,"
                                       " min_ns, p50_ns, p95_ns, max_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                        storing());
    const RunSummary summary = RunSummary::of(run);
    for (const PhaseRow& row : summary.rows) {
        for (const auto& [mode, numbers] :
             {std::pair{IterationMode::Cold, row.cold}, std::pair{IterationMode::Warm, row.warm}}) {
            // The total has a point even where every iteration failed: a failed run shows in the chart.
            if (numbers.count == 0 && !(row.name == kTotalRow && run.state == RunState::Failed)) {
                continue;
            }
            insert.add(series).add(row.name).add(iterationModeName(mode)).add(id);
            insert.add(static_cast<std::int64_t>(numbers.count));
            for (const Nanoseconds value : {numbers.min, numbers.p50, numbers.p95, numbers.max}) {
                insert.add(static_cast<std::int64_t>(value.count()));
            }
            if (const Result<void> done = insert.run(); !done) {
                return done;
            }
        }
    }
    return {};
}

Result<std::int64_t> insertInside(const QSqlDatabase& database, const RunRecord& run)
{
    SqlStatement find(database, QStringLiteral("SELECT id FROM runs WHERE uuid = ?"), storing());
    if (const Result<void> done = find.add(run.uuid).run(); !done) {
        return done.error();
    }
    if (find.next()) {
        return find.integer(0);
    }
    const Result<std::int64_t> series = seriesOf(database, run);
    if (!series) {
        return series;
    }
    const Result<std::int64_t> id = insertHead(database, run, *series);
    if (!id) {
        return id;
    }
    for (const Result<void>& done :
         {insertProcesses(database, run, *id), insertIterations(database, run, *id),
          insertSummaries(database, run, *id, *series)}) {
        if (!done) {
            return done.error();
        }
    }
    return id;
}

Result<void> simply(const QSqlDatabase& database, const QString& text)
{
    SqlStatement statement(database, text, storing());
    return statement.run();
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
    return rows.ended();
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
    return rows.ended();
}

} // namespace

Result<std::int64_t> insertRun(QSqlDatabase& database, const RunRecord& run)
{
    if (run.uuid.isEmpty() || run.workload.isEmpty() || run.scenarioHash.isEmpty()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("Storing a run failed: it does not say what was measured"),
                     database.databaseName()};
    }
    // IMMEDIATE takes the write lock at once, so that programs wait for each other instead of failing.
    if (const Result<void> begun = simply(database, QStringLiteral("BEGIN IMMEDIATE")); !begun) {
        return begun.error();
    }
    Result<std::int64_t> id = insertInside(database, run);
    if (id) {
        if (const Result<void> kept = simply(database, QStringLiteral("COMMIT")); !kept) {
            id = kept.error();
        }
    }
    if (!id) {
        // The first error is the one to tell.
        static_cast<void>(simply(database, QStringLiteral("ROLLBACK")));
    }
    return id;
}

Result<RunRecord> readRun(const QSqlDatabase& database, std::int64_t id)
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
        if (const Result<void> done = rows.ended(); !done) {
            return done.error();
        }
        return Error{ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(id),
                     database.databaseName()};
    }
    RunRecord run;
    run.id = id;
    run.uuid = rows.text(0);
    run.workload = rows.text(1);
    run.workloadVersion = static_cast<int>(rows.integer(2));
    run.scenario = rows.text(3);
    run.scenarioHash = rows.text(4);
    run.parameters = objectFrom(rows.text(5));
    run.started = timeFrom(rows.integer(6));
    run.finished = timeFrom(rows.integer(7));
    run.state = runStateFromName(rows.text(8));
    run.commit = rows.text(9);
    run.dirty = rows.integer(10) != 0;
    run.origin = rows.text(11);
    takeRemarks(run, objectFrom(rows.text(12)));
    for (const Result<void>& done : {readProcesses(database, run), readIterations(database, run)}) {
        if (!done) {
            return done.error();
        }
    }
    return run;
}

} // namespace perihelion
