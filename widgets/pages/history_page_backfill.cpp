// SPDX-License-Identifier: GPL-3.0-or-later
// HistoryPage: the missing commits of the open project, measured behind the page, which shows them as they
// come.
#include "widgets/pages/backfill_dialog.h"
#include "widgets/pages/history_page.h"

#include <QDir>
#include <QShortcut>

#include <algorithm>
#include <utility>

namespace perihelion {

void HistoryPage::connectMissing()
{
    connect(m_toolbar, &HistoryToolbar::missingRequested, this, &HistoryPage::runMissingCommits);
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_R), this);
    connect(shortcut, &QShortcut::activated, this, &HistoryPage::runMissingCommits);
    showMissing();
}

void HistoryPage::setProject(const QString& name, const QString& folder)
{
    m_projectName = name;
    m_projectFolder = folder;
    // Its history says how its commits follow each other.
    m_reader.setRepository(folder.isEmpty() ? QDir::currentPath() : folder);
    if (m_missing != nullptr) {
        m_missing->setProject(name, folder);
    }
    showMissing();
    if (m_read) {
        showMenus();
        showChart();
        showChanges();
    }
    if (isVisible()) {
        refresh();
    }
}

void HistoryPage::runMissingCommits()
{
    const bool running = m_missing != nullptr && m_missing->job().isRunning();
    if (m_projectFolder.isEmpty() && !running) {
        Q_EMIT statusMessage(tr("Open a project first, in the menu Workload of the Profile page: its commits "
                                "can be measured, those of Perihelion's own workloads cannot"));
        return;
    }
    if (m_missing == nullptr) {
        m_missing = new BackfillDialog(m_services, this);
        m_missing->setProject(m_projectName, m_projectFolder);
        connect(m_missing, &BackfillDialog::commitStored, this, &HistoryPage::takeMissing);
        connect(m_missing, &BackfillDialog::progressChanged, this, [this] {
            // A new start shows its first commit; then the person may look elsewhere.
            m_showMeasured = m_showMeasured || m_missing->doneCommits() == 0;
            showMissing();
        });
        connect(m_missing, &BackfillDialog::ended, this, &HistoryPage::statusMessage);
    }
    m_missing->show();
    m_missing->raise();
    m_missing->activateWindow();
}

void HistoryPage::takeMissing(const MeasuredCommit& commit)
{
    const bool shown =
        std::any_of(commit.runs.begin(), commit.runs.end(), [this](const MeasuredCommit::Run& run) {
            return run.workload == m_subject.workload && run.scenario == m_subject.scenario;
        });
    if (std::exchange(m_showMeasured, false) && !shown && !commit.runs.empty()) {
        choose(commit.runs.front().workload, commit.runs.front().scenario);
    }
    if (isVisible()) {
        refresh();
    }
}

void HistoryPage::showMissing()
{
    const QString progress = m_missing != nullptr ? m_missing->progressText() : QString();
    const bool open = !m_projectFolder.isEmpty();
    m_toolbar->setMissing(
        progress.isEmpty() ? tr("Missing commits…") : tr("%1 done…").arg(progress),
        !progress.isEmpty() ? tr("Commits are being measured: look, pause, cancel (Ctrl+R)")
        : open
            ? tr("Run missing commits: measure those of %1 that have no run yet (Ctrl+R)").arg(m_projectName)
            : tr("Run missing commits: open a project first, in the menu Workload of the Profile "
                 "page (Ctrl+3). Perihelion's own workloads belong to the commit it was built "
                 "from."),
        open || !progress.isEmpty(), !progress.isEmpty());
}

} // namespace perihelion
