// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_rows.h"

#include "core/runs/run_json.h"
#include "core/runs/sql_dialect.h"
#include "core/runs/sql_transaction.h"
#include "core/stats/order_statistics.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>

#include <algorithm>
#include <cmath>
#include <functional>

namespace perihelion {

namespace {

/// Fast rather than small: a document is some kilobytes of repeating keys.
constexpr int kCompression = 1;
constexpr std::size_t kUuidsAtOnce = 500;
constexpr std::size_t kIdsAtOnce = 1000;

constexpr QStringView kHeadColumns = u"uuid, series_id, scenario, started_ms, finished_ms, state, commit_id,"
                                     u" commit_ms, branch, dirty, failure, host, iterations, failed,"
                                     u" cold_p50_ns, warm_p50_ns, document";
constexpr std::size_t kHeadCount = 17;

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

/// The columns of kHeadColumns, to a statement or a batch.
template <typename Row>
void addHead(Row& row, const RunRecord& run, std::int64_t series)
{
    row.add(run.uuid)
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
}

} // namespace

RunWriter::RunWriter(const QSqlDatabase& database)
    : m_database(database),
      m_onServer(dialectOf(database) == SqlDialect::Postgres),
      m_heads(database, QString(u"measured_runs (id, " % kHeadColumns % u')'), kHeadCount + 1, storing()),
      m_summaries(database,
                  QStringLiteral("row_summaries (row_id, mode, run_id, n, min_value, p5, p25, p50, p75, p95,"
                                 " max_value, samples)"),
                  12, storing())
{
}

Result<void> RunWriter::expect(std::span<const RunRecord> runs)
{
    m_expected = runs.size();
    for (std::size_t from = 0; from < runs.size(); from += kUuidsAtOnce) {
        const auto some = runs.subspan(from, std::min(kUuidsAtOnce, runs.size() - from));
        SqlStatement find(
            m_database,
            QString(u"SELECT uuid, id FROM measured_runs WHERE uuid IN (" %
                    QStringList(static_cast<qsizetype>(some.size()), QStringLiteral("?")).join(u',') % u')'),
            storing());
        for (const RunRecord& run : some) {
            m_known.insert(run.uuid, 0);
            find.add(run.uuid);
        }
        if (const Result<void> done = find.run(); !done) {
            return done;
        }
        while (find.next()) {
            m_known.insert(find.text(0), find.integer(1));
        }
        if (const Result<void> done = find.finish(); !done) {
            return done;
        }
    }
    return {};
}

Result<std::int64_t> RunWriter::write(const RunRecord& run, bool keepId)
{
    if (const Result<void> identified = checkIdentity(run); !identified) {
        return identified.error();
    }
    if (!m_known.contains(run.uuid)) {
        if (const Result<void> looked = expect(std::span(&run, 1)); !looked) {
            return looked.error();
        }
    }
    std::int64_t& known = m_known[run.uuid];
    if (known != 0) {
        m_expected -= m_expected > 0 ? 1 : 0;
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
    m_expected -= m_expected > 0 ? 1 : 0;
    if (const Result<void> done = writeRows(run, *series, *id); !done) {
        return done.error();
    }
    if (!run.interleaved.isEmpty()) {
        // Apart from the head, which is also written while an old store is being converted, when there is no
        // such column yet.
        if (const Result<void> sent = finish(); !sent) {
            return sent.error();
        }
        SqlStatement mark(m_database, QStringLiteral("UPDATE measured_runs SET interleaved = ? WHERE id = ?"),
                          storing());
        if (const Result<void> done = mark.add(run.interleaved).add(*id).run(); !done) {
            return done.error();
        }
    }
    known = *id;
    return id;
}

Result<void> RunWriter::finish()
{
    // Summaries name the runs that they are of.
    const Result<void> heads = m_heads.flush();
    return heads ? m_summaries.flush() : heads;
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

/// Of a server, which gives as many as are still needed at once.
Result<std::int64_t> RunWriter::nextId()
{
    if (m_ids.empty()) {
        SqlStatement ids(m_database,
                         QStringLiteral("SELECT nextval(pg_get_serial_sequence('measured_runs', 'id'))"
                                        " FROM generate_series(1, CAST(? AS BIGINT))"),
                         storing());
        const std::size_t wanted = std::clamp(m_expected, std::size_t{1}, kIdsAtOnce);
        if (const Result<void> done = ids.add(static_cast<std::int64_t>(wanted)).run(); !done) {
            return done.error();
        }
        while (ids.next()) {
            m_ids.push_back(ids.integer(0));
        }
        if (const Result<void> done = ids.finish(); !done) {
            return done.error();
        }
        std::sort(m_ids.begin(), m_ids.end(), std::greater<>());
    }
    const std::int64_t id = m_ids.back();
    m_ids.pop_back();
    return id;
}

Result<std::int64_t> RunWriter::writeHead(const RunRecord& run, std::int64_t series, bool keepId)
{
    if (m_onServer) {
        const Result<std::int64_t> id = keepId ? Result<std::int64_t>(run.id) : nextId();
        if (!id) {
            return id;
        }
        addHead(m_heads.add(*id), run, series);
        const Result<void> done = m_heads.isFull() ? m_heads.flush() : Result<void>();
        return done ? id : Result<std::int64_t>(done.error());
    }
    if (!m_head) {
        m_head.emplace(m_database,
                       QString(u"INSERT INTO measured_runs (" % kHeadColumns % u") VALUES (" %
                               QStringList(kHeadCount, QStringLiteral("?")).join(u',') % u") RETURNING id"),
                       storing());
    }
    addHead(*m_head, run, series);
    Result<std::int64_t> id = m_head->onlyInteger();
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
    if (!m_addRow) {
        m_addRow.emplace(m_database,
                         QStringLiteral("INSERT INTO series_rows (series_id, kind, name, unit, parent,"
                                        " of_process, higher_is_better, place)"
                                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"),
                         storing());
    }
    m_addRow->add(series)
        .add(kindName(row.kind))
        .add(row.name)
        .add(row.unit)
        .add(row.parent)
        .add(static_cast<std::int64_t>(row.ofProcess))
        .add(static_cast<std::int64_t>(row.higherIsBetter))
        .add(place);
    Result<std::int64_t> id = m_addRow->onlyInteger();
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
            m_summaries.add(*row).add(iterationModeName(mode)).add(id);
            m_summaries.add(static_cast<std::int64_t>(numbers.count));
            for (const double value :
                 {numbers.min, numbers.p5, numbers.p25, numbers.p50, numbers.p75, numbers.p95, numbers.max}) {
                m_summaries.addReal(value);
            }
            m_summaries.add(packSamples(samples));
            if (const Result<void> done = m_summaries.isFull() ? finish() : Result<void>(); !done) {
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
    if (const Result<void> looked = writer.expect(runs); !looked) {
        return looked.error();
    }
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
    if (const Result<void> finished = writer.finish(); !finished) {
        return finished.error();
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
