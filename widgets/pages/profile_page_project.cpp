// SPDX-License-Identifier: GPL-3.0-or-later
// ProfilePage: the project whose commands are measured: opened, read again before every run, closed.
#include "widgets/pages/profile_page.h"

#include "widgets/views/problem_banner.h"
#include "widgets/views/profile_toolbar.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>

#include <utility>

namespace perihelion {

void ProfilePage::connectProject()
{
    connect(m_toolbar, &ProfileToolbar::openProjectRequested, this, [this] {
        const QString from =
            m_project.isOpen() ? m_project.folder() : m_project.recent().value(0, QDir::homePath());
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a project"), from);
        if (!folder.isEmpty()) {
            openProject(folder);
        }
    });
    connect(m_toolbar, &ProfileToolbar::projectChosen, this,
            [this](const QString& folder) { openProject(folder); });
    connect(m_toolbar, &ProfileToolbar::readProjectRequested, this,
            [this] { openProject(m_project.folder()); });
    connect(m_toolbar, &ProfileToolbar::closeProjectRequested, &m_project, &OpenProject::close);
    connect(m_toolbar, &ProfileToolbar::forgetProjectsRequested, this, [this] {
        m_project.forgetRecent();
        showChoices();
    });
    connect(&m_project, &OpenProject::opened, this, &ProfilePage::takeProject);
    connect(&m_project, &OpenProject::closed, this, [this] {
        m_banner->setProblems({});
        if (m_services.workloads.find(m_scenario.workload()) == nullptr) {
            chooseFirst();
        } else {
            showChoices();
        }
    });
    connect(&m_project, &OpenProject::failed, this, [this](const Error& error) {
        m_startWhenRead = false;
        m_banner->setProblems({error.sentence()});
        showStrip();
        Q_EMIT settled();
    });
}

void ProfilePage::openProject(const QString& path, OpenProject::Remember remember)
{
    if (m_job.isRunning()) {
        Q_EMIT statusMessage(tr("Something is being measured already; wait for it or cancel it first"));
        return;
    }
    m_startWhenRead = false;
    m_project.open(path, remember);
}

void ProfilePage::chooseFirst()
{
    const std::vector<Workload*> workloads = m_services.workloads.workloads();
    if (!workloads.empty()) {
        choose(workloads.front()->name());
    }
}

void ProfilePage::takeProject()
{
    m_banner->setProblems({});
    const QString name = m_scenario.workload();
    if (std::exchange(m_startWhenRead, false)) {
        startAsRead();
    } else if (m_project.has(name) &&
               m_services.workloads.resolve(QString(name % u'/' % m_scenario.name()))) {
        choose(name, m_scenario.name()); // It was read again.
    } else {
        choose(m_project.workloads().constFirst());
        Q_EMIT statusMessage(tr("Opened the project %1").arg(m_project.name()));
    }
}

/// The project file may have changed since the page was set: what is measured is what it says now, and never
/// something that the page does not show.
void ProfilePage::startAsRead()
{
    const Workload* workload = m_services.workloads.find(m_scenario.workload());
    if (workload == nullptr) {
        m_banner->setProblems(
            {tr("The project file names no workload %1 any more").arg(m_scenario.workload())});
        choose(m_project.workloads().constFirst());
        return;
    }
    const Result<Scenario> same = Scenario::make(workload->parameterSet(), m_scenario.name(),
                                                 m_scenario.values(), m_scenario.description());
    if (!same || same->hash() != m_scenario.hash()) {
        m_banner->setProblems({tr("The project file was changed: %1 now has the parameters shown here; click "
                                  "Profile run again to measure with them")
                                   .arg(m_scenario.workload())});
        choose(m_scenario.workload());
        return;
    }
    showChoices();
    start(m_scenario, plan());
}

void ProfilePage::dragEnterEvent(QDragEnterEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile() && !m_job.isRunning()) {
        event->acceptProposedAction();
    }
}

void ProfilePage::dropEvent(QDropEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile()) {
        event->acceptProposedAction();
        openProject(urls.front().toLocalFile());
    }
}

} // namespace perihelion
