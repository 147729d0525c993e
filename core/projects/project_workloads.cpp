// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/project_workloads.h"

#include <QDir>
#include <QFileInfo>

namespace perihelion {

Result<void> ProjectWorkloads::addTo(WorkloadRegistry& registry) const
{
    if (Result<void> added = project.addTo(registry); !added) {
        return added;
    }
    for (const Scenario& scenario : scenarios) {
        registry.keep(scenario);
    }
    return {};
}

void ProjectWorkloads::removeFrom(WorkloadRegistry& registry) const
{
    for (const CommandSpec& spec : project.workloads()) {
        registry.remove(spec.name);
    }
}

Result<ProjectWorkloads> readProjectWorkloads(const QString& path, const QString& scenarioDir,
                                              const CancelToken& cancel)
{
    const QFileInfo given(path);
    const bool isProjectFile = given.fileName() == Project::kFileName && given.isFile();
    const QString folder = isProjectFile ? given.absolutePath() : QDir::cleanPath(given.absoluteFilePath());
    const QString file = QDir(folder).filePath(Project::kFileName);
    if (QFileInfo(folder).isDir() && !QFileInfo::exists(file)) {
        return Error{ErrorCode::NotFound,
                     QString(u"The folder has no " % Project::kFileName %
                             u", which says which of its commands are measured"),
                     folder};
    }
    auto project = Project::open(folder, cancel);
    if (!project) {
        return project.error();
    }
    if (project->workloads().empty()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("The project file names no workload, so there is nothing to measure"),
                     file};
    }
    WorkloadRegistry registry;
    if (const Result<void> added = project->addTo(registry); !added) {
        return added.error();
    }
    registry.loadScenarios(scenarioDir);
    ProjectWorkloads read{std::move(*project), {}};
    for (const CommandSpec& spec : read.project.workloads()) {
        const std::vector<Scenario> known = registry.scenarios(spec.name);
        read.scenarios.insert(read.scenarios.end(), known.begin(), known.end());
    }
    return read;
}

} // namespace perihelion
