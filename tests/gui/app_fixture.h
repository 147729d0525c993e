// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The program's services over a temporary folder, for tests that drive pages and windows. restart() ends and
// begins them anew over the same folder, as a restart of the program does.

#include "core/base/paths.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/job_runner.h"
#include "core/measure/operation_times.h"
#include "core/memory/memory_budget.h"
#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/settings/settings.h"
#include "datasets/cache/event_cache.h"
#include "datasets/cache/prefetcher.h"
#include "widgets/models/app_services.h"
#include "widgets/theme/theme.h"

#include <QString>
#include <QTemporaryDir>

#include <chrono>
#include <memory>

namespace perihelion::test {

class AppFixture {
public:
    /// prefetchQuiet: how long nothing must happen before recordings are read ahead that nobody opened.
    explicit AppFixture(std::chrono::milliseconds prefetchQuiet = std::chrono::milliseconds(0));
    ~AppFixture();

    AppServices services();
    /// Ends the jobs, writes the settings and begins again.
    void restart();
    QString folder() const { return m_folder.path(); }
    Settings& settings() { return *m_settings; }
    /// Empty at first; to be filled before a window is made.
    WorkloadRegistry& workloads() { return m_workloads; }
    /// Who measures; at first nobody.
    void setMeasuring(ProfileEnvironment environment) { m_measuring = std::move(environment); }
    Theme& theme() { return *m_theme; }
    RunStore& runStore() { return *m_runStore; }
    EventCache& cache() { return *m_cache; }
    Prefetcher& prefetcher() { return *m_prefetcher; }
    OperationTimes& operationTimes() { return *m_operationTimes; }

    /// Writes a small recording below the fixture's folder; returns its path.
    QString makeRecording(const QString& relativePath, std::int64_t events = 20'000, bool contiguous = false);
    /// Writes a text file; returns its path.
    QString makeTextFile(const QString& relativePath);

private:
    void begin();
    void end();

    QTemporaryDir m_folder;
    StoragePaths m_paths;
    const std::chrono::milliseconds m_prefetchQuiet;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<OperationTimes> m_operationTimes;
    std::unique_ptr<JobRunner> m_jobs;
    std::unique_ptr<DecodePool> m_decodePool;
    std::unique_ptr<MemoryBudget> m_memory;
    std::unique_ptr<EventCache> m_cache;
    std::unique_ptr<Prefetcher> m_prefetcher;
    std::unique_ptr<RunStore> m_runStore;
    std::unique_ptr<Theme> m_theme;
    WorkloadRegistry m_workloads;
    Result<ProfileEnvironment> m_measuring;
};

} // namespace perihelion::test
