// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli workloads: what can be profiled: workloads, their phases, parameters and scenarios.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand workloadsCommand();

} // namespace perihelion
