// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What of a project the commands that walk through its commits measure: --project, --workload, --store and
// the surroundings they share.

#include "app/cli/cli_options.h"
#include "core/backfill/commit_measurement.h"
#include "core/projects/project.h"
#include "core/runs/store_location.h"
#include "core/workloads/workload_registry.h"

#include <QJsonObject>

#include <memory>
#include <vector>

namespace perihelion {

/// --project, --store and the options of the plan, with the values of plan as defaults.
void declareProjectOptions(CliOptions& options, const RunPlan& plan = {});

/// Forgets which repository a hook or a rebase that started this program was about: what builds a commit
/// would take that for its own. Before anything else is done.
void forgetCallersRepository();

/// The project of --project, or of the folder where the command runs. Errors as openMeasurableProject().
Result<Project> chosenProject(const CliOptions& options, const CancelToken& cancel);

/// What was named as WORKLOAD[/SCENARIO], each once; without a name every workload with its own default
/// scenario. Errors as WorkloadRegistry::resolve(), and InvalidArgument for a workload of Perihelion itself.
Result<std::vector<Scenario>> projectScenarios(const Project& project, const QStringList& names);

/// Worktrees in the cache folder, and the measuring program. Error NotFound.
Result<MeasuringSurroundings> measuringSurroundings();

/// commit, commit_time, subject.
QJsonObject commitJson(const Commit& commit);
inline constexpr qsizetype kShownHash = 12; ///< Digits of a commit for people.

/// Where runs are kept. Error InvalidArgument: "none".
Result<StoreLocation> storeToFill(const CliOptions& options);

} // namespace perihelion
