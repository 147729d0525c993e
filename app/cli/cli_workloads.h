// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Every workload that this program knows, with the scenarios built in and the person's own.

#include "core/profile/profile_runner.h"
#include "core/workloads/workload_registry.h"

#include <memory>

namespace perihelion {

/// withScenarios: read them as well; the measuring process is told its values and needs none.
std::unique_ptr<WorkloadRegistry> makeWorkloads(bool withScenarios);

/// Those and the commands of the project in a folder; an empty folder means none. projectFile: says what its
/// commands are, in the place of the folder's own. Errors as Project::open().
Result<std::unique_ptr<WorkloadRegistry>> makeProjectWorkloads(const QString& projectFolder,
                                                               bool withScenarios, const CancelToken& cancel,
                                                               const QString& projectFile = QString());

/// The measuring program, told of the project in a folder (empty: none). Error NotFound.
Result<ProfileEnvironment> environmentFor(const QString& projectFolder);

/// A scenario with parameters changed as on a command line: NAME=VALUE each. Error InvalidArgument naming
/// --set, or what the workload refuses.
Result<Scenario> scenarioWith(const Workload& workload, Scenario scenario, const QStringList& assignments);

} // namespace perihelion
