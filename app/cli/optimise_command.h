// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli optimise: rewrite any readable recording as chunked HDF5, compared event for event.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand optimiseCommand();

} // namespace perihelion
