// SPDX-License-Identifier: GPL-3.0-or-later
// ComparePage: what is asked and answered, and how it is shown and taken away.
#include "widgets/pages/compare_page.h"
#include "widgets/pages/export_dialog.h"
#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/distribution_chart.h"
#include "widgets/views/painted_picture.h"
#include "widgets/views/run_picker.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace perihelion {

namespace {

constexpr double kExportFactor = 2;

QString sideText(QChar letter, const RunRecord& run)
{
    QStringList parts{QString(letter % QStringLiteral("  ") % runWords(run))};
    if (run.origin.isEmpty() || !run.commitTime.isValid()) {
        parts.append(
            ComparePage::tr("measured %1").arg(run.started.toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    } else {
        parts.append(
            ComparePage::tr("committed %1").arg(run.commitTime.toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    }
    if (!run.branch.isEmpty()) {
        parts.append(ComparePage::tr("on %1").arg(run.branch));
    }
    if (!run.machine.host.isEmpty()) {
        parts.append(ComparePage::tr("by %1").arg(run.machine.host));
    }
    if (run.state != RunState::Finished) {
        parts.append(ComparePage::tr("the run is %1").arg(runStateName(run.state)));
    }
    return parts.join(u" · ");
}

} // namespace

void ComparePage::connectAll()
{
    connect(&m_reader, &CompareReader::runsReady, this, &ComparePage::takeRuns);
    connect(&m_reader, &CompareReader::compared, this, &ComparePage::takeAnswer);
    connect(&m_reader, &CompareReader::failed, this, &ComparePage::takeError);
    connect(&m_reader, &CompareReader::notWritten, this, [this](const Error& error) {
        Q_EMIT statusMessage(error.sentence());
        settle();
    });
    connect(&m_reader, &CompareReader::written, this, [this](const QString& file) {
        Q_EMIT statusMessage(tr("Wrote %1").arg(file));
        settle();
    });
    connect(m_a, &RunPicker::picked, this, [this](const QString& name) { compare(name, m_question.b); });
    connect(m_b, &RunPicker::picked, this, [this](const QString& name) { compare(m_question.a, name); });
    connect(m_swap, &QPushButton::clicked, this, &ComparePage::swapSides);
    connect(m_copy, &QPushButton::clicked, this, &ComparePage::copyText);
    connect(m_floor->menu(), &QMenu::triggered, this, [this](const QAction* action) {
        m_question.floor = action->data().toInt() / 100.0;
        showFloor();
        ask();
    });
    connect(m_export->menu(), &QMenu::triggered, this,
            [this](const QAction* action) { takeExport(action->objectName()); });
    connect(m_view, &ValueTableView::rowChosen, this, &ComparePage::showRow);
    connectAgain();
    const auto restyle = [this] { m_swap->setIcon(m_services.theme.icon(QStringLiteral("swap"))); };
    connect(&m_services.theme, &Theme::changed, this, restyle);
    restyle();
}

void ComparePage::refresh()
{
    m_reader.fetchRuns();
}

void ComparePage::compare(const QString& a, const QString& b)
{
    m_offer = false;
    m_question.a = a;
    m_question.b = b;
    for (RunPicker* picker : {m_a, m_b}) {
        picker->setChosen(picker == m_a ? a : b);
        picker->setOther(picker == m_a ? b : a);
    }
    ask();
}

void ComparePage::swapSides()
{
    const CompareQuestion before = m_question;
    compare(before.b, before.a);
}

void ComparePage::ask()
{
    if (!m_question.a.isEmpty() && !m_question.b.isEmpty()) {
        m_reader.compare(m_question);
    }
}

void ComparePage::takeRuns(const std::vector<RunListing>& runs)
{
    const std::vector<RunChoice> choices = runChoices(runs);
    m_read = true;
    m_runs = static_cast<std::size_t>(std::count_if(choices.begin(), choices.end(),
                                                    [](const RunChoice& choice) { return choice.run != 0; }));
    m_a->setChoices(choices);
    m_b->setChoices(choices);
    if (!m_question.a.isEmpty() || !m_question.b.isEmpty()) {
        ask();
    } else if (const auto [a, b] = firstPair(choices); a < choices.size()) {
        compare(choices[a].name, choices[b].name);
    } else {
        showHint(emptyText());
        m_job.plan({});
    }
    settle();
}

QString ComparePage::emptyText() const
{
    return tr(
        "No runs yet. On the Profile page (Ctrl+3) choose a workload and click “Profile run”, change the "
        "code, and profile again: the two runs are compared here, phase by phase. Results of other "
        "programs come in with “Import…” on the History page (Ctrl+4, then Alt+I).");
}

void ComparePage::takeError(const Error& error)
{
    m_read = true;
    Q_EMIT statusMessage(error.sentence());
    m_answer = {};
    showHint(error.sentence());
    m_job.plan({});
    settle();
}

void ComparePage::takeAnswer(const CompareAnswer& answer)
{
    const bool same = answer.question == m_answer.question && answer.pairs.size() == m_answer.pairs.size();
    const int row = m_view->currentIndex().row();
    m_answer = answer;
    m_rows = comparedRows(m_answer.pairs);
    if (m_rows.empty()) {
        const bool refused = m_answer.refusal.has_value();
        showHint(refused ? tr("%1.").arg(m_answer.refusal->sentence())
                         : tr("The two runs have no phase and no metric in common."));
    } else {
        showAnswer();
        const bool keep = same && row >= 0 && row < m_table.rowCount();
        const int shown = keep ? row : static_cast<int>(tellingRow(m_answer.pairs, m_rows));
        m_view->setCurrentIndex(m_table.index(shown, 0));
        showRow(shown);
    }
    m_job.plan(m_answer.pairs);
    settle();
}

void ComparePage::settle()
{
    if (isSettled()) {
        Q_EMIT settled();
    }
}

void ComparePage::showAnswer()
{
    m_table.setTable(compareTable(m_answer.pairs, m_rows));
    const QString what = m_answer.pairs.size() == 1 ? m_answer.pairs.front().a.title()
                                                    : tr("%1 workloads").arg(m_answer.pairs.size());
    const QString counts = verdictCounts(m_answer.pairs);
    m_headline->setText(counts.isEmpty() ? what : QString(what % u" · " % counts));
    for (QWidget* part : std::initializer_list<QWidget*>{m_view, m_why, m_facts, m_bottom}) {
        part->show();
    }
    m_hint->hide();
    m_copy->setEnabled(true);
    m_export->setEnabled(true);
}

/// A sentence in place of the table. What is known of refused runs stays below it.
void ComparePage::showHint(const QString& hint)
{
    m_rows.clear();
    m_table.setTable({});
    m_headline->setText(m_question.a.isEmpty() ? tr("Nothing to compare yet") : tr("Cannot be compared"));
    m_hint->setText(hint);
    m_hint->show();
    for (QWidget* part : std::initializer_list<QWidget*>{m_view, m_why, m_facts, m_warnings}) {
        part->hide();
    }
    m_copy->setEnabled(false);
    m_export->setEnabled(false);
    m_swap->setEnabled(m_runs > 0);
    m_floor->setEnabled(m_runs > 0);
    m_chart->setValues({});
    m_chart->setEmptyText(tr("Nothing to draw."));
    m_chartTitle->setText(tr("Distributions"));
    const bool differences = !m_answer.differences.empty();
    m_bottom->setVisible(differences);
    if (differences) {
        showPair(0);
    }
}

void ComparePage::showRow(int row)
{
    if (row < 0 || static_cast<std::size_t>(row) >= m_rows.size()) {
        return;
    }
    const ComparedRow& at = m_rows[static_cast<std::size_t>(row)];
    const ComparedPair& pair = m_answer.pairs[at.pair];
    DistributionValues values = at.isOneSided ? distributionOf(pair, pair.comparison.oneSided[at.row])
                                              : distributionOf(pair, pair.comparison.rows[at.row]);
    m_chartTitle->setText(tr("Distributions: %1").arg(values.title));
    m_chart->setValues(std::move(values));
    m_why->setText(whyText(m_answer.pairs, at));
    showPair(at.pair);
}

void ComparePage::showPair(std::size_t pair)
{
    m_swap->setEnabled(true);
    m_floor->setEnabled(true);
    if (pair < m_answer.pairs.size()) {
        const ComparedPair& shown = m_answer.pairs[pair];
        m_facts->setText(QString(sideText(u'A', shown.a) % u'\n' % sideText(u'B', shown.b)));
        QStringList warnings = shown.comparison.warnings;
        if (shown.a.id == shown.b.id) {
            warnings.prepend(m_runs > 1
                                 ? tr("A and B are the same run: choose another one")
                                 : tr("There is one run so far, compared with itself: profile again to "
                                      "have something to compare it with"));
        }
        m_warnings->setText(warnings.join(u'\n'));
        m_warnings->setVisible(!warnings.isEmpty());
    }
    const RunDifferences& differences = m_answer.differences[pair];
    m_differences.setTable(differenceTable(differences));
    m_differenceView->setVisible(!differences.rows.empty());
    m_differenceHint->setText(
        differences.rows.empty()
            ? tr("Machine, system, build, plan and parameters are the same (%1 known facts).")
                  .arg(differences.alike)
            : tr("%1 other known facts are the same.").arg(differences.alike));
}

void ComparePage::showFloor()
{
    const int percent = static_cast<int>(std::lround(100 * m_question.floor));
    setTextKeepingShortcut(*m_floor, tr("Floor %1 % ▾").arg(percent));
    for (QAction* action : m_floor->menu()->actions()) {
        action->setChecked(action->data().toInt() == percent);
    }
}

QString ComparePage::text() const
{
    QString text;
    for (const ComparedPair& pair : m_answer.pairs) {
        text += comparisonText(pair);
    }
    return text;
}

void ComparePage::copyText()
{
    QGuiApplication::clipboard()->setText(text());
    Q_EMIT statusMessage(tr("Copied the comparison"));
}

void ComparePage::takeExport(const QString& id)
{
    askForExport(this, QStringLiteral("comparison"), id,
                 [this, id](const QString& file) { id == u"csv" ? exportTable(file) : exportChart(file); });
}

void ComparePage::exportChart(const QString& file)
{
    m_reader.write(file, file.endsWith(u".svg", Qt::CaseInsensitive)
                             ? m_chart->svg()
                             : pngOf(m_chart->picture(kExportFactor)));
}

void ComparePage::exportTable(const QString& file)
{
    m_reader.write(file, csvOf(compareCsv(m_answer.pairs, m_rows)));
}

} // namespace perihelion
