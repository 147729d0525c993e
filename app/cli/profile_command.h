// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli profile: measures a workload cold and warm, keeps the run, and prints its table.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand profileCommand();

} // namespace perihelion
