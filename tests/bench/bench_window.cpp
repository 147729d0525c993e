// SPDX-License-Identifier: GPL-3.0-or-later
// window: random 10 ms windows of an open recording with a complete index and no cache.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/bench/bench_session.h"

#include <QDir>

#include <algorithm>
#include <chrono>
#include <random>

namespace perihelion::bench {

namespace {

constexpr int kWindows = 400;

Result<void> measureWindows(const std::shared_ptr<EventFile>& file, DecodePool& pool,
                            std::vector<double>& millis, double& meanEvents)
{
    QueryContext context;
    context.pool = &pool;
    std::mt19937_64 random(11);
    const RecordingMetadata metadata = file->metadata();
    const auto span =
        static_cast<std::uint64_t>(std::max<std::int64_t>(1, metadata.duration().count() - 10'000));
    for (int i = 0; i < kWindows; ++i) {
        const EventTime start = metadata.minTime + EventTime(static_cast<std::int64_t>(random() % span));
        const auto begun = std::chrono::steady_clock::now();
        const auto frame =
            LazyFrame::scan(file)
                .filterTime(start, start + EventTime(10'000))
                .accumulate(context, metadata.sensor.width, metadata.sensor.height, AccumulateMode::Polarity);
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - begun;
        if (!frame) {
            return frame.error();
        }
        millis.push_back(spent.count());
        meanEvents += static_cast<double>(frame->events) / kWindows;
    }
    std::sort(millis.begin(), millis.end());
    return {};
}

Result<void> run(const BenchSession& session)
{
    DecodePool pool;
    const auto make = [](SceneKind kind, double rate, const char* filter, bool contiguous) {
        GeneratorOptions options;
        options.kind = kind;
        options.eventsPerSecond = rate;
        options.filter = QString::fromLatin1(filter);
        options.contiguous = contiguous;
        return options;
    };
    const std::vector<std::pair<QString, GeneratorOptions>> recordings{
        {QStringLiteral("fan_deflate"), make(SceneKind::Fan, 2.7e6, "deflate", false)},
        {QStringLiteral("drone_deflate"), make(SceneKind::Drone, 8.6e6, "deflate", false)},
        {QStringLiteral("drone_shuffle_deflate"), make(SceneKind::Drone, 8.6e6, "shuffle-deflate", false)},
        {QStringLiteral("drone_contiguous"), make(SceneKind::Drone, 8.6e6, "deflate", true)},
    };
    BenchSession::remark(
        QStringLiteral("window: %1 random windows of 10 ms, cache off, index complete").arg(kWindows));
    for (const auto& [name, options] : recordings) {
        const auto path = session.recording(name, options);
        if (!path) {
            return path.error();
        }
        OpenOptions open;
        open.indexDir = QDir(session.folder()).filePath(QStringLiteral("index"));
        const auto file = EventFile::open(*path, open);
        if (!file) {
            return file.error();
        }
        if (const auto completed = (*file)->completeIndex(pool); !completed) {
            return completed.error();
        }
        std::vector<double> millis;
        double events = 0;
        if (const auto measured = measureWindows(*file, pool, millis, events); !measured) {
            return measured.error();
        }
        const auto at = [&millis](double share) {
            return QString::number(
                millis[static_cast<std::size_t>(share * static_cast<double>(millis.size() - 1))], 'f', 3);
        };
        BenchSession::remark(
            QStringLiteral("  %1 p50 %2 ms, p95 %3 ms, max %4 ms, %5 events on average")
                .arg(name.leftJustified(24), at(0.5), at(0.95), at(1.0), QString::number(events, 'f', 0)));
    }
    return {};
}

} // namespace

Bench windowBench()
{
    return {QStringLiteral("window"), QStringLiteral("random 10 ms windows without a cache"), run};
}

} // namespace perihelion::bench
