// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the commands that measure have in common: the options of the plan, the scenarios that a name means,
// and progress with the time that is left.

#include "app/cli/cli_options.h"
#include "core/profile/profile_runner.h"
#include "core/workloads/workload_registry.h"

#include <chrono>
#include <optional>
#include <vector>

namespace perihelion {

/// --runs, --cold, --processes, --warm-up, with the values of plan as defaults.
void declarePlanOptions(CliOptions& options, const RunPlan& plan = {});
/// The plan that they say. Error InvalidArgument.
Result<RunPlan> planFrom(const CliOptions& options);

/// The scenarios meant: one, or all of a workload ("simulation/all"). Errors of WorkloadRegistry::resolve().
Result<std::vector<Scenario>> namedScenarios(const WorkloadRegistry& registry, const QString& name);

/// Shows the progress of a run where standard error is a terminal.
ProfileObserver observerFor(CliSession& session);

/// ", 3.2 s left," or nothing, behind a stage.
QString timeLeftText(std::optional<std::chrono::milliseconds> left);

} // namespace perihelion
