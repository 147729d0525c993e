// SPDX-License-Identifier: GPL-3.0-or-later
// HistoryPage: what happens when something is chosen, read, noted or exported.
#include "widgets/models/history_tables.h"
#include "widgets/pages/export_dialog.h"
#include "widgets/pages/history_page.h"
#include "widgets/views/history_chart.h"
#include "widgets/views/painted_picture.h"
#include "widgets/views/selection_panel.h"
#include "widgets/views/value_table_view.h"

#include <QPushButton>

#include <algorithm>

namespace perihelion {

namespace {

constexpr double kExportFactor = 2;

} // namespace

void HistoryPage::connectAll()
{
    connect(m_toolbar, &HistoryToolbar::chosen, this, &HistoryPage::takeMenu);
    connect(m_toolbar, &HistoryToolbar::importRequested, this, [this] { openImport({}); });
    connectMissing();
    connect(&m_reader, &HistoryReader::subjectsReady, this, &HistoryPage::takeSubjects);
    connect(&m_reader, &HistoryReader::historyReady, this, &HistoryPage::takeHistory);
    connect(&m_reader, &HistoryReader::compared, this, &HistoryPage::takeComparison);
    connect(&m_reader, &HistoryReader::samplesReady, this, &HistoryPage::takeSamples);
    connect(&m_reader, &HistoryReader::notesChanged, this, &HistoryPage::fetch);
    connect(&m_reader, &HistoryReader::written, this, [this](const QString& file) {
        Q_EMIT statusMessage(tr("Wrote %1").arg(file));
        settle();
    });
    connect(&m_reader, &HistoryReader::failed, this, [this](const Error& error) {
        m_read = true;
        Q_EMIT statusMessage(error.sentence());
        if (m_answer.histories.empty()) {
            m_chart->setEmptyText(error.sentence());
        }
        m_selection->setFootnote(error.sentence());
        m_selection->setEnabled(true);
        settle();
    });
    connect(m_chart, &HistoryChart::runSelected, this, &HistoryPage::showRun);
    connect(m_chart, &HistoryChart::compared, this, &HistoryPage::showPair);
    connect(m_chart, &HistoryChart::selectionCleared, this, [this] {
        showNothingChosen();
        showMenus();
    });
    connect(m_changeView, &ValueTableView::rowChosen, this, [this](int row) {
        const auto at = static_cast<std::size_t>(row);
        if (at < m_changes.table().rows.size()) {
            const ValueRow chosen = m_changes.table().rows[at];
            m_chart->select(chosen.run);
            m_selection->setFootnote(chosen.tip);
        }
    });
    connect(m_selection, &SelectionPanel::rowChosen, this, &HistoryPage::showSamplesOf);
    connect(m_selection, &SelectionPanel::noteWritten, this,
            [this](const QString& text) { keepNote(RunNote::Kind::Note, text); });
    connect(m_selection, &SelectionPanel::acceptRequested, this,
            [this] { keepNote(RunNote::Kind::Accepted, QString()); });
    connect(m_selection, &SelectionPanel::compareRequested, this, [this] {
        const HistorySelection chosen = m_chart->selection();
        if (history() != nullptr && chosen.first && chosen.second) {
            Q_EMIT compareRequested(QString::number(history()->runs[*chosen.first].run.run),
                                    QString::number(history()->runs[*chosen.second].run.run));
        }
    });
    connect(m_measureAgain, &QPushButton::clicked, this, [this] {
        const WorkloadHistory* shown = history();
        const HistoryChange* alarm = shown != nullptr ? openAlarm(*shown, quantity()) : nullptr;
        if (alarm != nullptr) {
            Q_EMIT measureAgainRequested(QString::number(shown->runs[alarm->lastBefore].run.run),
                                         QString::number(shown->runs[alarm->index].run.run));
        }
    });
    connect(m_selection, &SelectionPanel::noteRemoved, this, [this](qlonglong note) {
        m_selection->setEnabled(false);
        m_reader.removeNote(note);
    });
}

void HistoryPage::refresh()
{
    m_reader.fetchSubjects();
}

void HistoryPage::choose(const QString& workload, const QString& scenario)
{
    m_subject = {workload, scenario, 0};
    m_branch.clear();
    m_branches.clear();
    m_machine = 0;
    m_choice.hiddenRows.clear();
    m_chart->clearSelection();
    if (m_read) {
        fetch();
    }
}

void HistoryPage::setChoice(const HistoryChoice& choice)
{
    const bool judgeAnew = choice.statistic != m_choice.statistic;
    m_choice = choice;
    showMenus();
    showChart();
    showChanges();
    if (judgeAnew) {
        fetch();
    }
}

void HistoryPage::takeSubjects(const std::vector<HistorySubject>& subjects)
{
    m_subjects = subjects;
    const auto at = std::find_if(subjects.begin(), subjects.end(), [this](const HistorySubject& each) {
        return each.workload == m_subject.workload && each.scenario == m_subject.scenario;
    });
    if (at != subjects.end()) {
        m_subject = *at;
    } else if (subjects.empty()) {
        m_subject = {};
        m_answer = {};
        m_read = true;
        showMenus();
        showChart();
        showChanges();
        showNothingChosen();
        settle();
        return;
    } else {
        choose(subjects.front().workload, subjects.front().scenario);
    }
    m_read = true;
    fetch();
}

void HistoryPage::fetch()
{
    if (!m_subject.workload.isEmpty()) {
        m_reader.fetch({m_subject, m_branch, m_choice.statistic});
    }
}

void HistoryPage::takeHistory(const HistoryAnswer& answer)
{
    m_answer = answer;
    if (m_machine >= m_answer.histories.size()) {
        m_machine = 0;
    }
    if (m_branch.isEmpty()) {
        m_branches.clear();
        for (const WorkloadHistory& history : m_answer.histories) {
            for (const HistoryRun& run : history.runs) {
                if (!run.run.branch.isEmpty() && !m_branches.contains(run.run.branch)) {
                    m_branches.append(run.run.branch);
                }
            }
        }
        m_branches.sort();
    }
    m_selection->setEnabled(true);
    showChart();
    showChanges();
    const HistorySelection chosen = m_chart->selection();
    if (!chosen.first) {
        showNothingChosen();
    } else if (!chosen.second) {
        showRun(*chosen.first);
    } else if (answer.judged) {
        showPair(*chosen.first, *chosen.second);
    }
    showMenus();
    settle();
}

void HistoryPage::settle()
{
    if (isSettled()) {
        Q_EMIT settled();
    }
}

void HistoryPage::takeMenu(HistoryMenu menu, const QString& id)
{
    HistoryChoice choice = m_choice;
    switch (menu) {
    case HistoryMenu::Workload: {
        const auto at = std::find_if(m_subjects.begin(), m_subjects.end(),
                                     [&id](const HistorySubject& each) { return each.workload == id; });
        if (at != m_subjects.end()) {
            choose(id, at->scenario);
        }
        return;
    }
    case HistoryMenu::Scenario:
        choose(m_subject.workload, id);
        return;
    case HistoryMenu::Quantity:
        choice.quantity = id;
        choice.hiddenRows.clear();
        break;
    case HistoryMenu::Modes:
        choice.modes = static_cast<HistoryModes>(id.toInt());
        break;
    case HistoryMenu::Statistic:
        choice.statistic = pointStatisticFromName(id).value_or(PointStatistic::P50);
        break;
    case HistoryMenu::Form:
        choice.form = static_cast<HistoryForm>(id.toInt());
        break;
    case HistoryMenu::Branch:
        m_branch = id == u"*" ? QString() : id.mid(1);
        fetch();
        return;
    case HistoryMenu::Machine:
        m_machine = static_cast<std::size_t>(id.toULongLong());
        m_chart->clearSelection();
        break;
    case HistoryMenu::View:
        takeView(id);
        return;
    case HistoryMenu::Export:
        takeExport(id);
        return;
    }
    setChoice(choice);
}

void HistoryPage::takeView(const QString& id)
{
    HistoryChoice choice = m_choice;
    if (id == u"missing") {
        runMissingCommits();
    } else if (id == u"fit") {
        m_chart->fit();
    } else if (id == u"dates") {
        choice.spacing =
            choice.spacing == HistorySpacing::Dates ? HistorySpacing::Commits : HistorySpacing::Dates;
    } else if (id == u"log") {
        choice.logScale = !choice.logScale;
    } else if (const QString row = id.section(u'/', 1); choice.hiddenRows.contains(row)) {
        choice.hiddenRows.removeAll(row);
    } else {
        choice.hiddenRows.append(row);
    }
    setChoice(choice);
}

void HistoryPage::takeExport(const QString& id)
{
    const bool picture = id == u"png" || id == u"svg";
    const QString ending = picture ? id : QStringLiteral("csv");
    askForExport(this, picture ? QStringLiteral("history") : id, ending,
                 [this, id, picture](const QString& file) {
                     if (picture) {
                         exportChart(file);
                     } else if (id == u"changes") {
                         exportChanges(file);
                     } else if (id == u"values") {
                         exportValues(file);
                     } else {
                         exportSelection(file);
                     }
                 });
}

void HistoryPage::exportChart(const QString& file)
{
    if (file.endsWith(u".svg", Qt::CaseInsensitive)) {
        m_reader.write(file, m_chart->svg());
        return;
    }
    m_reader.write(file, pngOf(m_chart->picture(kExportFactor)));
}

void HistoryPage::exportChanges(const QString& file)
{
    if (history() != nullptr) {
        m_reader.write(file, csvOf(changeCsv(*history(), quantity())));
    }
}

void HistoryPage::exportSelection(const QString& file)
{
    const HistorySelection chosen = m_chart->selection();
    if (history() == nullptr || !chosen.first) {
        return;
    }
    std::vector<std::size_t> runs{*chosen.first};
    if (chosen.second) {
        runs.push_back(*chosen.second);
    }
    m_reader.write(file, csvOf(historyTable(*history(), runs)));
}

void HistoryPage::exportValues(const QString& file)
{
    if (history() != nullptr) {
        m_reader.write(file, csvOf(historyTable(*history())));
    }
}

void HistoryPage::keepNote(RunNote::Kind kind, const QString& text)
{
    const HistorySelection chosen = m_chart->selection();
    if (history() == nullptr || !chosen.first) {
        return;
    }
    RunNote note;
    note.project = history()->project;
    note.commit = history()->runs[*chosen.first].run.commit;
    note.kind = kind;
    note.text = text;
    // One after the other: the next is written when this one is in the store.
    m_selection->setEnabled(false);
    m_reader.addNote(note);
}

} // namespace perihelion
