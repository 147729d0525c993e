// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the settings say about memory, as MemoryBudget wants it; the window and the command line agree on it.

#include "core/memory/memory_budget.h"

namespace perihelion {

class Settings;

MemoryPolicy memoryPolicyOf(const Settings& settings);

} // namespace perihelion
