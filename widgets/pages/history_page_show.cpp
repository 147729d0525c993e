// SPDX-License-Identifier: GPL-3.0-or-later
// HistoryPage: from values to menus, chart, tables and sentences.
#include "core/runs/run_summary.h"
#include "widgets/models/history_tables.h"
#include "widgets/pages/history_page.h"
#include "widgets/theme/theme.h"
#include "widgets/views/history_chart.h"
#include "widgets/views/section_label.h"
#include "widgets/views/selection_panel.h"
#include "widgets/views/value_table_view.h"

#include <QFileInfo>
#include <QLabel>
#include <QPushButton>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace perihelion {

namespace {

constexpr std::size_t kMostSamples = 60;

QString machineText(const WorkloadHistory& history)
{
    QStringList parts;
    for (const QString& part : {history.host, history.buildType, history.origin}) {
        if (!part.isEmpty()) {
            parts.append(part);
        }
    }
    return parts.isEmpty() ? HistoryPage::tr("unknown machine") : parts.join(u" · ");
}

/// Two runs whose numbers are single values, as loads are.
ValueTable valuePair(const WorkloadHistory& history, std::size_t a, std::size_t b)
{
    ValueTable table;
    table.headers = {HistoryPage::tr("Phase"), HistoryPage::tr("A ms"), HistoryPage::tr("B ms"),
                     HistoryPage::tr("Difference")};
    for (const QString& row : rowsOf(history, QStringLiteral("time"))) {
        double first = std::nan("");
        double second = std::nan("");
        for (const HistorySeries& series : history.series) {
            if (series.row.name == row && series.points[a].count > 0) {
                first = series.shown(series.points[a].p50);
            }
            if (series.row.name == row && series.points[b].count > 0) {
                second = series.shown(series.points[b].p50);
            }
        }
        ValueRow cells;
        cells.cells = {{rowWords(row), {}},
                       {QString::number(first, 'g', 4), {}},
                       {QString::number(second, 'g', 4), {}},
                       {QString::number(second - first, 'g', 4), {}}};
        table.rows.push_back(std::move(cells));
    }
    return table;
}

/// "2 change points, 1 alarm": an alarm is no change point yet.
QString countWords(int changes, int alarms)
{
    const QString words =
        changes == 1 ? HistoryPage::tr("1 change point") : HistoryPage::tr("%1 change points").arg(changes);
    return alarms == 0   ? words
           : alarms == 1 ? QString(words % HistoryPage::tr(", 1 alarm"))
                         : QString(words % HistoryPage::tr(", %1 alarms").arg(alarms));
}

} // namespace

void HistoryPage::showMenus()
{
    showSubjectMenus();
    const WorkloadHistory* shown = history();
    std::vector<HistoryMenuItem> items;
    QString title = tr("Time");
    if (shown != nullptr) {
        for (const HistoryQuantity& each : quantitiesOf(*shown)) {
            items.push_back({each.id, each.title, each.id == quantity()});
            title = each.id == quantity() ? each.title : title;
        }
    }
    m_toolbar->setMenu(HistoryMenu::Quantity, title, items);
    const QStringList modes{tr("Cold"), tr("Warm"), tr("Cold and warm")};
    items.clear();
    for (int mode = 0; mode < 3; ++mode) {
        items.push_back({QString::number(mode), modes.at(mode), mode == static_cast<int>(m_choice.modes)});
    }
    m_toolbar->setMenu(HistoryMenu::Modes, modes.at(static_cast<int>(m_choice.modes)), items);
    items.clear();
    for (const PointStatistic each : {PointStatistic::P50, PointStatistic::P95, PointStatistic::Min}) {
        const QString name = pointStatisticName(each);
        items.push_back({name, name, each == m_choice.statistic});
    }
    m_toolbar->setMenu(HistoryMenu::Statistic, pointStatisticName(m_choice.statistic), items);
    const bool times = shown == nullptr || quantity() == u"time";
    const HistoryForm form =
        !times && m_choice.form == HistoryForm::Stacked ? HistoryForm::Lines : m_choice.form;
    const QStringList forms{tr("Stacked"), tr("Lines"), tr("Points")};
    items.clear();
    for (int each = 0; each < 3; ++each) {
        items.push_back(
            {QString::number(each), forms.at(each), each == static_cast<int>(form), each > 0 || times});
    }
    m_toolbar->setMenu(HistoryMenu::Form, forms.at(static_cast<int>(form)), items);
    items = {{QStringLiteral("*"), tr("All branches"), m_branch.isEmpty()}};
    for (const QString& branch : std::as_const(m_branches)) {
        items.push_back({QString(u"=" % branch), branch, branch == m_branch});
    }
    m_toolbar->setMenu(HistoryMenu::Branch, m_branch.isEmpty() ? tr("All branches") : m_branch, items);
    m_toolbar->setMenuVisible(HistoryMenu::Branch, !m_branches.isEmpty());
    items.clear();
    for (std::size_t i = 0; i < m_answer.histories.size(); ++i) {
        items.push_back({QString::number(i), machineText(m_answer.histories[i]), i == m_machine});
    }
    m_toolbar->setMenu(HistoryMenu::Machine, shown != nullptr ? machineText(*shown) : QString(), items);
    m_toolbar->setMenuVisible(HistoryMenu::Machine, items.size() > 1);
    showViewMenu(shown);
    const bool any = shown != nullptr;
    m_toolbar->setMenu(HistoryMenu::Export, tr("Export"),
                       {{QStringLiteral("png"), tr("Chart as PNG…"), false, any},
                        {QStringLiteral("svg"), tr("Chart as SVG…"), false, any},
                        {QString(), QString()},
                        {QStringLiteral("changes"), tr("Change points as CSV…"), false, any},
                        {QStringLiteral("values"), tr("All values as CSV…"), false, any},
                        {QStringLiteral("selection"), tr("Selected runs as CSV…"), false,
                         any && m_chart->selection().first.has_value()}});
}

void HistoryPage::showSubjectMenus()
{
    std::vector<HistoryMenuItem> workloads;
    std::vector<HistoryMenuItem> scenarios;
    for (const HistorySubject& each : m_subjects) {
        const bool known = std::any_of(workloads.begin(), workloads.end(),
                                       [&](const HistoryMenuItem& item) { return item.id == each.workload; });
        if (!known) {
            workloads.push_back({each.workload, each.workload, each.workload == m_subject.workload});
        }
        if (each.workload == m_subject.workload) {
            const QString text =
                showsLoads() ? QFileInfo(each.scenario).fileName()
                             : (each.runs == 1 ? tr("%1 (1 run)").arg(each.scenario)
                                               : tr("%1 (%2 runs)").arg(each.scenario).arg(each.runs));
            scenarios.push_back({each.scenario, text, each.scenario == m_subject.scenario});
        }
    }
    const bool any = !m_subject.workload.isEmpty();
    m_toolbar->setMenu(HistoryMenu::Workload, any ? m_subject.workload : tr("Workload"), workloads);
    m_toolbar->setMenu(HistoryMenu::Scenario,
                       !any           ? tr("Scenario")
                       : showsLoads() ? QFileInfo(m_subject.scenario).fileName()
                                      : m_subject.scenario,
                       scenarios);
}

void HistoryPage::showViewMenu(const WorkloadHistory* history)
{
    std::vector<HistoryMenuItem> items{
        {QStringLiteral("dates"), tr("Commits by date"), m_choice.spacing == HistorySpacing::Dates},
        {QStringLiteral("log"), tr("Logarithmic scale"), m_choice.logScale},
        {QStringLiteral("fit"), tr("Fit everything (0)"), false},
        {},
        {QStringLiteral("missing"),
         m_projectFolder.isEmpty() ? tr("Run missing commits… (open a project first)")
                                   : tr("Run missing commits… (Ctrl+R)"),
         false, !m_projectFolder.isEmpty()},
        {}};
    if (history != nullptr) {
        for (const QString& row : rowsOf(*history, quantity())) {
            items.push_back({QString(u"row/" % row), rowWords(row), !m_choice.hiddenRows.contains(row)});
        }
    }
    m_toolbar->setMenu(HistoryMenu::View, tr("View"), items);
}

void HistoryPage::showChart()
{
    const WorkloadHistory* shown = history();
    if (shown == nullptr) {
        m_chart->setEmptyText(
            tr("No runs yet. On the Profile page (Ctrl+3) choose a workload and click “Profile run”: every "
               "run becomes a point here, at the commit that it measured. %1 Opening a recording adds a "
               "point "
               "to its load times. “Import…” (Alt+I) brings in results of other programs; their files may be "
               "dropped here as well.")
                .arg(m_projectFolder.isEmpty()
                         ? tr("Of a project that is opened there “Missing commits…” measures many commits in "
                              "one go.")
                         : tr("“Missing commits…” (Ctrl+R) measures many commits of %1 in one go.")
                               .arg(m_projectName)));
        m_chart->setValues({});
    } else {
        m_chart->setValues(historyValues(*shown, m_choice, m_answer.notes, m_answer.subjects));
    }
}

void HistoryPage::showChanges()
{
    const WorkloadHistory* shown = history();
    ValueTable table;
    int alarms = 0;
    if (shown != nullptr) {
        table = changeTable(*shown, quantity(), m_answer.subjects);
        alarms = openAlarms(*shown, quantity());
    }
    const auto count = static_cast<int>(table.rows.size());
    m_changes.setTable(std::move(table));
    m_changeView->setVisible(count > 0);
    m_changeHint->setVisible(count == 0);
    showAlarm();
    m_toolbar->setCount(m_answer.judged ? countWords(count - alarms, alarms) : QString());
    if (shown == nullptr) {
        m_changeHint->setText(tr("Where the level of a phase changes, its commit is listed here."));
    } else if (!m_answer.judged) {
        m_changeHint->setText(tr("Looking for changes…"));
    } else {
        QString text =
            (shown->runs.size() == 1 ? tr("No change of level in 1 run.")
                                     : tr("No change of level in %1 runs.").arg(shown->runs.size())) %
            u' ' % tr("A level needs five commits on each side before a change is confirmed.");
        if (!m_projectFolder.isEmpty() && !shown->project.isEmpty()) {
            text += tr(" “Missing commits…” (Ctrl+R) measures those that have no run yet.");
        }
        m_changeHint->setText(text);
    }
}

/// What decides an alarm on the newest commit, and the button that does it.
void HistoryPage::showAlarm()
{
    const WorkloadHistory* shown = history();
    const HistoryChange* alarm =
        shown != nullptr && m_answer.judged && !showsLoads() ? openAlarm(*shown, quantity()) : nullptr;
    m_alarmRow->setVisible(alarm != nullptr);
    if (alarm == nullptr) {
        return;
    }
    const bool canMeasure = !shown->project.isEmpty() && shown->origin.isEmpty();
    m_measureAgain->setVisible(canMeasure);
    const QString commit = chartLabel(shown->runs[alarm->index].run);
    m_alarmText->setText(
        canMeasure
            ? tr("The alarm on %1 rests on that commit alone. Measured in turn with the one before, it "
                 "is confirmed or withdrawn.")
                  .arg(commit)
            : tr("The alarm on %1 rests on that commit alone. More runs of it confirm or withdraw it.")
                  .arg(commit));
}

void HistoryPage::showNothingChosen()
{
    m_selection->showHint(history() == nullptr
                              ? tr("Nothing to choose yet.")
                              : tr("Click a commit for its numbers and notes; Shift and click a second one "
                                   "to compare them. Arrow keys walk, + − 0 zoom."));
}

void HistoryPage::showRun(std::size_t run)
{
    const WorkloadHistory* shown = history();
    if (shown == nullptr || run >= shown->runs.size()) {
        showNothingChosen();
        return;
    }
    const SeriesRun& of = shown->runs[run].run;
    m_selection->showRuns(tr("Selected: %1").arg(chartLabel(of)),
                          runFacts(*shown, run, m_answer.subjects.value(of.commit)), runTable(*shown, run));
    m_selection->setFootnote(tr("Choose a row to see its samples."));
    showNotes(run);
    showMenus();
}

void HistoryPage::showNotes(std::size_t run)
{
    const WorkloadHistory* shown = history();
    const SeriesRun& of = shown->runs[run].run;
    std::vector<RunNote> notes;
    bool accepted = false;
    for (const RunNote& note : m_answer.notes) {
        if (note.commit == of.commit && note.project == shown->project &&
            (note.series == 0 || note.series == shown->runs[run].series)) {
            notes.push_back(note);
            accepted = accepted || note.kind == RunNote::Kind::Accepted;
        }
    }
    m_selection->setNotes(notes, !of.commit.isEmpty(), accepted);
}

void HistoryPage::showPair(std::size_t first, std::size_t second)
{
    const WorkloadHistory* shown = history();
    if (shown == nullptr) {
        return;
    }
    const SeriesRun& a = shown->runs[first].run;
    const SeriesRun& b = shown->runs[second].run;
    const QString title = tr("Selected: %1 → %2").arg(chartLabel(a), chartLabel(b));
    m_selection->setNotes({}, false, false);
    if (showsLoads()) {
        m_selection->showRuns(title, tr("Loads are single values; they are shown without a verdict."),
                              valuePair(*shown, first, second));
    } else {
        m_selection->showRuns(title, tr("Comparing every sample…"), {});
        m_selection->setComparable(true);
        m_reader.compare(a.run, b.run);
    }
    showMenus();
}

void HistoryPage::takeComparison(const ComparedRuns& answer)
{
    const WorkloadHistory* shown = history();
    const HistorySelection chosen = m_chart->selection();
    if (shown == nullptr || !chosen.first || !chosen.second ||
        shown->runs[*chosen.first].run.run != answer.a || shown->runs[*chosen.second].run.run != answer.b) {
        return;
    }
    const QString title =
        tr("Selected: %1 → %2")
            .arg(chartLabel(shown->runs[*chosen.first].run), chartLabel(shown->runs[*chosen.second].run));
    m_selection->showRuns(title, QString(), comparisonTable(answer.comparison));
    m_selection->setComparable(true);
    m_selection->setFootnote(answer.comparison.warnings.join(u'\n'));
    settle();
}

void HistoryPage::showSamplesOf(int row)
{
    const WorkloadHistory* shown = history();
    const HistorySelection chosen = m_chart->selection();
    if (shown == nullptr || !chosen.first || chosen.second || showsLoads()) {
        return;
    }
    int at = 0;
    for (const HistorySeries& series : shown->series) {
        if (series.points[*chosen.first].count > 0 && at++ == row) {
            const HistoryRun& run = shown->runs[*chosen.first];
            m_samplesOf = QString(rowWords(series.row.name) % u", " % iterationModeName(series.mode));
            m_sampleScale = series.shown(1);
            m_sampleUnit = series.shownUnit();
            m_reader.fetchSamples(run.series, series.row.name, series.mode, run.run.run);
            return;
        }
    }
}

void HistoryPage::takeSamples(std::int64_t run, const std::vector<double>& values)
{
    const WorkloadHistory* shown = history();
    const HistorySelection chosen = m_chart->selection();
    if (shown == nullptr || !chosen.first || chosen.second || shown->runs[*chosen.first].run.run != run) {
        return;
    }
    QStringList texts;
    for (std::size_t i = 0; i < std::min(values.size(), kMostSamples); ++i) {
        texts.append(QString::number(values[i] * m_sampleScale, 'g', 4));
    }
    QString text = texts.join(u"  ");
    if (values.size() > kMostSamples) {
        text += tr("  and %1 more").arg(values.size() - kMostSamples);
    }
    m_selection->setFootnote(tr("Samples of %1 in %2: %3").arg(m_samplesOf, m_sampleUnit, text));
    settle();
}

} // namespace perihelion
