// SPDX-License-Identifier: GPL-3.0-or-later
// ProfilePage: how a run, its progress and its comparison are shown.
#include "widgets/pages/profile_page.h"

#include "core/runs/named_runs.h"
#include "widgets/models/value_texts.h"
#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/iteration_chart.h"
#include "widgets/views/load_panel.h"
#include "widgets/views/phase_table_view.h"
#include "widgets/views/profile_toolbar.h"
#include "widgets/views/section_label.h"

#include <QFileInfo>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace perihelion {

namespace {

QString secondsText(double seconds)
{
    return seconds < 60 ? QStringLiteral("%1 s").arg(seconds, 0, 'f', 1)
                        : QStringLiteral("%1 min %2 s")
                              .arg(static_cast<int>(seconds) / 60)
                              .arg(static_cast<int>(seconds) % 60);
}

QString commitText(const QString& commit, bool dirty)
{
    if (commit.isEmpty()) {
        return ProfilePage::tr("commit unknown");
    }
    return dirty ? ProfilePage::tr("%1 with changes").arg(commit.left(7)) : commit.left(7);
}

/// A run has no id while the server of the run store is away.
QString runText(std::int64_t id)
{
    return id == 0 ? ProfilePage::tr("Run, to be sent to the server later")
                   : ProfilePage::tr("Run %1").arg(id);
}

QString listingText(const RunListing& run)
{
    return ProfilePage::tr("%1 · %2 · %3")
        .arg(runText(run.id), commitText(run.commit, run.dirty),
             run.started.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")));
}

int countOf(const RunRecord& run, IterationMode mode)
{
    return static_cast<int>(std::count_if(run.iterations.begin(), run.iterations.end(),
                                          [mode](const RunIteration& each) { return each.mode == mode; }));
}

/// "Warm run 7 of 10".
QString stageText(const ProfileProgress& progress, const RunRecord* run)
{
    using Stage = ProfileProgress::Stage;
    const auto at = [run](IterationMode mode, int planned) {
        return std::min(planned, (run == nullptr ? 0 : countOf(*run, mode)) + 1);
    };
    switch (progress.stage) {
    case Stage::Preparing:
        // Its turn comes with the record; before that missing commits may be measured, for example.
        return run == nullptr ? ProfilePage::tr("Waiting for its turn") : ProfilePage::tr("Preparing");
    case Stage::Cold:
        return ProfilePage::tr("Cold run %1 of %2")
            .arg(at(IterationMode::Cold, run == nullptr ? 1 : run->plan.coldRuns))
            .arg(run == nullptr ? 1 : run->plan.coldRuns);
    case Stage::WarmUp:
        return ProfilePage::tr("Warming up a process");
    case Stage::Warm:
        return ProfilePage::tr("Warm run %1 of %2")
            .arg(at(IterationMode::Warm, run == nullptr ? 1 : run->plan.warmRuns))
            .arg(run == nullptr ? 1 : run->plan.warmRuns);
    case Stage::Paused:
        return ProfilePage::tr("Paused");
    case Stage::Ending:
        return ProfilePage::tr("Ending");
    case Stage::Storing:
        break;
    }
    return ProfilePage::tr("Storing");
}

/// "drone_idle, cache hit".
QString loadWords(const Scenario& scenario)
{
    const QStringList files = scenario.files(u"files");
    const QString file =
        files.isEmpty() ? ProfilePage::tr("generated") : QFileInfo(files.front()).completeBaseName();
    return QString(file % u", " % QString(scenario.name()).replace(u'_', u' '));
}

} // namespace

void ProfilePage::compareWithBaseline()
{
    m_baselineMenu->clear();
    m_baselineButton->setVisible(!m_earlier.empty());
    if (m_earlier.empty() || !m_run) {
        return;
    }
    const auto chosen = std::find_if(m_earlier.begin(), m_earlier.end(),
                                     [this](const RunListing& run) { return run.id == m_baseline; });
    const RunListing& baseline =
        chosen == m_earlier.end() ? *usualBaseline(m_earlier, m_run->commitTime) : *chosen;
    constexpr std::size_t kMenuLimit = 25;
    for (std::size_t at = 0; at < std::min(kMenuLimit, m_earlier.size()); ++at) {
        const std::int64_t id = m_earlier[at].id;
        QAction* action =
            m_baselineMenu->addAction(listingText(m_earlier[at]), this, [this, id] { chooseBaseline(id); });
        action->setCheckable(true);
        action->setChecked(id == baseline.id);
    }
    setTextKeepingShortcut(*m_baselineButton, tr("Baseline: run %1 ▾").arg(baseline.id));
    m_runs.compare(baseline, *m_run);
}

void ProfilePage::showComparison(const BaselineAnswer& answer)
{
    const Comparison& total = answer.totals.total;
    const bool faster = total.verdict == Verdict::Faster;
    const bool slower = total.verdict == Verdict::Slower;
    const QColor color = m_services.theme.color(faster   ? ColorRole::Good
                                                : slower ? ColorRole::Bad
                                                         : ColorRole::Muted);
    m_verdict->setText(
        tr("Against %1, %2: <b style=\"color:%3\">%4</b> – %5")
            .arg(answer.baseline.commit.isEmpty() ? tr("run %1").arg(answer.baseline.id)
                                                  : commitText(answer.baseline.commit, answer.baseline.dirty),
                 iterationModeName(answer.totals.mode), color.name(),
                 faster || slower ? QString(formatChange(total.ratio) % u' ' % verdictName(total.verdict))
                                  : verdictName(total.verdict),
                 total.sentence.toHtmlEscaped()));
    m_verdict->show();
    if (isSettled()) {
        Q_EMIT settled();
    }
}

void ProfilePage::showRun()
{
    const RunSummary summary = m_run ? RunSummary::of(*m_run) : RunSummary();
    m_phases.setSummary(summary);
    m_hotspots.setHotspots(summary.hotspots);
    m_chart->setBars(m_run ? IterationBars::of(*m_run) : IterationBars());
    m_table->setVisible(m_run.has_value());
    m_empty->setVisible(!m_run);
    m_footnote->setVisible(m_phases.hasInterpolated());
    m_verdict->hide();
    m_baselineButton->setVisible(m_run && !m_job.isRunning() && !m_earlier.empty());
    m_more->setEnabled(m_run && !m_job.isRunning());
    const bool running = m_job.isRunning();
    m_tableTitle->setText(!m_run               ? tr("This run, per phase")
                          : !m_phases.isWarm() ? tr("Per phase (cold, ms)")
                          : running            ? tr("This run, per phase (warm, ms)")
                                               : tr("Run %1, per phase (warm, ms)").arg(m_run->id));
    QStringList doubts = m_run ? m_run->warnings + m_run->notes : QStringList();
    if (m_run && m_run->failedIterations() > 0) {
        const auto failed = std::find_if(m_run->iterations.begin(), m_run->iterations.end(),
                                         [](const RunIteration& each) { return each.failed; });
        doubts.prepend(tr("%1 of %2 iterations failed: %3")
                           .arg(m_run->failedIterations())
                           .arg(m_run->iterations.size())
                           .arg(failed->failure));
    }
    m_warnings->setVisible(!doubts.isEmpty());
    m_warnings->setText(doubts.isEmpty() ? QString() : QString(u"⚠ " % doubts.join(QStringLiteral(" · "))));
    const RunPlan planned = plan();
    m_empty->setText(tr("<b>%1/%2</b> has not been measured yet.<br>Click <b>Profile run</b> (Ctrl+Return): "
                        "%3 cold and %4 "
                        "warm iterations, each in processes of their own, and every phase appears here.")
                         .arg(m_scenario.workload().toHtmlEscaped(), m_scenario.name().toHtmlEscaped())
                         .arg(planned.coldRuns)
                         .arg(planned.warmRuns));
    showStrip();
}

void ProfilePage::showStrip()
{
    const bool running = m_job.isRunning();
    m_toolbar->setState(!running           ? ProfileToolbar::State::Idle
                        : m_job.isEnding() ? ProfileToolbar::State::Ending
                        : m_job.isPaused() ? ProfileToolbar::State::Paused
                                           : ProfileToolbar::State::Running);
    m_bar->setVisible(running);
    m_loadPanel->setReady(m_services.measuring && !running);
    const bool failed = !running && !m_problem.isEmpty();
    setTone(m_stage, failed ? QStringLiteral("bad") : QString());
    m_stage->setWordWrap(failed); // However long the sentence, the window keeps its width.
    if (running) {
        const QString stage = stageText(m_progress, m_run ? &*m_run : nullptr);
        const auto loads = static_cast<int>(m_loads.total());
        const auto load = static_cast<int>(m_loads.done());
        m_stage->setText(
            m_job.isEnding() ? tr("Ending")
            : m_loads.isPlanned()
                ? tr("Load %1 of %2, %3 · %4").arg(load + 1).arg(loads).arg(loadWords(m_scenario), stage)
                : stage);
        const int steps = std::max(1, m_progress.total);
        m_bar->setRange(0, m_loads.isPlanned() ? steps * loads : steps);
        m_bar->setValue(m_progress.done + (m_loads.isPlanned() ? steps * load : 0));
        showTime();
        return;
    }
    // Of the run that is shown; what the toolbar plans only while there is none.
    const RunPlan planned = m_run ? m_run->plan : plan();
    m_stage->setText(!m_problem.isEmpty() ? m_problem
                     : !m_cancelled.isEmpty()
                         ? (m_run ? tr("%1. Shown: %2").arg(m_cancelled, runText(m_run->id)) : m_cancelled)
                     : m_run
                         ? tr("%1 · %2 · %3 · %4")
                               .arg(runText(m_run->id), commitText(m_run->commit, m_run->dirty),
                                    runStateName(m_run->state),
                                    m_run->started.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")))
                         : tr("Not measured yet"));
    m_time->setText(tr("%1 cold · %2 warm in %3 processes · %4 warm-up each")
                        .arg(planned.coldRuns)
                        .arg(planned.warmRuns)
                        .arg(std::min(planned.warmProcesses, planned.warmRuns))
                        .arg(planned.warmUps));
}

void ProfilePage::takeCancelled()
{
    // Loads that are compared are stored one by one: those before this one stay.
    const bool some = m_loads.isPlanned() && m_loadsStored > 0;
    m_cancelled = some ? tr("Cancelled; %1 of %2 loads are stored").arg(m_loadsStored).arg(m_loads.total())
                       : tr("Cancelled after %1; nothing was stored")
                             .arg(secondsText(static_cast<double>(m_clock.elapsed()) / 1000));
    m_loads.stop();
    endRun(m_cancelled, QString());
    if (some) {
        fetchLoads();
    }
}

void ProfilePage::showTime()
{
    if (!m_job.isRunning()) {
        return;
    }
    const QString spent = secondsText(static_cast<double>(m_clock.elapsed()) / 1000);
    m_time->setText(m_progress.timeLeft && !m_job.isEnding()
                        ? QString(spent % u" · " % timeLeftWords(*m_progress.timeLeft))
                        : spent);
}

} // namespace perihelion
