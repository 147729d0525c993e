// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli changes: where the level of any series changed.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand changesCommand();

} // namespace perihelion
