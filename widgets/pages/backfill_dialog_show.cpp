// SPDX-License-Identifier: GPL-3.0-or-later
// BackfillDialog: from what is planned and measured to sentences and buttons.
#include "widgets/pages/backfill_dialog.h"
#include "widgets/views/backfill_form.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>
#include <chrono>

namespace perihelion {

namespace {

QString leftWords(std::chrono::milliseconds left)
{
    const auto seconds = static_cast<int>((left.count() + 500) / 1000);
    return seconds < 1      ? BackfillDialog::tr("nearly done")
           : seconds < 100  ? BackfillDialog::tr("about %1 s left").arg(seconds)
           : seconds < 6000 ? BackfillDialog::tr("about %1 min left").arg((seconds + 30) / 60)
                            : BackfillDialog::tr("about %1 h left").arg((seconds + 1800) / 3600);
}

} // namespace

QString BackfillDialog::progressText() const
{
    return m_job.isRunning() ? tr("%1 of %2").arg(m_done).arg(m_progress.total) : QString();
}

void BackfillDialog::showPlan()
{
    QString text;
    if (!m_planProblem.isEmpty()) {
        text = m_planProblem;
    } else if (!m_draft) {
        text = tr("Looking which commits are missing…");
    } else if (m_draft->plan.range.empty()) {
        text = tr("There is no commit in this range");
    } else {
        const BackfillPlan& plan = m_draft->plan;
        const std::size_t missing = plan.commits.size();
        const auto failed = std::count_if(plan.kept.begin(), plan.kept.end(), [](const KeptCommit& each) {
            return each.state != RunState::Finished;
        });
        text = missing == 0
                   ? tr("Nothing is missing: all %1 commits are there already").arg(plan.range.size())
                   : tr("%1 of %2 commits have no run yet and will be measured; %3 are there already")
                         .arg(missing)
                         .arg(plan.range.size())
                         .arg(plan.kept.size());
        if (failed > 0) {
            text += tr(", %1 of them as failed").arg(failed);
        }
        for (const QString& note : plan.notes) {
            text += QString(u". " % note);
        }
    }
    setTone(m_plan, m_planProblem.isEmpty() ? QString() : QStringLiteral("bad"));
    m_plan->setText(QString(text % (text.endsWith(u'…') ? QString() : QStringLiteral("."))));
    const bool any = m_table.rowCount() > 0;
    m_view->setVisible(any);
    m_hint->setVisible(!any);
    m_hint->setText(m_planProblem.isEmpty() && !m_draft ? QString() : tr("Nothing to measure."));
    showReason();
    showState();
}

void BackfillDialog::showStage()
{
    if (!m_job.isRunning()) {
        return;
    }
    QString text = m_job.isEnding() ? tr("Ending: what runs is being stopped, the worktree is removed")
                   : m_begun        ? m_progress.text()
                                    : tr("Waiting for its turn: one thing is measured at a time");
    const bool paused = m_progress.stage == BackfillProgress::Stage::Paused;
    if (m_job.isPaused() && !paused && !m_job.isEnding()) {
        text += tr(" · pauses after this step");
    }
    if (m_progress.timeLeft && !m_job.isEnding()) {
        // Between two words of the job the time goes on, unless it waits.
        const std::chrono::milliseconds since(paused ? 0 : m_sinceProgress.elapsed());
        text +=
            QString(u" · " % leftWords(std::max(*m_progress.timeLeft - since, std::chrono::milliseconds(0))));
    }
    setTone(m_stage, QString());
    m_stage->setText(text);
    m_bar->setRange(0, static_cast<int>(std::max<std::size_t>(1, m_progress.total)));
    m_bar->setValue(static_cast<int>(m_progress.done));
}

void BackfillDialog::showReason()
{
    const QModelIndex chosen = m_view->currentIndex();
    QString text = m_lastReason;
    if (chosen.isValid()) {
        const ValueRow& row = m_table.table().rows[static_cast<std::size_t>(chosen.row())];
        const QString reason = m_table.reason(chosen.row());
        text = reason.isEmpty() ? tr("%1: %2").arg(row.cells[0].text, row.cells[2].text)
                                : tr("%1: %2").arg(row.cells[0].text, reason);
    }
    m_reason->setText(text);
}

void BackfillDialog::showState()
{
    const bool running = m_job.isRunning();
    const bool ending = m_job.isEnding();
    m_form->setEnabled(!running);
    m_bar->setVisible(running);
    m_pause->setVisible(running);
    m_pause->setEnabled(!ending);
    m_pause->setText(m_job.isPaused() ? tr("&Go on") : tr("&Pause"));
    m_pause->setToolTip(m_job.isPaused() ? tr("Measure the rest (Alt+G)")
                                         : tr("Wait after the step that runs (Alt+P)"));
    m_cancel->setVisible(running);
    m_cancel->setEnabled(!ending);
    m_cancel->setText(ending ? tr("Ending…") : tr("Cance&l"));
    m_cancel->setToolTip(tr("End it; the commits that are done are kept (Alt+L)"));
    m_close->setToolTip(running ? tr("Close this window; measuring goes on (Esc)") : tr("Close (Esc)"));
    const std::size_t missing = m_draft ? m_draft->plan.commits.size() : 0;
    m_start->setVisible(!running);
    m_start->setEnabled(!running && missing > 0 && m_services.measuring);
    m_start->setText(missing > 1    ? tr("&Measure %1 commits").arg(missing)
                     : missing == 1 ? tr("&Measure 1 commit")
                                    : tr("&Measure"));
    m_start->setToolTip(m_services.measuring ? tr("Measure the missing commits (Enter)")
                                             : m_services.measuring.error().sentence());
    showStage();
}

} // namespace perihelion
