// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli cache: how much memory may be kept, where that limit comes from, and what would fit.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand cacheCommand();

} // namespace perihelion
