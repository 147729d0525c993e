// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli export: measured runs for other programs.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand exportCommand();

} // namespace perihelion
