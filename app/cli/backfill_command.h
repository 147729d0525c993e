// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli backfill: measures the commits of a range that the run store lacks.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand backfillCommand();

} // namespace perihelion
