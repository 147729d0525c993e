// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/run_choices.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace perihelion {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("RunChoices", text);
}

/// Imported results have hashes that tell machines apart as well; they are compared by name.
QString seriesOf(const RunListing& run)
{
    return QString(run.project % u'\n' % run.workload % u'\n' %
                   (run.origin.isEmpty() ? run.scenarioHash : run.scenario));
}

/// Of imported results nobody knows when they were measured, but often of which day the commit is.
QDateTime shownTime(const RunListing& run)
{
    return run.commitTime.isValid() && !run.origin.isEmpty() ? run.commitTime : run.started;
}

RunChoice choiceOf(const RunListing& run)
{
    RunChoice choice;
    choice.run = run.id;
    choice.name = QString::number(run.id);
    choice.commit = run.commit;
    choice.committed = run.commitTime;
    choice.series = seriesOf(run);
    const QString commit =
        run.commit.isEmpty() ? QString() : QString(run.commit.left(7) % (run.dirty ? u"+" : u""));
    const QString title = QString(run.workload % u'/' % run.scenario);
    const QString when = shownTime(run).toString(QStringLiteral("yyyy-MM-dd hh:mm"));
    const QString number = QString(u'#' % choice.name);
    choice.title = QString((commit.isEmpty() ? number : commit) % u" · " % title % u" · " % when);
    QString state = run.interleaved.isEmpty() ? run.host : tr("%1, in turn").arg(run.host);
    if (run.state != RunState::Finished) {
        state = runStateName(run.state);
    }
    choice.cells = {
        {commit.isEmpty() ? tr("no commit") : commit, commit.isEmpty() ? CellTone::Muted : CellTone::Plain},
        {title, {}},
        {number, CellTone::Muted},
        {when, {}},
        {state, run.state == RunState::Finished ? CellTone::Muted : CellTone::Bad}};
    choice.searched = QStringList{run.commit, title, when, state, run.host, run.branch, number, run.origin}
                          .join(u' ')
                          .toLower();
    return choice;
}

RunChoice commitChoice(const RunListing& newest, const QStringList& workload)
{
    RunChoice choice;
    choice.name = newest.commit;
    choice.commit = newest.commit;
    choice.workload = workload;
    const QString commit = newest.commit.left(7);
    const QString what = tr("everything measured (%1)").arg(workload.size());
    const QString when = shownTime(newest).toString(QStringLiteral("yyyy-MM-dd hh:mm"));
    choice.title = QString(commit % u" · " % what);
    choice.cells = {{commit, {}}, {what, {}}, {QString(), {}}, {when, {}}, {QString(), {}}};
    choice.searched = QStringList{newest.commit, what, when}.join(u' ').toLower();
    return choice;
}

} // namespace

std::vector<RunChoice> runChoices(std::vector<RunListing> runs)
{
    std::stable_sort(runs.begin(), runs.end(),
                     [](const RunListing& a, const RunListing& b) { return shownTime(a) > shownTime(b); });
    QHash<QString, QStringList> measured; // Series by commit.
    for (const RunListing& run : runs) {
        if (!run.commit.isEmpty() && run.state == RunState::Finished) {
            QStringList& series = measured[run.commit];
            if (const QString name = seriesOf(run); !series.contains(name)) {
                series.append(name);
            }
        }
    }
    std::vector<RunChoice> choices;
    for (const RunListing& run : runs) {
        if (run.iterations - run.failed <= 0) {
            continue;
        }
        if (const auto at = measured.constFind(run.commit); at != measured.constEnd() && at->size() > 1) {
            choices.push_back(commitChoice(run, *at));
            measured.remove(run.commit);
        }
        choices.push_back(choiceOf(run));
    }
    return choices;
}

bool canCompare(const RunChoice& a, const RunChoice& b)
{
    if (a.run != 0 && b.run != 0) {
        return a.series == b.series;
    }
    const QStringList first = a.run != 0 ? QStringList{a.series} : a.workload;
    return std::any_of(first.begin(), first.end(), [&b](const QString& series) {
        return b.run != 0 ? b.series == series : b.workload.contains(series);
    });
}

std::vector<std::size_t> matchingChoices(const std::vector<RunChoice>& choices, const QString& search,
                                         const RunChoice* other)
{
    const QStringList words = search.toLower().split(u' ', Qt::SkipEmptyParts);
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const bool matches = std::all_of(words.begin(), words.end(), [&](const QString& word) {
            return choices[i].searched.contains(word);
        });
        if (matches) {
            shown.push_back(i);
        }
    }
    if (other != nullptr) {
        std::stable_partition(shown.begin(), shown.end(),
                              [&](std::size_t i) { return canCompare(choices[i], *other); });
    }
    return shown;
}

ValueTable choiceTable(const std::vector<RunChoice>& choices, const std::vector<std::size_t>& shown,
                       const RunChoice* other)
{
    ValueTable table;
    table.headers = {tr("Commit"), tr("Workload"), tr("Run"), tr("Date"), tr("Machine")};
    table.textColumns = 2;
    for (const std::size_t i : shown) {
        ValueRow row;
        row.run = i;
        row.cells = choices[i].cells;
        if (other != nullptr && !canCompare(choices[i], *other)) {
            row.tip = tr("Another workload or other parameters than the other side: cannot be compared");
            for (ValueCell& cell : row.cells) {
                cell.tone = CellTone::Muted;
            }
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::pair<std::size_t, std::size_t> firstPair(const std::vector<RunChoice>& choices)
{
    const auto isRun = [](const RunChoice& choice) { return choice.run != 0; };
    const auto newest = std::find_if(choices.begin(), choices.end(), isRun);
    if (newest == choices.end()) {
        return {choices.size(), choices.size()};
    }
    QHash<QString, std::vector<std::size_t>> runsOf;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (isRun(choices[i])) {
            runsOf[choices[i].series].push_back(i);
        }
    }
    // A newer series may have one run alone; a pair that can be compared teaches more.
    const auto several = std::find_if(newest, choices.end(), [&](const RunChoice& choice) {
        return isRun(choice) && runsOf.value(choice.series).size() > 1;
    });
    if (several != choices.end()) {
        std::vector<std::size_t> byCommit = runsOf.value(several->series);
        std::stable_sort(byCommit.begin(), byCommit.end(), [&choices](std::size_t a, std::size_t b) {
            return choices[a].committed > choices[b].committed;
        });
        return {byCommit[1], byCommit[0]};
    }
    const auto at = static_cast<std::size_t>(newest - choices.begin());
    return {at, at};
}

} // namespace perihelion
