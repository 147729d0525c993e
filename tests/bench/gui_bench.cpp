// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-gui-bench: the window itself, offscreen: from opening a recording to its painted frame, and
// playing for a minute at 60 Hz with late frames counted. Nothing is asserted about times.
#include "core/base/format.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/job_runner.h"
#include "core/measure/operation_times.h"
#include "core/memory/memory_budget.h"
#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/settings/settings.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "datasets/cache/event_cache.h"
#include "datasets/cache/prefetcher.h"
#include "datasets/generate/event_generator.h"
#include "tests/bench/live_view_bench.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/player_page.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

using namespace perihelion;

namespace {

constexpr int kLoads = 21;
constexpr int kPatienceMs = 60'000;

/// A line of /proc/self/status in MB, e.g. "VmRSS:".
double statusMegabytes(const char* key)
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.startsWith(key)) {
                return line.mid(static_cast<qsizetype>(qstrlen(key)))
                           .trimmed()
                           .split(' ')
                           .first()
                           .toDouble() /
                       1e3;
            }
        }
    }
    return 0;
}

Result<QString> recording(const QString& folder, std::int64_t events, double rate)
{
    const QString path = QDir(folder).filePath(QStringLiteral("gui_drone_%1.h5").arg(events));
    if (!QFileInfo::exists(path)) {
        GeneratorOptions options;
        options.kind = SceneKind::Drone;
        options.events = events;
        options.eventsPerSecond = rate;
        const auto made = generateRecording(path, options);
        if (!made) {
            return made.error();
        }
    }
    return path;
}

bool loadOnce(MainWindow& window, const QString& path, double& millis)
{
    QSignalSpy loaded(&window.player(), &PlayerPage::loadFinished);
    QElapsedTimer timer;
    timer.start();
    window.openRecording(path);
    if (loaded.isEmpty() && !loaded.wait(kPatienceMs)) {
        return false;
    }
    millis = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    return true;
}

bool measureLoads(MainWindow& window, const QString& path)
{
    std::vector<double> millis;
    for (int i = 0; i < kLoads; ++i) {
        double spent = 0;
        if (!loadOnce(window, path, spent)) {
            return false;
        }
        if (i == 0) {
            std::printf("  first load of the process, index as found: %.1f ms\n", spent);
            continue;
        }
        millis.push_back(spent);
    }
    std::sort(millis.begin(), millis.end());
    std::printf("  open to painted frame, %d loads: median %.1f ms, max %.1f ms\n", kLoads - 1,
                millis[millis.size() / 2], millis.back());
    return true;
}

void play(PlayerSession& session, double speed, int seconds)
{
    session.setSpeed(speed);
    const std::int64_t late = session.clock().lateFrames();
    session.play();
    QTimer end;
    end.setSingleShot(true);
    QEventLoop loop;
    QObject::connect(&end, &QTimer::timeout, &loop, &QEventLoop::quit);
    end.start(seconds * 1000);
    loop.exec();
    session.pause();
    std::printf("  playing at %g× for %d s: %lld late frames, resident %.0f MB, peak %.0f MB\n", speed,
                seconds, static_cast<long long>(session.clock().lateFrames() - late),
                statusMegabytes("VmRSS:"), statusMegabytes("VmHWM:"));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption folder(QStringLiteral("folder"), QStringLiteral("Where recordings are kept."),
                                    QStringLiteral("DIR"), QDir::tempPath());
    const QCommandLineOption events(QStringLiteral("events"), QStringLiteral("Events of the recording."),
                                    QStringLiteral("N"), QStringLiteral("100000000"));
    const QCommandLineOption rate(QStringLiteral("rate"), QStringLiteral("Events per second."),
                                  QStringLiteral("R"), QStringLiteral("10000000"));
    const QCommandLineOption seconds(QStringLiteral("seconds"),
                                     QStringLiteral("How long to play at each speed."), QStringLiteral("N"),
                                     QStringLiteral("60"));
    const QCommandLineOption liveView(
        QStringLiteral("live-view"),
        QStringLiteral("Only compare profile runs with and without the live view, in so many rounds."),
        QStringLiteral("ROUNDS"));
    parser.addOptions({folder, events, rate, seconds, liveView});
    parser.process(application);

    const QTemporaryDir home;
    const StoragePaths paths = StoragePaths::below(home.path());
    Settings settings(paths.settingsFile());
    OperationTimes times; // Recorded as in the program, so that its cost is measured with the rest.
    JobRunner jobs(&times);
    DecodePool pool;
    MemoryBudget memory;
    EventCache cache(memory);
    Prefetcher prefetcher(cache, pool);
    RunStore store(paths.runStoreFile());
    store.timeInto(times);
    Theme theme;
    theme.setMode(ThemeMode::Dark);
    WorkloadRegistry workloads;
    workloads.add(std::make_unique<SimulationWorkload>());
    workloads.loadScenarios(QString());
    const Result<ProfileEnvironment> measuring = ProfileEnvironment::forThisProgram();
    const AppServices services{jobs,   pool,  store,      settings,  paths,     theme,
                               memory, cache, prefetcher, workloads, measuring, times};
    if (parser.isSet(liveView)) {
        const auto done = bench::benchLiveView(services, std::max(1, parser.value(liveView).toInt()));
        if (!done) {
            std::fprintf(stderr, "perihelion-gui-bench: %s\n", qPrintable(done.error().sentence()));
        }
        jobs.shutDown();
        return done ? 0 : 1;
    }
    const auto path =
        recording(parser.value(folder), parser.value(events).toLongLong(), parser.value(rate).toDouble());
    if (!path) {
        std::fprintf(stderr, "perihelion-gui-bench: %s\n", qPrintable(path.error().sentence()));
        return 1;
    }
    std::printf("%s, %s window\n", qPrintable(*path), "1440×900");
    {
        MainWindow window(services);
        window.resize(1440, 900);
        window.show();
        if (!measureLoads(window, *path)) {
            std::fprintf(stderr, "perihelion-gui-bench: the recording did not open\n");
            return 1;
        }
        for (const double speed : {1.0, 10.0}) {
            play(window.player().session(), speed, parser.value(seconds).toInt());
        }
    }
    jobs.shutDown();
    return 0;
}
