// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_rows.h"

#include "core/runs/run_json.h"
#include "core/runs/sql_dialect.h"
#include "core/runs/sql_transaction.h"
#include "core/stats/order_statistics.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>

#include <cmath>

namespace perihelion {

namespace {

/// Fast rather than small: a document is some kilobytes of repeating keys.
constexpr int kCompression = 1;

QString storing()
{
    return QStringLiteral("Storing a run");
}

QByteArray documentOf(const RunRecord& run)
{
    return qCompress(QJsonDocument(runJson(run)).toJson(QJsonDocument::Compact), kCompression);
}

/// What identifies a series, in the order of its columns.
QStringList seriesKey(const RunRecord& run)
{
    return {run.project,
            run.workload,
            QString::number(run.workloadVersion),
            run.scenarioHash,
            run.machine.fingerprint(),
            run.machine.buildType,
            run.origin};
}

void bindKey(SqlStatement& statement, const RunRecord& run)
{
    statement.add(run.project)
        .add(run.workload)
        .add(static_cast<std::int64_t>(run.workloadVersion))
        .add(run.scenarioHash)
        .add(run.machine.fingerprint())
        .add(run.machine.buildType)
        .add(run.origin);
}

QString kindName(RowKind kind)
{
    return kind == RowKind::Metric ? QStringLiteral("metric") : QStringLiteral("phase");
}

QString rowKey(const QString& kind, const QString& name)
{
    return QString(kind % u'/' % name);
}

/// Median time of whole iterations, 0 without any.
std::int64_t medianTotal(const RunRecord& run, IterationMode mode)
{
    std::vector<double> totals;
    for (const RunIteration& iteration : run.iterations) {
        if (!iteration.failed && iteration.mode == mode) {
            totals.push_back(static_cast<double>(iteration.elapsed.count()));
        }
    }
    return totals.empty() ? 0 : std::llround(median(totals));
}

} // namespace

RunWriter::RunWriter(const QSqlDatabase& database)
    : m_database(database),
      m_find(database, QStringLiteral("SELECT id FROM measured_runs WHERE uuid = ?"), storing()),
      m_head(database,
             QStringLiteral("INSERT INTO measured_runs (uuid, series_id, scenario, started_ms, finished_ms,"
                            " state, commit_id, commit_ms, branch, dirty, failure, host, iterations, failed,"
                            " cold_p50_ns, warm_p50_ns, document)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                            " ON CONFLICT (uuid) DO NOTHING RETURNING id"),
             storing()),
      m_addRow(database,
               QStringLiteral("INSERT INTO series_rows (series_id, kind, name, unit, parent, of_process,"
                              " higher_is_better, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"),
               storing()),
      m_summary(database,
                QStringLiteral("INSERT INTO row_summaries (row_id, mode, run_id, n, min_value, p5, p25, p50,"
                               " p75, p95, max_value, samples) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
                storing())
{
}

Result<std::int64_t> RunWriter::write(const RunRecord& run, bool keepId)
{
    if (const Result<void> identified = checkIdentity(run); !identified) {
        return identified.error();
    }
    if (const Result<void> done = m_find.add(run.uuid).run(); !done) {
        return done.error();
    }
    const bool isThere = m_find.next();
    const std::int64_t known = isThere ? m_find.integer(0) : 0;
    if (const Result<void> done = m_find.finish(); !done) {
        return done.error();
    }
    if (isThere) {
        return known;
    }
    const Result<std::int64_t> series = seriesOf(run);
    if (!series) {
        return series;
    }
    const Result<std::int64_t> id = writeHead(run, *series, keepId);
    if (!id) {
        return id;
    }
    if (const Result<void> done = writeRows(run, *series, *id); !done) {
        return done.error();
    }
    if (!run.interleaved.isEmpty()) {
        // Apart from the head, which is also written while an old store is being converted, when there is no
        // such column yet.
        SqlStatement mark(m_database, QStringLiteral("UPDATE measured_runs SET interleaved = ? WHERE id = ?"),
                          storing());
        if (const Result<void> done = mark.add(run.interleaved).add(*id).run(); !done) {
            return done.error();
        }
    }
    return id;
}

Result<std::int64_t> RunWriter::seriesOf(const RunRecord& run)
{
    const QString key = seriesKey(run).join(QChar(u'\x1f'));
    if (const auto known = m_series.constFind(key); known != m_series.constEnd()) {
        return *known;
    }
    SqlStatement find(m_database,
                      QStringLiteral("SELECT id FROM run_series WHERE project = ? AND workload = ?"
                                     " AND workload_version = ? AND scenario_hash = ? AND machine = ?"
                                     " AND build_type = ? AND origin = ?"),
                      storing());
    bindKey(find, run);
    if (const Result<void> done = find.run(); !done) {
        return done.error();
    }
    if (find.next()) {
        const std::int64_t id = find.integer(0);
        m_series.insert(key, id);
        const Result<void> learnt = learnRows(id);
        return learnt ? Result<std::int64_t>(id) : Result<std::int64_t>(learnt.error());
    }
    SqlStatement insert(m_database,
                        QStringLiteral("INSERT INTO run_series (project, workload, workload_version,"
                                       " scenario_hash, machine, build_type, origin)"
                                       " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"),
                        storing());
    bindKey(insert, run);
    Result<std::int64_t> id = insert.onlyInteger();
    if (id) {
        m_series.insert(key, *id);
        m_rows.insert(*id, {});
    }
    return id;
}

Result<std::int64_t> RunWriter::writeHead(const RunRecord& run, std::int64_t series, bool keepId)
{
    m_head.add(run.uuid)
        .add(series)
        .add(run.scenario)
        .addTime(run.started)
        .addTime(run.finished)
        .add(runStateName(run.state))
        .add(run.commit)
        .addTime(run.commitTime)
        .add(run.branch)
        .add(static_cast<std::int64_t>(run.dirty))
        .add(run.failure)
        .add(run.machine.host)
        .add(static_cast<std::int64_t>(run.iterations.size()))
        .add(static_cast<std::int64_t>(run.failedIterations()))
        .add(medianTotal(run, IterationMode::Cold))
        .add(medianTotal(run, IterationMode::Warm))
        .add(documentOf(run));
    Result<std::int64_t> id = m_head.onlyInteger();
    if (!id || !keepId || *id == run.id) {
        return id;
    }
    SqlStatement rename(m_database, QStringLiteral("UPDATE measured_runs SET id = ? WHERE id = ?"),
                        storing());
    const Result<void> done = rename.add(run.id).add(*id).run();
    return done ? Result<std::int64_t>(run.id) : Result<std::int64_t>(done.error());
}

Result<void> RunWriter::learnRows(std::int64_t series)
{
    QHash<QString, std::int64_t>& rows = m_rows[series];
    SqlStatement known(
        m_database, QStringLiteral("SELECT id, kind, name FROM series_rows WHERE series_id = ?"), storing());
    if (const Result<void> done = known.add(series).run(); !done) {
        return done;
    }
    while (known.next()) {
        rows.insert(rowKey(known.text(1), known.text(2)), known.integer(0));
    }
    return known.finish();
}

Result<std::int64_t> RunWriter::rowOf(std::int64_t series, const SeriesRow& row, std::int64_t place)
{
    QHash<QString, std::int64_t>& rows = m_rows[series];
    const QString key = rowKey(kindName(row.kind), row.name);
    if (const auto known = rows.constFind(key); known != rows.constEnd()) {
        return *known;
    }
    m_addRow.add(series)
        .add(kindName(row.kind))
        .add(row.name)
        .add(row.unit)
        .add(row.parent)
        .add(static_cast<std::int64_t>(row.ofProcess))
        .add(static_cast<std::int64_t>(row.higherIsBetter))
        .add(place);
    Result<std::int64_t> id = m_addRow.onlyInteger();
    if (id) {
        rows.insert(key, *id);
    }
    return id;
}

Result<void> RunWriter::writeRows(const RunRecord& run, std::int64_t series, std::int64_t id)
{
    std::int64_t place = 0;
    for (const MeasuredRow& measured : measuredRows(run)) {
        ++place;
        for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
            const ModeSamples& samples = mode == IterationMode::Cold ? measured.cold : measured.warm;
            if (samples.values.empty()) {
                continue;
            }
            const Result<std::int64_t> row = rowOf(series, measured.row, place);
            if (!row) {
                return row.error();
            }
            const PointNumbers numbers = pointNumbers(samples.values);
            m_summary.add(*row).add(iterationModeName(mode)).add(id);
            m_summary.add(static_cast<std::int64_t>(numbers.count));
            for (const double value :
                 {numbers.min, numbers.p5, numbers.p25, numbers.p50, numbers.p75, numbers.p95, numbers.max}) {
                m_summary.addReal(value);
            }
            m_summary.add(packSamples(samples));
            if (const Result<void> done = m_summary.run(); !done) {
                return done;
            }
        }
    }
    return {};
}

Result<void> checkIdentity(const RunRecord& run)
{
    if (run.uuid.isEmpty() || run.workload.isEmpty() || run.scenarioHash.isEmpty()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("Storing a run failed: it does not say what was measured"), run.uuid};
    }
    return {};
}

Result<std::vector<std::int64_t>> insertRuns(const QSqlDatabase& database, std::span<const RunRecord> runs,
                                             const CancelToken& cancel, const ProgressReporter& progress)
{
    SqlTransaction transaction(database, storing());
    if (const Result<void> begun = transaction.begin(); !begun) {
        return begun.error();
    }
    std::vector<std::int64_t> ids;
    ids.reserve(runs.size());
    RunWriter writer(database);
    for (const RunRecord& run : runs) {
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Storing runs was cancelled"), {}};
        }
        const Result<std::int64_t> id = writer.write(run);
        if (!id) {
            return id.error();
        }
        ids.push_back(*id);
        if (progress) {
            progress({QStringLiteral("Storing runs"), static_cast<std::int64_t>(ids.size()),
                      static_cast<std::int64_t>(runs.size())});
        }
    }
    if (const Result<void> kept = transaction.keep(); !kept) {
        return kept.error();
    }
    return ids;
}

Result<RunRecord> readRun(const QSqlDatabase& database, std::int64_t id)
{
    SqlStatement row(database, QStringLiteral("SELECT document FROM measured_runs WHERE id = ?"),
                     QStringLiteral("Reading a run"));
    if (const Result<void> done = row.add(id).run(); !done) {
        return done.error();
    }
    const bool isThere = row.next();
    const QByteArray document = isThere ? row.bytes(0) : QByteArray();
    if (const Result<void> done = row.finish(); !done) {
        return done.error();
    }
    if (!isThere) {
        return Error{ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(id), shownName(database)};
    }
    Result<RunRecord> run = runFromJson(qUncompress(document), shownName(database));
    if (run) {
        run->id = id;
    }
    return run;
}

} // namespace perihelion
