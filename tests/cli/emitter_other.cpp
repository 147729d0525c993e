// SPDX-License-Identifier: GPL-3.0-or-later
// The second file of the program in emitter_careful.cpp: the header may stand in many.
#include "resources/emitters/perihelion_phases.h"

bool otherFileListens();
bool otherFileListens()
{
    return perihelion_phases::listening();
}
