// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli history: a workload across commits.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand historyCommand();

} // namespace perihelion
