// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_lists.h"

#include "core/runs/run_json.h"
#include "core/runs/sql_statement.h"

#include <QSqlDatabase>

#include <algorithm>

namespace perihelion {

namespace {

QString listing()
{
    return QStringLiteral("Listing runs");
}

QDateTime atMillis(std::int64_t millis)
{
    return QDateTime::fromMSecsSinceEpoch(millis, Qt::UTC);
}

/// The first text that no text with this beginning reaches; commits are hexadecimal digits.
QString endOfPrefix(const QString& prefix)
{
    return QString(prefix % u'~');
}

} // namespace

Result<std::vector<RunListing>> listRuns(const QSqlDatabase& database, const RunFilter& filter, int limit)
{
    QString where = QStringLiteral("1");
    if (filter.series != 0) {
        where += QStringLiteral(" AND runs.series = ?");
    }
    if (!filter.workload.isEmpty()) {
        where += QStringLiteral(" AND runs.series IN (SELECT id FROM series WHERE workload = ?)");
    }
    if (!filter.scenario.isEmpty()) {
        where += QStringLiteral(" AND runs.scenario = ?");
    }
    if (!filter.commit.isEmpty()) {
        where += QStringLiteral(" AND runs.commit_id >= ? AND runs.commit_id < ?");
    }
    if (filter.state) {
        where += QStringLiteral(" AND runs.state = ?");
    }
    if (filter.olderThan != 0) {
        where += QStringLiteral(" AND (runs.started_ms, runs.id) <"
                                " (SELECT started_ms, id FROM runs WHERE id = ?)");
    }
    SqlStatement rows(
        database,
        QString(u"SELECT runs.id, runs.series, series.workload, runs.scenario, series.scenario_hash,"
                u" runs.started_ms, runs.state, runs.commit_id, runs.dirty, runs.host, series.origin,"
                u" runs.iterations, runs.failed, runs.cold_p50_ns, runs.warm_p50_ns"
                u" FROM runs JOIN series ON series.id = runs.series WHERE " %
                where % u" ORDER BY runs.started_ms DESC, runs.id DESC LIMIT ?"),
        listing());
    if (filter.series != 0) {
        rows.add(filter.series);
    }
    if (!filter.workload.isEmpty()) {
        rows.add(filter.workload);
    }
    if (!filter.scenario.isEmpty()) {
        rows.add(filter.scenario);
    }
    if (!filter.commit.isEmpty()) {
        rows.add(filter.commit).add(endOfPrefix(filter.commit));
    }
    if (filter.state) {
        rows.add(runStateName(*filter.state));
    }
    if (filter.olderThan != 0) {
        rows.add(filter.olderThan);
    }
    rows.add(static_cast<std::int64_t>(std::max(0, limit)));
    if (const Result<void> done = rows.run(); !done) {
        return done.error();
    }
    std::vector<RunListing> listed;
    while (rows.next()) {
        RunListing run;
        run.id = rows.integer(0);
        run.series = rows.integer(1);
        run.workload = rows.text(2);
        run.scenario = rows.text(3);
        run.scenarioHash = rows.text(4);
        run.started = atMillis(rows.integer(5));
        run.state = runStateFromName(rows.text(6));
        run.commit = rows.text(7);
        run.dirty = rows.integer(8) != 0;
        run.host = rows.text(9);
        run.origin = rows.text(10);
        run.iterations = static_cast<int>(rows.integer(11));
        run.failed = static_cast<int>(rows.integer(12));
        run.coldMedian = Nanoseconds(rows.integer(13));
        run.warmMedian = Nanoseconds(rows.integer(14));
        listed.push_back(std::move(run));
    }
    if (const Result<void> done = rows.ended(); !done) {
        return done.error();
    }
    return listed;
}

Result<std::vector<SeriesListing>> listSeries(const QSqlDatabase& database)
{
    // The newest run of each series is one step in the index (series, started_ms).
    SqlStatement rows(
        database,
        QStringLiteral("SELECT series.id, series.workload, series.workload_version, series.scenario_hash,"
                       " series.machine, series.build_type, newest.scenario, newest.started_ms,"
                       " (SELECT COUNT(*) FROM runs WHERE runs.series = series.id)"
                       " FROM series JOIN runs AS newest ON newest.id = (SELECT id FROM runs"
                       " WHERE runs.series = series.id ORDER BY started_ms DESC, id DESC LIMIT 1)"
                       " ORDER BY newest.started_ms DESC, series.id DESC"),
        listing());
    if (const Result<void> done = rows.run(); !done) {
        return done.error();
    }
    std::vector<SeriesListing> listed;
    while (rows.next()) {
        SeriesListing series;
        series.id = rows.integer(0);
        series.workload = rows.text(1);
        series.workloadVersion = static_cast<int>(rows.integer(2));
        series.scenarioHash = rows.text(3);
        series.machine = rows.text(4);
        series.buildType = rows.text(5);
        series.scenario = rows.text(6);
        series.newest = atMillis(rows.integer(7));
        series.runs = static_cast<int>(rows.integer(8));
        listed.push_back(std::move(series));
    }
    if (const Result<void> done = rows.ended(); !done) {
        return done.error();
    }
    return listed;
}

Result<std::vector<SeriesPoint>> listPoints(const QSqlDatabase& database, std::int64_t series,
                                            const QString& phase, IterationMode mode)
{
    SqlStatement rows(
        database,
        QStringLiteral("SELECT runs.id, runs.started_ms, runs.commit_id, runs.dirty, runs.state,"
                       " runs.failed, summaries.count, summaries.min_ns, summaries.p50_ns,"
                       " summaries.p95_ns, summaries.max_ns"
                       " FROM summaries JOIN runs ON runs.id = summaries.run"
                       " WHERE summaries.series = ? AND summaries.phase = ? AND summaries.mode = ?"
                       " ORDER BY runs.started_ms, runs.id"),
        listing());
    if (const Result<void> done = rows.add(series).add(phase).add(iterationModeName(mode)).run(); !done) {
        return done.error();
    }
    std::vector<SeriesPoint> points;
    while (rows.next()) {
        SeriesPoint point;
        point.run = rows.integer(0);
        point.started = atMillis(rows.integer(1));
        point.commit = rows.text(2);
        point.dirty = rows.integer(3) != 0;
        point.state = runStateFromName(rows.text(4));
        point.failed = static_cast<int>(rows.integer(5));
        point.count = static_cast<int>(rows.integer(6));
        point.min = Nanoseconds(rows.integer(7));
        point.p50 = Nanoseconds(rows.integer(8));
        point.p95 = Nanoseconds(rows.integer(9));
        point.max = Nanoseconds(rows.integer(10));
        points.push_back(std::move(point));
    }
    if (const Result<void> done = rows.ended(); !done) {
        return done.error();
    }
    return points;
}

} // namespace perihelion
