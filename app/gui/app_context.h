// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// AppContext: makes and owns every service of the program in order, hands references down and destroys in
// reverse.

#include "app/gui/gui_options.h"
#include "app/gui/screenshot.h"
#include "core/base/paths.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/job_runner.h"
#include "core/measure/operation_times.h"
#include "core/memory/memory_budget.h"
#include "core/memory/memory_watch.h"
#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/settings/settings.h"
#include "datasets/cache/event_cache.h"
#include "datasets/cache/prefetcher.h"
#include "widgets/pages/main_window.h"
#include "widgets/theme/theme.h"

#include <memory>

namespace perihelion {

class AppContext {
public:
    AppContext(GuiOptions options, StoragePaths paths);
    ~AppContext();
    AppContext(const AppContext&) = delete;
    AppContext& operator=(const AppContext&) = delete;

    /// Shows the window, opens what the command line named, runs until the window is closed. Returns the exit
    /// status.
    int run();

private:
    void showWindow();
    void openPaths();
    void openFirstRecording();
    void takeScreenshot();

    GuiOptions m_options;
    StoragePaths m_paths;
    Settings m_settings;
    OperationTimes m_operationTimes;
    JobRunner m_jobs;
    DecodePool m_decodePool;
    MemoryBudget m_memory;
    EventCache m_cache;
    MemoryWatch m_memoryWatch;
    Prefetcher m_prefetcher;
    RunStore m_runStore;
    WorkloadRegistry m_workloads;
    Result<ProfileEnvironment> m_measuring;
    Theme m_theme;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Screenshot> m_screenshot;
};

} // namespace perihelion
