// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-history-bench STORE: the History page over a run store (a file or the URL of a server),
// offscreen: from choosing the largest history to its painted chart, and a redraw after each step of a zoom.
// Nothing is asserted about times.
#include "core/jobs/decode_pool.h"
#include "core/jobs/job_runner.h"
#include "core/measure/operation_times.h"
#include "core/memory/memory_budget.h"
#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/settings/settings.h"
#include "core/workloads/workload_registry.h"
#include "datasets/cache/event_cache.h"
#include "datasets/cache/prefetcher.h"
#include "widgets/pages/history_page.h"
#include "widgets/theme/theme.h"
#include "widgets/views/history_chart.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace perihelion;

namespace {

constexpr int kSteps = 25;
constexpr int kPatienceMs = 60'000;

double cpuMillis()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void tell(const char* what, std::vector<double> millis)
{
    std::sort(millis.begin(), millis.end());
    std::printf("  %s: median %.1f ms, max %.1f ms of the GUI thread's CPU time\n", what,
                millis[millis.size() / 2], millis.back());
}

/// Choosing what to show and painting it.
void measureForms(HistoryPage& page)
{
    HistoryChoice choice = page.choice();
    for (const auto& [form, name] :
         {std::pair{HistoryForm::Stacked, "stacked"}, std::pair{HistoryForm::Lines, "lines"},
          std::pair{HistoryForm::Points, "points"}}) {
        choice.form = form;
        std::vector<double> drawn;
        std::vector<double> zoomed;
        for (int i = 0; i < 5; ++i) {
            const double start = cpuMillis();
            page.setChoice(choice);
            page.chart().fit();
            page.chart().repaint();
            drawn.push_back(cpuMillis() - start);
        }
        for (int i = 0; i < kSteps; ++i) {
            const HistoryRange range = page.chart().range();
            const double start = cpuMillis();
            page.chart().zoom(0.85, range.from + range.length() * 0.4);
            page.chart().repaint();
            zoomed.push_back(cpuMillis() - start);
        }
        std::printf("%s, %zu series\n", name, page.chart().values().series.size());
        tell("choose and draw", drawn);
        tell("zoom step and redraw", zoomed);
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    const QApplication application(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: perihelion-history-bench STORE\n");
        return 2;
    }
    const QTemporaryDir home;
    const StoragePaths paths = StoragePaths::below(home.path());
    Settings settings(paths.settingsFile());
    OperationTimes times;
    JobRunner jobs(&times);
    DecodePool pool;
    MemoryBudget memory;
    EventCache cache(memory);
    Prefetcher prefetcher(cache, pool);
    const Result<StoreLocation> location = StoreLocation::parse(QString::fromLocal8Bit(argv[1]));
    if (!location) {
        std::fprintf(stderr, "perihelion-history-bench: %s\n", qPrintable(location.error().sentence()));
        return 2;
    }
    RunStore store(*location, paths.runStoreFile());
    Theme theme;
    theme.setMode(ThemeMode::Dark);
    WorkloadRegistry workloads;
    const Result<ProfileEnvironment> measuring = ProfileEnvironment::forThisProgram();
    {
        HistoryPage page(AppServices{jobs, pool, store, settings, paths, theme, memory, cache, prefetcher,
                                     workloads, measuring, times});
        page.resize(1364, 874);
        QSignalSpy settled(&page, &HistoryPage::settled);
        QElapsedTimer timer;
        timer.start();
        page.show();
        if (!settled.wait(kPatienceMs) || page.history() == nullptr) {
            std::fprintf(stderr, "perihelion-history-bench: the store has no history\n");
            return 1;
        }
        page.chart().repaint();
        std::printf("%s: %zu runs, %zu series; read, judged and drawn in %.0f ms of wall time\n",
                    qPrintable(page.history()->title()), page.history()->runs.size(),
                    page.history()->series.size(), static_cast<double>(timer.nsecsElapsed()) / 1e6);
        measureForms(page);
    }
    jobs.shutDown();
    return 0;
}
