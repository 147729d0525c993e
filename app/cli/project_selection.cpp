// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/project_selection.h"

#include "app/cli/cli_workloads.h"
#include "app/cli/profile_options.h"
#include "app/cli/run_selection.h"
#include "core/backfill/backfill_plan.h"
#include "core/base/paths.h"

#include <algorithm>

namespace perihelion {

void declareProjectOptions(CliOptions& options, const RunPlan& plan)
{
    options.addValue(QStringLiteral("project"), QStringLiteral("DIR"),
                     QStringLiteral("Folder of the project, with its perihelion.json"), QStringLiteral("."));
    declarePlanOptions(options, plan);
    options.addValue(
        QStringLiteral("store"), QStringLiteral("URL"),
        QStringLiteral("Where the runs are kept: a SQLite file or postgresql://user@host/database"));
}

void forgetCallersRepository()
{
    for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR",
                             "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}) {
        qunsetenv(name);
    }
}

Result<Project> chosenProject(const CliOptions& options, const CancelToken& cancel)
{
    return openMeasurableProject(options.value(QStringLiteral("project")), cancel);
}

Result<std::vector<Scenario>> projectScenarios(const Project& project, const QStringList& names)
{
    const auto registry = makeWorkloads(false);
    if (const Result<void> added = project.addTo(*registry); !added) {
        return added.error();
    }
    registry->loadScenarios(StoragePaths::forUser().scenarioDir());
    QStringList wanted = names;
    if (wanted.isEmpty()) {
        for (const CommandSpec& spec : project.workloads()) {
            wanted.append(spec.name);
        }
    }
    std::vector<Scenario> scenarios;
    for (const QString& name : wanted) {
        const auto meant = namedScenarios(*registry, name);
        if (!meant) {
            return meant.error();
        }
        for (const Scenario& scenario : *meant) {
            const bool own = std::any_of(
                project.workloads().begin(), project.workloads().end(),
                [&scenario](const CommandSpec& spec) { return spec.name == scenario.workload(); });
            if (!own) {
                return wrongUsage(QString(scenario.workload() % u" is no workload of the project " %
                                          project.name() % u", whose commits shall be measured"));
            }
            const bool known =
                std::any_of(scenarios.begin(), scenarios.end(), [&scenario](const Scenario& each) {
                    return each.workload() == scenario.workload() && each.hash() == scenario.hash();
                });
            if (!known) {
                scenarios.push_back(scenario);
            }
        }
    }
    return scenarios;
}

Result<MeasuringSurroundings> measuringSurroundings()
{
    const auto environment = environmentFor(QString());
    if (!environment) {
        return environment.error();
    }
    return MeasuringSurroundings{StoragePaths::forUser().worktreeDir(), *environment};
}

QJsonObject commitJson(const Commit& commit)
{
    return {{QStringLiteral("commit"), commit.hash},
            {QStringLiteral("commit_time"), commit.committed.toString(Qt::ISODate)},
            {QStringLiteral("subject"), commit.subject}};
}

Result<StoreLocation> storeToFill(const CliOptions& options)
{
    auto location = storeLocation(options);
    if (!location) {
        return location.error();
    }
    if (!*location) {
        return wrongUsage(QStringLiteral("--store none makes no sense here: the runs are what is wanted"));
    }
    return std::move(**location);
}

} // namespace perihelion
