// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli_workloads.h"

#include "core/base/paths.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "datasets/workloads/dataset_load.h"

namespace perihelion {

std::unique_ptr<WorkloadRegistry> makeWorkloads(bool withScenarios)
{
    const StoragePaths paths = StoragePaths::forUser();
    auto registry = std::make_unique<WorkloadRegistry>();
    registry->add(std::make_unique<SimulationWorkload>());
    registry->add(std::make_unique<DatasetLoad>(paths.workloadDir()));
    if (withScenarios) {
        registry->loadScenarios(paths.scenarioDir());
    }
    return registry;
}

} // namespace perihelion
