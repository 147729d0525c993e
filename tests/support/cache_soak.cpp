// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/cache_soak.h"

#include "core/jobs/decode_pool.h"
#include "core/memory/memory_watch.h"
#include "datasets/cache/prefetcher.h"
#include "datasets/frames/first_frame.h"
#include "datasets/generate/event_generator.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <random>

#include <unistd.h>

namespace perihelion::bench {

namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QList<QByteArray> pages = file.readAll().split(' ');
    return pages.size() > 1 ? pages[1].toULongLong() * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))
                            : 0;
}

/// A few recordings are written, the others are links to them: to the cache each path is a recording.
Result<QStringList> makeRecordings(const SoakOptions& options)
{
    if (!QDir().mkpath(options.folder)) {
        return Error{ErrorCode::Io, QStringLiteral("Making the folder of the soak failed"), options.folder};
    }
    constexpr int kWritten = 4;
    QStringList paths;
    for (int i = 0; i < options.recordings; ++i) {
        const QString path = QDir(options.folder).filePath(QStringLiteral("soak_%1.h5").arg(i));
        paths << path;
        if (QFile::exists(path)) {
            continue;
        }
        if (i < kWritten) {
            GeneratorOptions scene;
            scene.kind = i % 2 == 0 ? SceneKind::Fan : SceneKind::Drone;
            scene.events = options.eventsEach;
            scene.seed = static_cast<std::uint64_t>(i) + 1;
            scene.contiguous = i == 3;
            if (const auto made = generateRecording(path, scene); !made) {
                return made.error();
            }
        } else if (::link(qPrintable(paths[i % kWritten]), qPrintable(path)) != 0) {
            return errorFromErrno(errno, QStringLiteral("Linking a recording"), path);
        }
    }
    return paths;
}

class Soak {
public:
    Soak(const SoakOptions& options, QStringList paths)
        : m_paths(std::move(paths)),
          m_switchEvery(options.switchEvery),
          m_budget(MemoryPolicy{0.5, options.budgetBytes, 0}),
          m_cache(m_budget, CacheOptions{true, 0, 0}),
          m_watch(m_budget),
          m_prefetcher(m_cache, m_pool, std::chrono::milliseconds(0)),
          m_random(options.seed)
    {
        m_context.pool = &m_pool;
        m_context.cache = &m_cache;
        m_report.residentBefore = residentBytes();
    }

    Result<void> step()
    {
        FirstFrameRequest request;
        // A few favourites, and now and then any other.
        const std::size_t bound = m_random() % 2 == 0 ? 5 : static_cast<std::size_t>(m_paths.size());
        request.path = m_paths[static_cast<qsizetype>(m_random() % bound)];
        const auto first = loadFirstFrame(request, m_context);
        if (!first) {
            return first.error();
        }
        ++m_report.opened;
        if (m_report.opened % m_switchEvery == 0) {
            m_cache.setEnabled(false);
            m_cache.setEnabled(true);
        }
        if (m_report.opened % 5 == 0) {
            m_prefetcher.setLikelyNext({{m_paths[static_cast<qsizetype>(m_random() % bound)], {}}});
        }
        const RecordingMetadata metadata = first->file->metadata();
        const auto span = static_cast<std::uint64_t>(std::max<std::int64_t>(1, metadata.duration().count()));
        EventTime at = metadata.minTime + EventTime(static_cast<std::int64_t>(m_random() % span));
        const double speed = m_random() % 3 == 0 ? -1.0 : 1.0;
        for (int frame = 0; frame < 16; ++frame) {
            m_prefetcher.setPlayHead({first->file, at, EventTime(10'000), speed});
            if (const auto shown = show(*first, at); !shown) {
                return shown.error();
            }
            at += EventTime(speed < 0 ? -10'000 : 10'000);
        }
        m_prefetcher.stopPlayback();
        return {};
    }

    SoakReport report()
    {
        const CacheFacts facts = m_cache.facts();
        m_report.hits = static_cast<std::int64_t>(facts.hits);
        m_report.misses = static_cast<std::int64_t>(facts.misses);
        m_report.evictions = static_cast<std::int64_t>(facts.evictions);
        return m_report;
    }

private:
    Result<void> show(const FirstFrame& recording, EventTime at)
    {
        const LazyFrame plan = LazyFrame::scan(recording.file).filterTime(at, at + EventTime(10'000));
        QueryContext context = m_context;
        context.priority = DecodePriority::Playback;
        const auto frame = plan.accumulate(context, 640, 360, AccumulateMode::Polarity);
        if (!frame) {
            return frame.error();
        }
        if (++m_report.frames % 8 == 0) {
            QueryContext plain = context;
            plain.cache = nullptr;
            const auto expected = plan.accumulate(plain, 640, 360, AccumulateMode::Polarity);
            m_report.wrongAnswers += expected && expected->values == frame->values ? 0 : 1;
        }
        m_report.mostUsedBytes = std::max(m_report.mostUsedBytes, m_budget.usedBytes());
        // Reserved before resident: what is freed in between must not look like excess.
        const std::uint64_t accounted = m_report.residentBefore + m_budget.usedBytes();
        const std::uint64_t resident = residentBytes();
        m_report.mostResident = std::max(m_report.mostResident, resident);
        if (resident > accounted + m_report.mostExcess) {
            m_report.mostExcess = resident - accounted;
        }
        return {};
    }

    QStringList m_paths;
    const int m_switchEvery;
    DecodePool m_pool;
    MemoryBudget m_budget;
    EventCache m_cache;
    MemoryWatch m_watch;
    Prefetcher m_prefetcher;
    QueryContext m_context;
    std::mt19937 m_random;
    SoakReport m_report;
};

} // namespace

Result<SoakReport> soakCache(const SoakOptions& options)
{
    const auto paths = makeRecordings(options);
    if (!paths) {
        return paths.error();
    }
    Soak soak(options, *paths);
    const Clock::time_point end = Clock::now() + options.duration;
    for (int step = 0; options.steps > 0 ? step < options.steps : Clock::now() < end; ++step) {
        if (const auto done = soak.step(); !done) {
            return done.error();
        }
    }
    return soak.report();
}

} // namespace perihelion::bench
