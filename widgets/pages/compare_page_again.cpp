// SPDX-License-Identifier: GPL-3.0-or-later
// ComparePage: what is compared measured again, in turn.
#include "widgets/models/value_texts.h"
#include "widgets/pages/compare_page.h"
#include "widgets/pages/interleaved_dialog.h"
#include "widgets/views/turns_bar.h"

#include <QLabel>
#include <QPushButton>
#include <QRandomGenerator>

namespace perihelion {

namespace {

/// Both names, as the lists name them.
std::pair<QString, QString> newNames(const InterleavedReport& report)
{
    const ComparedPair& first = report.pairs.front();
    const bool single = report.pairs.size() == 1 && first.a.id > 0 && first.b.id > 0;
    return single ? std::pair(QString::number(first.a.id), QString::number(first.b.id))
                  : std::pair(first.a.commit, first.b.commit);
}

} // namespace

void ComparePage::connectAgain()
{
    connect(m_again, &QPushButton::clicked, this, &ComparePage::measureAgain);
    connect(m_turns, &TurnsBar::cancelRequested, this, [this] {
        m_job.cancel();
        m_turns->showProgress(tr("Ending…"), 0, 0, true);
    });
    connect(m_turns, &TurnsBar::showRequested, this, &ComparePage::showReport);
    connect(&m_job, &InterleavedJob::planned, this, &ComparePage::takePlan);
    connect(&m_job, &InterleavedJob::progressed, this, &ComparePage::takeProgress);
    connect(&m_job, &InterleavedJob::measured, this, &ComparePage::takeReport);
    connect(&m_job, &InterleavedJob::cancelled, this,
            [this] { takeTrouble(tr("Cancelled before there were six rounds: nothing of it was stored.")); });
    connect(&m_job, &InterleavedJob::failed, this,
            [this](const Error& error) { takeTrouble(tr("%1.").arg(error.sentence())); });
    showAgain();
}

void ComparePage::setProject(const QString& folder)
{
    m_job.setOpenProject(folder);
    m_job.plan(m_answer.pairs);
}

void ComparePage::offerAgain(const QString& a, const QString& b)
{
    compare(a, b);
    m_offer = true;
}

void ComparePage::takePlan()
{
    showAgain();
    if (m_offer && m_answer.question.a == m_question.a && m_answer.question.b == m_question.b) {
        m_offer = false;
        if (m_again->isEnabled()) {
            measureAgain();
        } else {
            Q_EMIT statusMessage(m_again->toolTip());
        }
    }
    settle();
}

/// What the button can do, and why it cannot.
void ComparePage::showAgain()
{
    const bool compared = !m_answer.pairs.empty();
    const QString why = m_job.isRunning() ? tr("Two commits are being measured in turn") : m_job.refusal();
    m_again->setEnabled(compared && !m_job.isRunning() && m_job.planOfPairs().has_value());
    m_again->setToolTip(why.isEmpty() ? tr("Build both commits and measure them in turn, A B B A (Alt+M)")
                                      : tr("%1.").arg(why));
    m_againWhy->setText(tr("This cannot be measured again here. %1.").arg(why));
    m_againWhy->setVisible(compared && !m_job.isRunning() && !why.isEmpty());
}

void ComparePage::measureAgain()
{
    if (m_job.isRunning() || !m_job.planOfPairs()) {
        return;
    }
    auto* dialog = new InterleavedDialog(*m_job.planOfPairs(), m_services.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, question = m_question] {
        InterleavedPlan plan = dialog->plan();
        plan.request.floor = question.floor;
        plan.request.seed = QRandomGenerator::global()->generate64();
        m_measured = question;
        m_report = {};
        m_turns->showProgress(tr("Waiting for what is being measured already…"), 0, 0, false);
        m_job.start(plan);
        showAgain();
    });
    dialog->open();
}

void ComparePage::takeProgress(const InterleavedProgress& progress)
{
    if (!m_job.isRunning()) {
        return; // Told after the end.
    }
    const bool ending = m_job.isEnding() || progress.stage == InterleavedProgress::Stage::Ending;
    QString text = progress.text();
    if (progress.timeLeft && !ending) {
        text += QString(u" · " % timeLeftWords(*progress.timeLeft));
    }
    m_turns->showProgress(text, progress.done, progress.total, ending);
}

void ComparePage::takeReport(const InterleavedReport& report)
{
    m_report = report;
    const bool here = m_question.a == m_measured.a && m_question.b == m_measured.b;
    QString text = tr("%1 rounds measured in turn: %2.").arg(report.rounds).arg(verdictCounts(report.pairs));
    if (report.cancelled) {
        text += u' ' % tr("It was cancelled before all rounds were done.");
    }
    for (const QString& note : report.notes) {
        text += u' ' % tr("%1.").arg(note);
    }
    m_turns->showOutcome(text, !report.notes.isEmpty(), !here);
    Q_EMIT statusMessage(text);
    Q_EMIT runsStored();
    if (here) {
        showReport();
    }
    refresh();
    showAgain();
}

void ComparePage::takeTrouble(const QString& sentence)
{
    m_turns->showOutcome(sentence, true, false);
    Q_EMIT statusMessage(sentence);
    showAgain();
}

void ComparePage::showReport()
{
    if (!m_report.pairs.empty()) {
        const auto [a, b] = newNames(m_report);
        compare(a, b);
        m_turns->showOutcome(m_turns->text(), !m_report.notes.isEmpty(), false);
    }
}

} // namespace perihelion
