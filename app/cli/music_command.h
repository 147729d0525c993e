// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli music: the notes of a simulation's orbits as a standard MIDI file.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand musicCommand();

} // namespace perihelion
