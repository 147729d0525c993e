// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli bisect: finds the commit with which a phase became slower, by measuring.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand bisectCommand();

} // namespace perihelion
