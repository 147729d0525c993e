// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/history_report.h"

#include "app/cli/run_selection.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr qsizetype kShownCommit = 12;

QJsonValue numberOrNull(double value)
{
    return std::isfinite(value) ? QJsonValue(value) : QJsonValue();
}

/// Milliseconds of a time; null for anything else.
QJsonValue millisOrNull(const HistorySeries& series, double value)
{
    if (series.row.kind == RowKind::Phase) {
        return numberOrNull(series.shown(value));
    }
    return series.row.unit == u"s" ? numberOrNull(value * 1000) : QJsonValue();
}

Result<std::vector<Commit>> firstParentsOf(const CliOptions& options, const CancelToken& cancel)
{
    if (!options.isSet(QStringLiteral("repo"))) {
        return std::vector<Commit>();
    }
    const auto repository = CommitHistory::open(options.value(QStringLiteral("repo")), cancel);
    if (!repository) {
        return repository.error();
    }
    const QString branch = options.value(QStringLiteral("branch"));
    return repository->firstParents(branch.isEmpty() ? QStringLiteral("HEAD") : branch, 0, cancel);
}

/// Leaves the total of each history, where it has one.
void keepTotals(std::vector<WorkloadHistory>& histories)
{
    for (WorkloadHistory& history : histories) {
        const auto isTotal = [](const HistorySeries& series) { return series.row.name == kTotalRow; };
        if (std::any_of(history.series.begin(), history.series.end(), isTotal)) {
            std::erase_if(history.series,
                          [&isTotal](const HistorySeries& series) { return !isTotal(series); });
        }
    }
}

Result<HistoryFilter> filterFrom(const CliOptions& options, const QString& title)
{
    HistoryFilter filter;
    filter.workload = title.section(u'/', 0, 0);
    filter.scenario = title.section(u'/', 1);
    filter.host = options.value(QStringLiteral("machine"));
    filter.branch = options.value(QStringLiteral("branch"));
    filter.row = options.value(QStringLiteral("phase"));
    if (options.isSet(QStringLiteral("project"))) {
        filter.project = options.value(QStringLiteral("project"));
    }
    if (options.isSet(QStringLiteral("mode"))) {
        const auto mode =
            options.choice(QStringLiteral("mode"), {QStringLiteral("cold"), QStringLiteral("warm")});
        if (!mode) {
            return mode.error();
        }
        filter.mode = *mode == u"cold" ? IterationMode::Cold : IterationMode::Warm;
    }
    return filter;
}

/// Why no history has a series that is meant.
QString nothingThere(const std::vector<WorkloadHistory>& histories, const HistoryFilter& filter)
{
    if (!filter.row.isEmpty()) {
        return QString(u"The run store holds nothing called " % filter.row % u" of this");
    }
    for (const WorkloadHistory& history : histories) {
        if (history.series.empty() && !history.runs.empty()) {
            const SeriesRun& newest = history.runs.back().run;
            return QString(QStringLiteral("Nothing could be measured in any run of this; the newest, at ") %
                           newest.commit.left(10) % u", " %
                           (newest.failure.isEmpty() ? QString(u"is " % runStateName(newest.state))
                                                     : QString(u"failed: " % newest.failure)));
        }
    }
    return QStringLiteral("The run store holds no runs of this");
}

} // namespace

void declareHistoryOptions(CliOptions& options)
{
    options.addValue(QStringLiteral("phase"), QStringLiteral("P"),
                     QStringLiteral("Only this phase (total and unattributed are two) or metric"));
    options.addValue(QStringLiteral("mode"), QStringLiteral("MODE"),
                     QStringLiteral("Only cold or only warm iterations"));
    options.addValue(QStringLiteral("metric"), QStringLiteral("NAME"),
                     QStringLiteral("Number of a run that stands for it: p50, p95, min or max"),
                     QStringLiteral("p50"));
    options.addValue(QStringLiteral("project"), QStringLiteral("NAME"),
                     QStringLiteral("Only this project; an empty name means Perihelion's own workloads"));
    options.addValue(QStringLiteral("machine"), QStringLiteral("HOST"),
                     QStringLiteral("Only runs of this machine"));
    options.addValue(QStringLiteral("branch"), QStringLiteral("NAME"),
                     QStringLiteral("Only runs of this branch, and those that name none"));
    options.addValue(
        QStringLiteral("repo"), QStringLiteral("FOLDER"),
        QStringLiteral("Order commits by the first parents of --branch, or of what is checked out"));
    options.addValue(
        QStringLiteral("store"), QStringLiteral("URL"),
        QStringLiteral("SQLite file of the runs or postgresql:// URL; by default the store of the settings"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print JSON"));
}

Result<PointStatistic> chosenStatistic(const CliOptions& options)
{
    const auto name =
        options.choice(QStringLiteral("metric"), {QStringLiteral("p50"), QStringLiteral("p95"),
                                                  QStringLiteral("min"), QStringLiteral("max")});
    if (!name) {
        return name.error();
    }
    return pointStatisticFromName(*name).value_or(PointStatistic::P50);
}

Result<std::vector<WorkloadHistory>> chosenHistories(const CliOptions& options, const QString& title,
                                                     bool alone, const CancelToken& cancel)
{
    HistoryRule rule;
    const auto statistic = chosenStatistic(options);
    if (!statistic) {
        return statistic.error();
    }
    rule.statistic = *statistic;
    const auto filter = filterFrom(options, title);
    if (!filter) {
        return filter.error();
    }
    const auto store = storeToRead(options);
    if (!store) {
        return store.error();
    }
    const auto firstParents = firstParentsOf(options, cancel);
    if (!firstParents) {
        return firstParents.error();
    }
    auto histories = readHistories(**store, *filter, *firstParents, cancel);
    if (!histories) {
        return histories;
    }
    if (alone && filter->row.isEmpty()) {
        keepTotals(*histories);
    }
    const QString missing = nothingThere(*histories, *filter);
    std::erase_if(*histories, [](const WorkloadHistory& history) { return history.series.empty(); });
    if (histories->empty() && !title.isEmpty()) {
        return Error{ErrorCode::NotFound, missing, title};
    }
    const auto notes = notesFor(**store, *histories);
    if (!notes) {
        return notes.error();
    }
    DecodePool pool;
    return judgeHistories(std::move(*histories), *notes, rule, pool, cancel);
}

QString seriesTitle(const WorkloadHistory& history, const HistorySeries& series)
{
    return QString(history.title() % u", " % series.row.name % u" (" % iterationModeName(series.mode) % u')' %
                   (history.host.isEmpty() ? QString() : QString(u", on " % history.host)) %
                   (history.project.isEmpty() ? QString() : QString(u", project " % history.project)));
}

QJsonObject changeJson(const WorkloadHistory& history, const HistorySeries& series,
                       const HistoryChange& change, bool counted)
{
    QJsonArray gates;
    for (const QString& gate : change.gates) {
        gates.append(gate);
    }
    const SeriesRun& at = history.runs[change.index].run;
    return {{QStringLiteral("series"), history.title()},
            {QStringLiteral("project"), history.project},
            {QStringLiteral("workload"), history.workload},
            {QStringLiteral("scenario"), history.scenario},
            {QStringLiteral("machine"), history.host},
            {QStringLiteral("phase"), series.row.name},
            {QStringLiteral("kind"),
             series.row.kind == RowKind::Phase ? QStringLiteral("phase") : QStringLiteral("metric")},
            {QStringLiteral("mode"), iterationModeName(series.mode)},
            {QStringLiteral("commit"), change.commit},
            {QStringLiteral("commit_before"), change.commitBefore},
            {QStringLiteral("commit_time"),
             at.commitTime.isValid() ? QJsonValue(at.commitTime.toString(Qt::ISODate)) : QJsonValue()},
            {QStringLiteral("run_id"), static_cast<qint64>(at.run)},
            {QStringLiteral("before_ms"), millisOrNull(series, change.before)},
            {QStringLiteral("after_ms"), millisOrNull(series, change.after)},
            {QStringLiteral("before"), numberOrNull(series.shown(change.before))},
            {QStringLiteral("after"), numberOrNull(series.shown(change.after))},
            {QStringLiteral("unit"), series.shownUnit()},
            {QStringLiteral("ratio"), numberOrNull(change.ratio)},
            {QStringLiteral("p"), change.p},
            {QStringLiteral("commits_before"), static_cast<qint64>(change.commitsBefore)},
            {QStringLiteral("commits_after"), static_cast<qint64>(change.commitsAfter)},
            {QStringLiteral("provisional"), change.provisional},
            {QStringLiteral("remeasured"), change.remeasured},
            {QStringLiteral("accepted"), change.accepted},
            {QStringLiteral("worse"), change.worse},
            {QStringLiteral("counted"), counted},
            {QStringLiteral("sentence"), change.sentence},
            {QStringLiteral("gates"), gates}};
}

QString confirmingCommand(const WorkloadHistory& history, const HistoryChange& change, const QString& folder)
{
    const SeriesRun& before = history.runs[change.lastBefore].run;
    const SeriesRun& at = history.runs[change.index].run;
    const bool can = change.provisional && history.origin.isEmpty() && !history.project.isEmpty() &&
                     !before.commit.isEmpty() && !at.commit.isEmpty() && before.commit != at.commit &&
                     !before.dirty && !at.dirty;
    return can ? QString(u"perihelion-cli compare " % before.commit.left(kShownCommit) % u' ' %
                         at.commit.left(kShownCommit) % u" --again --workload " % history.title() %
                         u" --project " % (folder.isEmpty() ? QStringLiteral("DIR") : folder))
               : QString();
}

QString changeKind(const HistoryChange& change)
{
    return change.accepted      ? QStringLiteral("accepted")
           : change.provisional ? QStringLiteral("alarm")
           : change.worse       ? QStringLiteral("worse")
                                : QStringLiteral("better");
}

} // namespace perihelion
