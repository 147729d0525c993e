// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/workload_history.h"

#include "core/history/history_pairs.h"
#include "core/runs/run_store.h"

#include <QHash>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace perihelion {

namespace {

constexpr std::array<std::pair<PointStatistic, QStringView>, 4> kStatistics{{{PointStatistic::P50, u"p50"},
                                                                             {PointStatistic::P95, u"p95"},
                                                                             {PointStatistic::Min, u"min"},
                                                                             {PointStatistic::Max, u"max"}}};

/// Series of the store that make one history.
QString historyKey(const SeriesListing& series)
{
    return QStringList{series.project, series.workload,  series.scenarioHash,
                       series.host,    series.buildType, series.origin}
        .join(QChar(0));
}

bool isMeant(const SeriesListing& series, const HistoryFilter& filter)
{
    const auto fits = [](const QString& wanted, const QString& there) {
        return wanted.isEmpty() || wanted == there;
    };
    // A project is known by its name and, after @, by where its repository began.
    const bool ofProject =
        !filter.project || *filter.project == series.project ||
        (!filter.project->isEmpty() && series.project.startsWith(QString(*filter.project % u'@')));
    return ofProject && fits(filter.workload, series.workload) && fits(filter.scenario, series.scenario) &&
           fits(filter.host, series.host);
}

bool isExact(const SeriesRow& row)
{
    return row.kind == RowKind::Metric &&
           (row.name == metric::kPayloadBytes || row.name == metric::kPayloadGzipBytes);
}

/// The rows of a series of the store that are meant. Nothing: all of them.
Result<RowFilter> rowsMeant(const RunStore& store, std::int64_t series, const HistoryFilter& filter)
{
    RowFilter rows;
    rows.kind = filter.kind;
    rows.mode = filter.mode;
    if (filter.row.isEmpty()) {
        return rows;
    }
    const auto known = store.seriesRows(series);
    if (!known) {
        return known.error();
    }
    for (const SeriesRow& row : *known) {
        if (row.name == filter.row) {
            rows.rows.push_back(row.id);
        }
    }
    if (rows.rows.empty()) {
        rows.rows.push_back(-1); // No row has this id: the series measured nothing of that name.
    }
    return rows;
}

HistorySeries& seriesFor(WorkloadHistory& history, const RowPoints& of)
{
    const auto same = [&of](const HistorySeries& series) {
        return series.row.kind == of.row.kind && series.row.name == of.row.name && series.mode == of.mode;
    };
    const auto at = std::find_if(history.series.begin(), history.series.end(), same);
    if (at != history.series.end()) {
        return *at;
    }
    HistorySeries series;
    series.row = of.row;
    series.mode = of.mode;
    series.exact = isExact(of.row);
    history.series.push_back(std::move(series));
    return history.series.back();
}

/// Where commits stand on the branch that gives the order.
struct BranchPlaces {
    QHash<QString, std::size_t> places; ///< 0: the oldest.
    /// By place: the latest time of any commit so far, which never falls, unlike the times themselves.
    std::vector<qint64> times;

    explicit BranchPlaces(std::span<const Commit> firstParents)
    {
        qint64 latest = std::numeric_limits<qint64>::min();
        // From the oldest; by number, because clang 14 cannot parse the library's reversed views.
        for (std::size_t newer = firstParents.size(); newer > 0; --newer) {
            const Commit& commit = firstParents[newer - 1];
            latest = std::max(latest, qint64{commit.committed.toMSecsSinceEpoch()});
            places.insert(commit.hash, times.size());
            times.push_back(latest);
        }
    }
};

/// Appends the runs of one series of the store, and their points.
/// branch: empty, or the name of the one that is meant; commits known to lie on it count under any name, as
/// branches are renamed.
void append(WorkloadHistory& history, std::int64_t series, SeriesPoints points, const QString& branch,
            const BranchPlaces& known)
{
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < points.runs.size(); ++i) {
        SeriesRun& run = points.runs[i];
        if (branch.isEmpty() || run.branch.isEmpty() || run.branch == branch ||
            known.places.contains(run.commit)) {
            kept.push_back(i);
            history.runs.push_back({std::move(run), series, true});
        }
    }
    const std::size_t before = history.runs.size() - kept.size();
    for (const RowPoints& row : points.rows) {
        HistorySeries& into = seriesFor(history, row);
        into.points.resize(before);
        for (const std::size_t i : kept) {
            into.points.push_back(row.points[i]);
        }
    }
    for (HistorySeries& each : history.series) {
        each.points.resize(history.runs.size());
    }
}

/// Time by which a commit stands, and when it was first measured.
struct CommitTimes {
    qint64 committed = std::numeric_limits<qint64>::max(); ///< Greatest: unknown.
    qint64 measured = std::numeric_limits<qint64>::max();
};

/// What a run is sorted by.
struct OrderKey {
    qint64 time = 0;
    bool beside = false;
    std::size_t place = 0;
    qint64 measured = 0;
    QString commit;
    bool dirty = false;
    qint64 started = 0;
    std::int64_t run = 0;

    auto parts() const { return std::tie(time, beside, place, measured, commit, dirty, started, run); }
};

/// Puts runs and points into the order of the commits.
void order(WorkloadHistory& history, const BranchPlaces& branch)
{
    QHash<QString, CommitTimes> times;
    bool timesKnown = false;
    bool placesKnown = false;
    for (const HistoryRun& each : history.runs) {
        if (each.run.commit.isEmpty()) {
            continue;
        }
        CommitTimes& of = times[each.run.commit];
        of.measured = std::min(of.measured, qint64{each.run.started.toMSecsSinceEpoch()});
        if (each.run.commitTime.isValid()) {
            of.committed = std::min(of.committed, qint64{each.run.commitTime.toMSecsSinceEpoch()});
            timesKnown = true;
        }
        placesKnown = placesKnown || branch.places.contains(each.run.commit);
    }
    history.order = placesKnown  ? CommitOrder::FirstParents
                    : timesKnown ? CommitOrder::CommitTime
                                 : CommitOrder::RunTime;
    std::vector<OrderKey> keys;
    for (HistoryRun& each : history.runs) {
        OrderKey key;
        key.started = each.run.started.toMSecsSinceEpoch();
        key.commit = each.run.commit;
        key.dirty = each.run.dirty;
        key.run = each.run.run;
        const CommitTimes of = key.commit.isEmpty()
                                   ? CommitTimes{std::numeric_limits<qint64>::max(), key.started}
                                   : times.value(key.commit);
        key.measured = of.measured;
        const bool known = of.committed != std::numeric_limits<qint64>::max();
        key.time = known && history.order != CommitOrder::RunTime ? of.committed : of.measured;
        if (placesKnown) {
            const auto at = branch.places.constFind(key.commit);
            each.onBranch = at != branch.places.constEnd();
            key.beside = !each.onBranch;
            if (each.onBranch) {
                key.place = *at;
                key.time = branch.times[*at];
            }
        }
        keys.push_back(std::move(key));
    }
    std::vector<std::size_t> places(keys.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::sort(places.begin(), places.end(),
              [&keys](std::size_t a, std::size_t b) { return keys[a].parts() < keys[b].parts(); });
    const auto reordered = [&places](const auto& values) {
        std::decay_t<decltype(values)> sorted;
        sorted.reserve(values.size());
        for (const std::size_t place : places) {
            sorted.push_back(values[place]);
        }
        return sorted;
    };
    history.runs = reordered(history.runs);
    for (HistorySeries& each : history.series) {
        each.points = reordered(each.points);
    }
    std::vector<std::int64_t> seen;
    for (std::size_t i = 0; i < history.runs.size(); ++i) {
        const std::int64_t series = history.runs[i].series;
        if (std::find(seen.begin(), seen.end(), series) == seen.end()) {
            seen.push_back(series);
            if (i > 0) {
                history.environmentChanges.push_back(i);
            }
        }
    }
}

} // namespace

QString commitOrderName(CommitOrder order)
{
    switch (order) {
    case CommitOrder::FirstParents:
        return QStringLiteral("first parents");
    case CommitOrder::CommitTime:
        return QStringLiteral("commit time");
    case CommitOrder::RunTime:
        break;
    }
    return QStringLiteral("run time");
}

QString pointStatisticName(PointStatistic statistic)
{
    const auto* at = std::find_if(kStatistics.begin(), kStatistics.end(),
                                  [statistic](const auto& each) { return each.first == statistic; });
    return at->second.toString();
}

std::optional<PointStatistic> pointStatisticFromName(QStringView name)
{
    const auto* at = std::find_if(kStatistics.begin(), kStatistics.end(),
                                  [name](const auto& each) { return each.second == name; });
    return at == kStatistics.end() ? std::nullopt : std::optional(at->first);
}

double statisticOf(const PointNumbers& numbers, PointStatistic statistic)
{
    if (numbers.count == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    switch (statistic) {
    case PointStatistic::P95:
        return numbers.p95;
    case PointStatistic::Min:
        return numbers.min;
    case PointStatistic::Max:
        return numbers.max;
    case PointStatistic::P50:
        break;
    }
    return numbers.p50;
}

const HistorySeries* WorkloadHistory::find(QStringView row, IterationMode mode) const
{
    const auto at = std::find_if(series.begin(), series.end(), [&](const HistorySeries& each) {
        return each.row.name == row && each.mode == mode;
    });
    return at == series.end() ? nullptr : &*at;
}

Result<std::vector<WorkloadHistory>> readHistories(const RunStore& store, const HistoryFilter& filter,
                                                   std::span<const Commit> firstParents,
                                                   const CancelToken& cancel)
{
    const auto listed = store.series();
    if (!listed) {
        return listed.error();
    }
    const BranchPlaces branch(firstParents);
    std::vector<WorkloadHistory> histories;
    QHash<QString, std::size_t> known;
    for (const SeriesListing& series : *listed) {
        if (!isMeant(series, filter)) {
            continue;
        }
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Reading the history was cancelled"), {}};
        }
        const auto rows = rowsMeant(store, series.id, filter);
        if (!rows) {
            return rows.error();
        }
        auto points = store.seriesPoints(series.id, *rows);
        if (!points) {
            return points.error();
        }
        const QString key = historyKey(series);
        if (!known.contains(key)) {
            known.insert(key, histories.size());
            WorkloadHistory history;
            history.project = series.project;
            history.workload = series.workload;
            history.scenario = series.scenario;
            history.scenarioHash = series.scenarioHash;
            history.host = series.host;
            history.buildType = series.buildType;
            history.origin = series.origin;
            histories.push_back(std::move(history));
        }
        append(histories[known.value(key)], series.id, std::move(*points), filter.branch, branch);
    }
    for (WorkloadHistory& history : histories) {
        order(history, branch);
        if (const Result<void> added = addPairs(store, history); !added) {
            return added.error();
        }
    }
    std::erase_if(histories, [](const WorkloadHistory& history) { return history.runs.empty(); });
    return histories;
}

Result<std::vector<RunNote>> notesFor(const RunStore& store, std::span<const WorkloadHistory> histories)
{
    std::vector<RunNote> notes;
    QStringList projects;
    for (const WorkloadHistory& history : histories) {
        if (projects.contains(history.project)) {
            continue;
        }
        projects.append(history.project);
        auto own = store.notes(history.project);
        if (!own) {
            return own.error();
        }
        notes.insert(notes.end(), own->begin(), own->end());
    }
    return notes;
}

Result<std::vector<WorkloadHistory>> judgedHistories(const RunStore& store, const HistoryFilter& filter,
                                                     std::span<const Commit> firstParents,
                                                     const HistoryRule& rule, DecodePool& pool,
                                                     const CancelToken& cancel)
{
    auto histories = readHistories(store, filter, firstParents, cancel);
    if (!histories) {
        return histories;
    }
    const auto notes = notesFor(store, *histories);
    if (!notes) {
        return notes.error();
    }
    return judgeHistories(std::move(*histories), *notes, rule, pool, cancel);
}

} // namespace perihelion
