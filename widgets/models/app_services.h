// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The services that AppContext owns, as references handed down to pages. A page keeps the struct by value;
// every service outlives every page. Loads: a page reports them by signal (PlayerPage::loadFinished), the
// main window alone writes them to the run store.

#include "core/base/paths.h"
#include "core/base/result.h"

namespace perihelion {

class DecodePool;
class EventCache;
class JobRunner;
class MemoryBudget;
class OperationTimes;
class Prefetcher;
class RunStore;
class WorkloadRegistry;
struct ProfileEnvironment;
class Settings;
class Theme;

struct AppServices {
    JobRunner& jobs;
    DecodePool& decodePool;
    RunStore& runStore;
    Settings& settings;
    StoragePaths paths;
    Theme& theme;
    MemoryBudget& memory;
    EventCache& cache; ///< In every QueryContext of the load path, on or off.
    Prefetcher& prefetcher;
    WorkloadRegistry& workloads;                 ///< Pages may keep scenarios in it that they saved.
    const Result<ProfileEnvironment>& measuring; ///< Without it nothing can be profiled; the error says why.
    OperationTimes& operationTimes;              ///< Whatever the services do is recorded there.
};

} // namespace perihelion
