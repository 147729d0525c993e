// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the settings say about cache mode, as the services want it.

#include "core/memory/memory_budget.h"
#include "core/settings/memory_settings.h"
#include "datasets/cache/event_cache.h"

namespace perihelion {

class Settings;

CacheOptions cacheOptionsOf(const Settings& settings);
/// Brings budget and cache to what the settings say; pins included. Quick; never waits for queries.
void applyCacheSettings(const Settings& settings, MemoryBudget& memory, EventCache& cache);

} // namespace perihelion
