// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/changes_command.h"

#include "app/cli/history_report.h"

#include <QJsonArray>

namespace perihelion {

namespace {

QString counted(std::size_t count, QStringView one, QStringView many)
{
    return QString(QString::number(count) % u' ' % (count == 1 ? one : many));
}

QJsonArray changesJson(const std::vector<WorkloadHistory>& histories, bool stopped, const QString& folder)
{
    QJsonArray all;
    for (const WorkloadHistory& history : histories) {
        for (const HistorySeries& series : history.series) {
            for (const HistoryChange& change : series.changes) {
                QJsonObject json = changeJson(history, series, change, true);
                if (const QString command = confirmingCommand(history, change, folder); !command.isEmpty()) {
                    json.insert(QStringLiteral("confirm"), command);
                }
                all.append(json);
            }
            for (const HistoryChange& change : stopped ? series.stopped : std::vector<HistoryChange>()) {
                all.append(changeJson(history, series, change, false));
            }
        }
    }
    return all;
}

/// What a person does about an alarm; empty where there is nothing but profiling that commit again.
QString confirmingText(const WorkloadHistory& history, const HistoryChange& change, const QString& folder)
{
    const QString command = confirmingCommand(history, change, folder);
    return command.isEmpty() ? QString()
                             : QString(QString(11, u' ') % u"To confirm or withdraw it: " % command % u'\n');
}

QString changesText(const std::vector<WorkloadHistory>& histories, bool stopped, const QString& folder)
{
    std::size_t judged = 0;
    std::size_t changes = 0;
    std::size_t alarms = 0;
    QString text;
    for (const WorkloadHistory& history : histories) {
        for (const HistorySeries& series : history.series) {
            ++judged;
            const bool shown = !series.changes.empty() || (stopped && !series.stopped.empty());
            text += shown ? QString(seriesTitle(history, series) % u'\n') : QString();
            for (const HistoryChange& change : series.changes) {
                ++(change.provisional ? alarms : changes);
                text += QString(u"  " % changeKind(change).leftJustified(9) % change.sentence % u'\n' %
                                confirmingText(history, change, folder));
            }
            for (const HistoryChange& change : stopped ? series.stopped : std::vector<HistoryChange>()) {
                text += QString(u"  " % QStringLiteral("stopped").leftJustified(9) % change.sentence % u'\n');
            }
        }
    }
    return QString(text % counted(changes, u"change", u"changes") % u" and " %
                   counted(alarms, u"alarm", u"alarms") % u" in " % counted(judged, u"series", u"series") %
                   u'\n');
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(changesCommand());
    options.setPositional(0, 1);
    declareHistoryOptions(options);
    options.addFlag(QStringLiteral("stopped"),
                    QStringLiteral("Also what looked like a change and is not counted, with the reason"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto histories = chosenHistories(options, options.positional().value(0), false, session.cancel());
    if (!histories) {
        return session.fail(histories.error());
    }
    const bool stopped = options.isSet(QStringLiteral("stopped"));
    return options.isSet(QStringLiteral("json"))
               ? session.printJson(changesJson(*histories, stopped, options.value(QStringLiteral("repo"))))
               : session.print(changesText(*histories, stopped, options.value(QStringLiteral("repo"))));
}

} // namespace

CliCommand changesCommand()
{
    return CliCommand{QStringLiteral("changes"), QStringLiteral("Find where the level of any series changed"),
                      QStringLiteral("[WORKLOAD[/SCENARIO]] [--phase P] [--mode MODE] [--metric NAME] "
                                     "[--project NAME] [--machine HOST] [--branch NAME] [--repo FOLDER] "
                                     "[--stopped] [--store URL] [--json]"),
                      run};
}

} // namespace perihelion
