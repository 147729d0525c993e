// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli import: benchmark results of other programs, and exported runs, into the run store.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand importCommand();

} // namespace perihelion
