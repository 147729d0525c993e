// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// "generate": synthetic recordings of known content, one at a time or the six samples.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand generateCommand();

} // namespace perihelion
