// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli window: the events of one time window, counted, summed, listed or drawn.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand windowCommand();

} // namespace perihelion
