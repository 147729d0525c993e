// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli compare: two runs, or the newest runs of two commits, phase by phase, with verdicts.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand compareCommand();

} // namespace perihelion
