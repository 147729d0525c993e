// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Every workload that this program knows, with the scenarios built in and the person's own.

#include "core/workloads/workload_registry.h"

#include <memory>

namespace perihelion {

/// withScenarios: read them as well; the measuring process is told its values and needs none.
std::unique_ptr<WorkloadRegistry> makeWorkloads(bool withScenarios);

} // namespace perihelion
