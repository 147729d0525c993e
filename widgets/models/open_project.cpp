// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/open_project.h"

#include "core/settings/settings.h"

#include <algorithm>
#include <utility>

namespace perihelion {

OpenProject::OpenProject(const AppServices& services, QObject* parent)
    : QObject(parent),
      m_services(services),
      m_job(services.jobs, JobPool::Interactive,
            [this](Result<ProjectWorkloads> read) { take(std::move(read)); })
{
}

void OpenProject::open(const QString& path, Remember remember)
{
    m_remember = remember == Remember::Yes;
    m_job.supersede([path, scenarios = m_services.paths.scenarioDir()](const CancelToken& cancel,
                                                                       const ProgressReporter&) {
        return readProjectWorkloads(path, scenarios, cancel);
    });
}

void OpenProject::reopen()
{
    const QString folder = m_services.settings.value(setting::kOpenProject);
    if (!folder.isEmpty()) {
        open(folder, Remember::No);
    }
}

void OpenProject::readAgain()
{
    if (m_open) {
        open(folder(), Remember::No);
    }
}

void OpenProject::cancel()
{
    m_job.cancel();
}

void OpenProject::close()
{
    cancel();
    if (m_open) {
        std::exchange(m_open, std::nullopt)->removeFrom(m_services.workloads);
        m_services.settings.set(setting::kOpenProject, QString());
        Q_EMIT closed();
    }
}

void OpenProject::take(Result<ProjectWorkloads> read)
{
    if (!read) {
        Q_EMIT failed(read.error());
        return;
    }
    if (m_open) {
        m_open->removeFrom(m_services.workloads);
    }
    if (const Result<void> added = read->addTo(m_services.workloads); !added) {
        if (m_open) {
            // Its names were free a moment ago.
            [[maybe_unused]] const Result<void> back = m_open->addTo(m_services.workloads);
            Q_ASSERT(back);
        }
        Q_EMIT failed(added.error());
        return;
    }
    m_open = std::move(*read);
    if (m_remember) {
        m_services.settings.prepend(setting::kRecentProjects, folder());
        m_services.settings.set(setting::kOpenProject, folder());
    }
    Q_EMIT opened();
}

QString OpenProject::name() const
{
    return m_open ? m_open->project.name() : QString();
}

QString OpenProject::folder() const
{
    return m_open ? m_open->project.folder() : QString();
}

QStringList OpenProject::workloads() const
{
    QStringList names;
    if (m_open) {
        for (const CommandSpec& spec : m_open->project.workloads()) {
            names.append(spec.name);
        }
    }
    return names;
}

bool OpenProject::has(QStringView workload) const
{
    return m_open && std::any_of(m_open->project.workloads().begin(), m_open->project.workloads().end(),
                                 [workload](const CommandSpec& spec) { return spec.name == workload; });
}

QString OpenProject::identityOf(QStringView workload) const
{
    return has(workload) ? m_open->project.identity() : QString();
}

ProfileEnvironment OpenProject::environmentFor(QStringView workload, const ProfileEnvironment& own) const
{
    return has(workload) ? own.withProject(folder()) : own;
}

QStringList OpenProject::recent() const
{
    return m_services.settings.value(setting::kRecentProjects);
}

void OpenProject::forgetRecent()
{
    m_services.settings.set(setting::kRecentProjects, QStringList());
}

} // namespace perihelion
