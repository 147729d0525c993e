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

Result<Project> openMeasurableProject(const QString& folder, const CancelToken& cancel)
{
    Result<Project> project = Project::open(folder, cancel);
    if (!project || !project->workloads().empty()) {
        return project;
    }
    const bool none = project->definition().isNull();
    return Error{none ? ErrorCode::NotFound : ErrorCode::InvalidArgument,
                 none ? QStringLiteral("The folder has no %1, which says what is built and measured")
                            .arg(Project::kFileName)
                      : QStringLiteral("The project file names no workload, so there is nothing to measure"),
                 none ? project->folder() : QString(project->folder() % u'/' % Project::kFileName)};
}

Result<ProjectWorkloads> readProjectWorkloads(const QString& path, const QString& scenarioDir,
                                              const CancelToken& cancel)
{
    const QFileInfo given(path);
    const bool isProjectFile = given.fileName() == Project::kFileName && given.isFile();
    const QString folder = isProjectFile ? given.absolutePath() : QDir::cleanPath(given.absoluteFilePath());
    auto project = openMeasurableProject(folder, cancel);
    if (!project) {
        return project.error();
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
