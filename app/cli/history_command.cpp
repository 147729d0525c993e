// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/history_command.h"

#include "app/cli/history_report.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

QJsonValue timeJson(const QDateTime& time)
{
    return time.isValid() ? QJsonValue(time.toString(Qt::ISODateWithMs)) : QJsonValue();
}

QJsonObject pointJson(const WorkloadHistory& history, const HistorySeries& series, std::size_t index,
                      PointStatistic statistic)
{
    const SeriesRun& run = history.runs[index].run;
    const PointNumbers& numbers = series.points[index];
    QJsonObject json{{QStringLiteral("run_id"), static_cast<qint64>(run.run)},
                     {QStringLiteral("commit"), run.commit},
                     {QStringLiteral("commit_time"), timeJson(run.commitTime)},
                     {QStringLiteral("started"), timeJson(run.started)},
                     {QStringLiteral("branch"), run.branch},
                     {QStringLiteral("on_branch"), history.runs[index].onBranch},
                     {QStringLiteral("dirty"), run.dirty},
                     {QStringLiteral("interleaved"), run.interleaved},
                     {QStringLiteral("state"), runStateName(run.state)},
                     {QStringLiteral("failure"), run.failure},
                     {QStringLiteral("failed"), run.failed},
                     {QStringLiteral("n"), numbers.count}};
    const auto insert = [&](const QString& key, double value) {
        json.insert(key, numbers.count > 0 ? QJsonValue(series.shown(value)) : QJsonValue());
    };
    insert(QStringLiteral("value"), statisticOf(numbers, statistic));
    insert(QStringLiteral("min"), numbers.min);
    insert(QStringLiteral("p5"), numbers.p5);
    insert(QStringLiteral("p25"), numbers.p25);
    insert(QStringLiteral("p50"), numbers.p50);
    insert(QStringLiteral("p75"), numbers.p75);
    insert(QStringLiteral("p95"), numbers.p95);
    insert(QStringLiteral("max"), numbers.max);
    return json;
}

QJsonObject seriesJson(const WorkloadHistory& history, const HistorySeries& series, PointStatistic statistic)
{
    QJsonArray points;
    for (std::size_t i = 0; i < history.runs.size(); ++i) {
        points.append(pointJson(history, series, i, statistic));
    }
    QJsonArray levels;
    for (const SeriesLevel& level : series.levels) {
        levels.append(QJsonObject{{QStringLiteral("from"), static_cast<qint64>(level.begin)},
                                  {QStringLiteral("to"), static_cast<qint64>(level.end) - 1},
                                  {QStringLiteral("commit"), history.runs[level.begin].run.commit},
                                  {QStringLiteral("median"), series.shown(level.median)}});
    }
    QJsonArray changes;
    for (const HistoryChange& change : series.changes) {
        changes.append(changeJson(history, series, change, true));
    }
    QJsonArray stopped;
    for (const HistoryChange& change : series.stopped) {
        stopped.append(changeJson(history, series, change, false));
    }
    QJsonArray environments;
    for (const std::size_t index : history.environmentChanges) {
        environments.append(static_cast<qint64>(index));
    }
    return {{QStringLiteral("project"), history.project},
            {QStringLiteral("workload"), history.workload},
            {QStringLiteral("scenario"), history.scenario},
            {QStringLiteral("machine"), history.host},
            {QStringLiteral("build_type"), history.buildType},
            {QStringLiteral("origin"), history.origin},
            {QStringLiteral("order"), commitOrderName(history.order)},
            {QStringLiteral("phase"), series.row.name},
            {QStringLiteral("kind"),
             series.row.kind == RowKind::Phase ? QStringLiteral("phase") : QStringLiteral("metric")},
            {QStringLiteral("mode"), iterationModeName(series.mode)},
            {QStringLiteral("metric"), pointStatisticName(statistic)},
            {QStringLiteral("unit"), series.shownUnit()},
            {QStringLiteral("better"),
             series.row.higherIsBetter ? QStringLiteral("higher") : QStringLiteral("lower")},
            {QStringLiteral("points"), points},
            {QStringLiteral("levels"), levels},
            {QStringLiteral("changes"), changes},
            {QStringLiteral("stopped"), stopped},
            {QStringLiteral("environment_changes"), environments}};
}

QString pointText(const WorkloadHistory& history, const HistorySeries& series, std::size_t index,
                  PointStatistic statistic)
{
    const SeriesRun& run = history.runs[index].run;
    const PointNumbers& numbers = series.points[index];
    const QDateTime at = run.commitTime.isValid() ? run.commitTime : run.started;
    QString text = QString(u"  " % run.commit.left(10).leftJustified(10) % (run.dirty ? u" +  " : u"    ") %
                           at.toString(Qt::ISODate).left(10) % u"  ");
    if (numbers.count == 0) {
        return QString(
            text %
            (run.state == RunState::Finished ? QStringLiteral("not measured") : runStateName(run.state)) %
            (run.failure.isEmpty() ? QString() : QString(u": " % run.failure)) % u'\n');
    }
    const auto shown = [&series](double value) {
        return QString::number(series.shown(value), 'g', 6).rightJustified(12);
    };
    return QString(text % shown(statisticOf(numbers, statistic)) % u"  " % shown(numbers.min) % u" …" %
                   shown(numbers.max) % u"  n " % QString::number(numbers.count) % u'\n');
}

QString seriesText(const WorkloadHistory& history, const HistorySeries& series, PointStatistic statistic)
{
    QString text = QString(seriesTitle(history, series) % u": " % pointStatisticName(statistic) %
                           u", least and greatest in " % series.shownUnit() % u", by " %
                           commitOrderName(history.order) % u'\n');
    for (std::size_t i = 0; i < history.runs.size(); ++i) {
        if (std::find(history.environmentChanges.begin(), history.environmentChanges.end(), i) !=
            history.environmentChanges.end()) {
            text += QStringLiteral("  --- another machine or version of the workload\n");
        }
        for (const HistoryChange& change : series.changes) {
            if (change.index == i) {
                text += QString(u"  >>> " % changeKind(change) % u": " % change.sentence % u'\n');
            }
        }
        text += pointText(history, series, i, statistic);
    }
    return text;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(historyCommand());
    options.setPositional(1, 1);
    declareHistoryOptions(options);
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto histories = chosenHistories(options, options.positional().first(), true, session.cancel());
    if (!histories) {
        return session.fail(histories.error());
    }
    const auto statistic = chosenStatistic(options);
    if (!statistic) {
        return session.fail(statistic.error());
    }
    QJsonArray all;
    QString text;
    for (const WorkloadHistory& history : *histories) {
        for (const HistorySeries& series : history.series) {
            if (options.isSet(QStringLiteral("json"))) {
                all.append(seriesJson(history, series, *statistic));
            } else {
                text += seriesText(history, series, *statistic);
            }
        }
    }
    return options.isSet(QStringLiteral("json")) ? session.printJson(all) : session.print(text);
}

} // namespace

CliCommand historyCommand()
{
    return CliCommand{QStringLiteral("history"), QStringLiteral("Show a workload across commits"),
                      QStringLiteral("WORKLOAD[/SCENARIO] [--phase P] [--mode MODE] [--metric NAME] "
                                     "[--project NAME] [--machine HOST] [--branch NAME] [--repo FOLDER] "
                                     "[--store URL] [--json]"),
                      run};
}

} // namespace perihelion
