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

/// The first text that no text with this beginning reaches; commits are hexadecimal digits.
QString endOfPrefix(const QString& prefix)
{
    return QString(prefix % u'~');
}

} // namespace

Result<std::vector<RunListing>> listRuns(const QSqlDatabase& database, const RunFilter& filter, int limit)
{
    QString where = QStringLiteral("1 = 1");
    if (filter.series != 0) {
        where += QStringLiteral(" AND measured_runs.series_id = ?");
    }
    if (filter.project) {
        where += QStringLiteral(" AND measured_runs.series_id IN (SELECT id FROM run_series"
                                " WHERE project = ?)");
    }
    if (!filter.workload.isEmpty()) {
        where += QStringLiteral(" AND measured_runs.series_id IN (SELECT id FROM run_series"
                                " WHERE workload = ?)");
    }
    if (!filter.branch.isEmpty()) {
        where += QStringLiteral(" AND measured_runs.branch = ?");
    }
    if (!filter.scenario.isEmpty()) {
        where += QStringLiteral(" AND measured_runs.scenario = ?");
    }
    if (!filter.commit.isEmpty()) {
        where += QStringLiteral(" AND measured_runs.commit_id >= ? AND measured_runs.commit_id < ?");
    }
    if (filter.state) {
        where += QStringLiteral(" AND measured_runs.state = ?");
    }
    if (filter.olderThan != 0) {
        where += QStringLiteral(" AND (measured_runs.started_ms, measured_runs.id) <"
                                " (SELECT started_ms, id FROM measured_runs WHERE id = ?)");
    }
    SqlStatement rows(
        database,
        QString(u"SELECT measured_runs.id, series_id, run_series.project, run_series.workload, scenario,"
                u" run_series.scenario_hash, started_ms, state, commit_id, commit_ms, branch, dirty, failure,"
                u" host, run_series.origin, iterations, failed, cold_p50_ns, warm_p50_ns, interleaved"
                u" FROM measured_runs JOIN run_series ON run_series.id = measured_runs.series_id WHERE " %
                where % u" ORDER BY started_ms DESC, measured_runs.id DESC LIMIT ?"),
        listing());
    if (filter.series != 0) {
        rows.add(filter.series);
    }
    if (filter.project) {
        rows.add(*filter.project);
    }
    if (!filter.workload.isEmpty()) {
        rows.add(filter.workload);
    }
    if (!filter.branch.isEmpty()) {
        rows.add(filter.branch);
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
        run.project = rows.text(2);
        run.workload = rows.text(3);
        run.scenario = rows.text(4);
        run.scenarioHash = rows.text(5);
        run.started = rows.time(6);
        run.state = runStateFromName(rows.text(7));
        run.commit = rows.text(8);
        run.commitTime = rows.time(9);
        run.branch = rows.text(10);
        run.dirty = rows.integer(11) != 0;
        run.failure = rows.text(12);
        run.host = rows.text(13);
        run.origin = rows.text(14);
        run.iterations = static_cast<int>(rows.integer(15));
        run.failed = static_cast<int>(rows.integer(16));
        run.coldMedian = Nanoseconds(rows.integer(17));
        run.warmMedian = Nanoseconds(rows.integer(18));
        run.interleaved = rows.text(19);
        listed.push_back(std::move(run));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return listed;
}

Result<std::vector<SeriesListing>> listSeries(const QSqlDatabase& database)
{
    // The newest run of each series is one step in the index (series, started_ms).
    SqlStatement rows(
        database,
        QStringLiteral("SELECT run_series.id, project, workload, workload_version, scenario_hash, machine,"
                       " build_type, origin, newest.scenario, newest.host, newest.started_ms,"
                       " (SELECT COUNT(*) FROM measured_runs WHERE series_id = run_series.id)"
                       " FROM run_series JOIN measured_runs AS newest ON newest.id ="
                       " (SELECT id FROM measured_runs WHERE series_id = run_series.id"
                       " ORDER BY started_ms DESC, id DESC LIMIT 1)"
                       " ORDER BY newest.started_ms DESC, run_series.id DESC"),
        listing());
    if (const Result<void> done = rows.run(); !done) {
        return done.error();
    }
    std::vector<SeriesListing> listed;
    while (rows.next()) {
        SeriesListing series;
        series.id = rows.integer(0);
        series.project = rows.text(1);
        series.workload = rows.text(2);
        series.workloadVersion = static_cast<int>(rows.integer(3));
        series.scenarioHash = rows.text(4);
        series.machine = rows.text(5);
        series.buildType = rows.text(6);
        series.origin = rows.text(7);
        series.scenario = rows.text(8);
        series.host = rows.text(9);
        series.newest = rows.time(10);
        series.runs = static_cast<int>(rows.integer(11));
        listed.push_back(std::move(series));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return listed;
}

} // namespace perihelion
