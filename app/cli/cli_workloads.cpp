// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli_workloads.h"

#include "app/cli/cli_session.h"
#include "core/base/paths.h"
#include "core/projects/project.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "datasets/workloads/dataset_load.h"

namespace perihelion {

std::unique_ptr<WorkloadRegistry> makeWorkloads(bool withScenarios)
{
    auto made = makeProjectWorkloads(QString(), withScenarios, CancelToken());
    Q_ASSERT(made); // Only a project can be wrong.
    return std::move(*made);
}

Result<ProfileEnvironment> environmentFor(const QString& projectFolder)
{
    const Result<ProfileEnvironment> environment = ProfileEnvironment::forThisProgram();
    return environment ? environment->withProject(projectFolder) : environment;
}

Result<std::unique_ptr<WorkloadRegistry>> makeProjectWorkloads(const QString& projectFolder,
                                                               bool withScenarios, const CancelToken& cancel,
                                                               const QString& projectFile)
{
    const StoragePaths paths = StoragePaths::forUser();
    auto registry = std::make_unique<WorkloadRegistry>();
    registry->add(std::make_unique<SimulationWorkload>());
    registry->add(std::make_unique<DatasetLoad>(paths.workloadDir()));
    if (!projectFolder.isEmpty()) {
        const Result<Project> project = projectFile.isEmpty()
                                            ? Project::open(projectFolder, cancel)
                                            : Project::openAs(projectFolder, projectFile, cancel);
        if (!project) {
            return project.error();
        }
        if (const Result<void> added = project->addTo(*registry); !added) {
            return added.error();
        }
    }
    if (withScenarios) {
        registry->loadScenarios(paths.scenarioDir());
    }
    return registry;
}

Result<Scenario> scenarioWith(const Workload& workload, Scenario scenario, const QStringList& assignments)
{
    const ParameterSet set = workload.parameterSet();
    for (const QString& assignment : assignments) {
        const qsizetype equals = assignment.indexOf(u'=');
        const QString name = assignment.left(equals);
        const ParameterSpec* spec = set.find(name);
        if (equals <= 0) {
            return wrongUsage(QString(u"--set takes NAME=VALUE, not \"" % assignment % u'"'));
        }
        const Result<QJsonValue> value =
            spec != nullptr ? spec->fromText(assignment.mid(equals + 1)) : Result<QJsonValue>(QJsonValue());
        if (!value) {
            return wrongUsage(QString(u"--set: " % value.error().message));
        }
        Result<Scenario> next = scenario.with(set, name, *value);
        if (!next) {
            return wrongUsage(QString(u"--set: " % next.error().message));
        }
        scenario = std::move(*next);
    }
    if (const Result<void> whole = workload.check(scenario); !whole) {
        return whole.error();
    }
    return scenario;
}

} // namespace perihelion
