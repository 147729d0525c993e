// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SystemFiles: planetary systems and scenarios with them as files of a person's own. Functions for jobs: they
// read and write, and touch nothing else.

#include "core/base/result.h"
#include "core/workloads/scenario.h"
#include "core/workloads/simulation/planet_system.h"

#include <QString>

namespace perihelion {

/// Reads a system file, or the system of a scenario file of the workload "simulation" (which then has to have
/// one). Errors name file, line and key.
Result<PlanetSystem> openSystemFile(const QString& file, const ParameterSet& set);
/// Writes a system file whole or not at all.
Result<QString> saveSystemFile(const QString& file, const PlanetSystem& system);
/// Writes FOLDER/NAME.json whole or not at all; the scenario as it is then read from there.
Result<Scenario> saveScenarioFile(const QString& folder, const ParameterSet& set, const Scenario& scenario);

} // namespace perihelion
