// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Every workload that this program knows, with the scenarios built in and the person's own.

#include "core/workloads/workload_registry.h"

#include <memory>

namespace perihelion {

/// withScenarios: read them as well; the measuring process is told its values and needs none.
std::unique_ptr<WorkloadRegistry> makeWorkloads(bool withScenarios);

/// A scenario with parameters changed as on a command line: NAME=VALUE each. Error InvalidArgument naming
/// --set, or what the workload refuses.
Result<Scenario> scenarioWith(const Workload& workload, Scenario scenario, const QStringList& assignments);

} // namespace perihelion
