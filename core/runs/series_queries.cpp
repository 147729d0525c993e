// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/series_queries.h"

#include "core/runs/measured_rows.h"
#include "core/runs/run_json.h"
#include "core/runs/sql_statement.h"

#include <QSqlDatabase>

#include <algorithm>
#include <unordered_map>

namespace perihelion {

namespace {

constexpr std::size_t kFewRuns = 64;

QString readingSeries()
{
    return QStringLiteral("Reading a series");
}

Result<std::vector<SeriesRun>> listSeriesRuns(const QSqlDatabase& database, std::int64_t series)
{
    SqlStatement rows(
        database,
        QStringLiteral("SELECT id, started_ms, commit_id, commit_ms, branch, dirty, host, state,"
                       " failure, iterations, failed, interleaved FROM measured_runs WHERE series_id = ?"
                       " ORDER BY COALESCE(commit_ms, started_ms), started_ms, id"),
        readingSeries());
    if (const Result<void> done = rows.add(series).run(); !done) {
        return done.error();
    }
    std::vector<SeriesRun> runs;
    while (rows.next()) {
        SeriesRun run;
        run.run = rows.integer(0);
        run.started = rows.time(1);
        run.commit = rows.text(2);
        run.commitTime = rows.time(3);
        run.branch = rows.text(4);
        run.dirty = rows.integer(5) != 0;
        run.host = rows.text(6);
        run.state = runStateFromName(rows.text(7));
        run.failure = rows.text(8);
        run.iterations = static_cast<int>(rows.integer(9));
        run.failed = static_cast<int>(rows.integer(10));
        run.interleaved = rows.text(11);
        runs.push_back(std::move(run));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return runs;
}

bool isWanted(const SeriesRow& row, const RowFilter& filter)
{
    return (!filter.kind || *filter.kind == row.kind) &&
           (filter.rows.empty() ||
            std::find(filter.rows.begin(), filter.rows.end(), row.id) != filter.rows.end());
}

} // namespace

Result<std::vector<SeriesRow>> listRows(const QSqlDatabase& database, std::int64_t series)
{
    SqlStatement rows(database,
                      QStringLiteral("SELECT id, kind, name, unit, parent, of_process, higher_is_better"
                                     " FROM series_rows WHERE series_id = ? ORDER BY kind DESC, place, id"),
                      readingSeries());
    if (const Result<void> done = rows.add(series).run(); !done) {
        return done.error();
    }
    std::vector<SeriesRow> listed;
    while (rows.next()) {
        SeriesRow row;
        row.id = rows.integer(0);
        row.kind = rows.text(1) == u"metric" ? RowKind::Metric : RowKind::Phase;
        row.name = rows.text(2);
        row.unit = rows.text(3);
        row.parent = rows.text(4);
        row.ofProcess = rows.integer(5) != 0;
        row.higherIsBetter = rows.integer(6) != 0;
        listed.push_back(std::move(row));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return listed;
}

Result<SeriesPoints> listPoints(const QSqlDatabase& database, std::int64_t series, const RowFilter& filter)
{
    Result<std::vector<SeriesRun>> runs = listSeriesRuns(database, series);
    if (!runs) {
        return runs.error();
    }
    const Result<std::vector<SeriesRow>> rows = listRows(database, series);
    if (!rows) {
        return rows.error();
    }
    SeriesPoints answer;
    answer.runs = std::move(*runs);
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t place = 0; place < answer.runs.size(); ++place) {
        places.emplace(answer.runs[place].run, place);
    }
    // Where a row's numbers go, by its id: cold, then warm.
    std::vector<RowPoints> columns;
    std::unordered_map<std::int64_t, std::size_t> columnOf;
    QStringList wanted;
    for (const SeriesRow& row : *rows) {
        if (isWanted(row, filter)) {
            columnOf.emplace(row.id, columns.size());
            columns.push_back({row, IterationMode::Cold, {}});
            columns.push_back({row, IterationMode::Warm, {}});
            wanted.append(QString::number(row.id));
        }
    }
    if (wanted.isEmpty()) {
        return answer;
    }
    // One question for all rows: a server is far away.
    SqlStatement points(database,
                        QString(u"SELECT row_id, CASE WHEN mode = 'warm' THEN 1 ELSE 0 END, run_id, n, "
                                u"min_value, p5, p25, p50, p75, p95, max_value"
                                u" FROM row_summaries WHERE row_id IN (" %
                                wanted.join(u',') % u')' %
                                (filter.mode ? QStringLiteral(" AND mode = ?") : QString())),
                        readingSeries());
    if (filter.mode) {
        points.add(iterationModeName(*filter.mode));
    }
    if (const Result<void> done = points.run(); !done) {
        return done.error();
    }
    while (points.next()) {
        // A run that came in since the runs were listed is shown by the next question.
        const auto place = places.find(points.integer(2));
        if (place == places.end()) {
            continue;
        }
        RowPoints& column =
            columns[columnOf.at(points.integer(0)) + static_cast<std::size_t>(points.integer(1))];
        column.points.resize(answer.runs.size());
        column.points[place->second] = {static_cast<int>(points.integer(3)),
                                        points.real(4),
                                        points.real(5),
                                        points.real(6),
                                        points.real(7),
                                        points.real(8),
                                        points.real(9),
                                        points.real(10)};
    }
    if (const Result<void> done = points.finish(); !done) {
        return done.error();
    }
    for (RowPoints& column : columns) {
        if (!column.points.empty()) {
            answer.rows.push_back(std::move(column));
        }
    }
    return answer;
}

Result<std::vector<RunSamples>> readSamples(const QSqlDatabase& database, std::int64_t row,
                                            IterationMode mode, std::span<const std::int64_t> runs)
{
    // Few runs are asked for by name, many are picked out of all.
    std::vector<std::int64_t> wanted(runs.begin(), runs.end());
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    QString text = QStringLiteral("SELECT run_id, samples FROM row_summaries WHERE row_id = ? AND mode = ?");
    if (!wanted.empty() && wanted.size() <= kFewRuns) {
        QStringList ids;
        for (const std::int64_t run : wanted) {
            ids.append(QString::number(run));
        }
        text += QString(u" AND run_id IN (" % ids.join(u',') % u')');
    }
    SqlStatement rows(database, QString(text % u" ORDER BY run_id"), readingSeries());
    if (const Result<void> done = rows.add(row).add(iterationModeName(mode)).run(); !done) {
        return done.error();
    }
    std::vector<RunSamples> answer;
    while (rows.next()) {
        const std::int64_t run = rows.integer(0);
        if (wanted.empty() || std::binary_search(wanted.begin(), wanted.end(), run)) {
            ModeSamples samples = unpackSamples(rows.bytes(1));
            answer.push_back({run, std::move(samples.values), std::move(samples.processes)});
        }
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return answer;
}

} // namespace perihelion
