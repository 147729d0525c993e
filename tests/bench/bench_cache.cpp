// SPDX-License-Identifier: GPL-3.0-or-later
// cache: reloads and windows from cached blocks against reading with the HDF5 library, in one run; bytes an
// event takes; filling on one and two threads; decoding against the inflate library alone.
#include "core/jobs/decode_pool.h"
#include "datasets/cache/cached_recording.h"
#include "datasets/cache/prefetcher.h"
#include "datasets/frames/first_frame.h"
#include "datasets/index/chunk_index.h"
#include "tests/bench/bench_session.h"
#include "tests/bench/library_reader.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <thread>

#include <libdeflate.h>
#include <time.h>

namespace perihelion::bench {

namespace {

constexpr std::int64_t kWindowEvents = 80'000;
constexpr int kWindows = 1000;

double millisOfThread()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double millis()
{
    return toMilliseconds(std::chrono::steady_clock::now().time_since_epoch());
}

struct Percentiles {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
    double cpuP95 = 0; ///< Processor time of the asking thread.
};

double at(std::vector<double>& values, double share)
{
    const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
    return values[place];
}

/// Random windows of about kWindowEvents events as frames.
Result<Percentiles> randomWindows(const std::shared_ptr<EventFile>& file, const QueryContext& context)
{
    const RecordingMetadata m = file->metadata();
    const double rate = static_cast<double>(m.eventCount) / static_cast<double>(m.duration().count());
    const EventTime length(static_cast<std::int64_t>(static_cast<double>(kWindowEvents) / rate));
    const auto span = static_cast<std::uint64_t>(std::max<std::int64_t>(1, (m.duration() - length).count()));
    std::mt19937_64 random(3);
    std::vector<double> wall;
    std::vector<double> cpu;
    for (int i = 0; i < kWindows; ++i) {
        const EventTime start = m.minTime + EventTime(static_cast<std::int64_t>(random() % span));
        const double begunWall = millis();
        const double begun = millisOfThread();
        const auto frame =
            LazyFrame::scan(file)
                .filterTime(start, start + length)
                .accumulate(context, m.sensor.width, m.sensor.height, AccumulateMode::Polarity);
        cpu.push_back(millisOfThread() - begun);
        wall.push_back(millis() - begunWall);
        if (!frame) {
            return frame.error();
        }
    }
    return Percentiles{at(wall, 0.5), at(wall, 0.95), at(wall, 0.99), at(cpu, 0.95)};
}

void tell(const QString& what, const Percentiles& p)
{
    BenchSession::remark(QStringLiteral("  %1: p50 %2 ms, p95 %3 ms, p99 %4 ms (processor p95 %5 ms)")
                             .arg(what)
                             .arg(p.p50, 0, 'f', 3)
                             .arg(p.p95, 0, 'f', 3)
                             .arg(p.p99, 0, 'f', 3)
                             .arg(p.cpuP95, 0, 'f', 3));
}

/// From a cancel in the middle of a fill to nobody filling any more.
void tellCancel(EventCache& cache, Prefetcher& prefetcher, const QString& path)
{
    std::vector<double> waits;
    for (int round = 0; round < 20; ++round) {
        cache.clear(path);
        prefetcher.setLikelyNext({{path, {}}});
        while (cache.factsOf(path).blocks < 3 && cache.factsOf(path).share() < 1.0) {
            std::this_thread::yield();
        }
        const double begun = millis();
        prefetcher.noteActivity();
        prefetcher.setLikelyNext({});
        prefetcher.waitUntilDone();
        waits.push_back(millis() - begun);
    }
    BenchSession::remark(QStringLiteral("  a prefetch ends %1 ms (median), at most %2 ms, after a cancel")
                             .arg(at(waits, 0.5), 0, 'f', 2)
                             .arg(*std::max_element(waits.begin(), waits.end()), 0, 'f', 2));
}

/// Every chunk of every column: processor time of our decoding, and of libdeflate on the same bytes.
Result<void> compareInflating(const EventFile& file)
{
    const ColumnReader& reader = file.index().reader();
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
        libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
    double ours = 0;
    double alone = 0;
    std::vector<std::byte> stored;
    std::vector<std::byte> plain;
    ColumnBuffers buffers;
    std::vector<ReadSlice> slices;
    const std::uint64_t rows = reader.layout().rows;
    for (std::uint64_t first = 0; first < rows; first += reader.timeBlockRows()) {
        const auto count = static_cast<std::size_t>(std::min(reader.timeBlockRows(), rows - first));
        slices.clear();
        reader.prepare(buffers, first, count, (1U << kColumnCount) - 1);
        reader.plan(first, count, (1U << kColumnCount) - 1, slices);
        for (const ReadSlice& slice : slices) {
            double begun = millisOfThread();
            if (const auto read = reader.read(slice, buffers); !read) {
                return read.error();
            }
            ours += millisOfThread() - begun;
            const auto dataset = static_cast<std::size_t>(slice.dataset);
            const DatasetReader& from = reader.readers()[dataset];
            const ChunkLocation& place = from.table.chunks[static_cast<std::size_t>(slice.block)];
            stored.resize(place.sizeBytes);
            plain.resize(static_cast<std::size_t>(from.blockRows) *
                         reader.layout().datasets[dataset].recordBytes);
            begun = millisOfThread();
            if (const auto read = reader.file().readExactly(place.address, stored); !read) {
                return read.error();
            }
            std::size_t got = 0;
            if (libdeflate_zlib_decompress(inflater.get(), stored.data(), stored.size(), plain.data(),
                                           plain.size(), &got) != LIBDEFLATE_SUCCESS) {
                return Error{ErrorCode::Corrupt, QStringLiteral("The inflate library refused a chunk"),
                             file.path()};
            }
            alone += millisOfThread() - begun;
        }
    }
    BenchSession::remark(QStringLiteral("  decoding at %1 % of the inflate library's own speed")
                             .arg(100 * alone / ours, 0, 'f', 1));
    return {};
}

Result<void> onRecording(const BenchSession& session, const QString& name, const GeneratorOptions& options)
{
    const auto path = session.recording(name, options);
    const auto other = session.recording(QStringLiteral("cache_other"), GeneratorOptions{});
    if (!path || !other) {
        return path ? other.error() : path.error();
    }
    DecodePool one(1);
    DecodePool pool(2);
    MemoryBudget budget(MemoryPolicy{0.5, 0, 0});
    EventCache cache(budget, CacheOptions{true, 0, 0});
    QueryContext context;
    context.pool = &pool;
    context.cache = &cache;
    FirstFrameRequest request;
    request.path = *path;
    const auto first = loadFirstFrame(request, context);
    if (!first) {
        return first.error();
    }
    if (const auto completed = first->file->completeIndex(pool); !completed) {
        return completed.error();
    }
    const auto fill = [&](DecodePool& by) -> Result<void> {
        cache.clear();
        QueryContext filling = context;
        filling.pool = &by;
        const auto cost =
            LazyFrame::scan(first->file).forEachBlock(filling, [](const EventBlock&, std::size_t) {});
        return cost ? Result<void>() : cost.error();
    };
    const auto units = static_cast<double>(session.events());
    const std::vector<Contender> contenders{
        {QStringLiteral("H5Dread of whole columns"),
         [&]() -> Result<void> {
             const auto columns = readWithLibrary(*path);
             return columns ? Result<void>() : columns.error();
         },
         units},
        {QStringLiteral("fill the cache, one thread"), [&] { return fill(one); }, units},
        {QStringLiteral("fill the cache, two threads"), [&] { return fill(pool); }, units},
        {QStringLiteral("reload of the cached recording to its first frame"),
         [&]() -> Result<void> {
             const auto again = loadFirstFrame(request, context);
             return again ? Result<void>() : again.error();
         },
         0},
    };
    if (const auto compared =
            session.compare(QString(u"cache: " % name), QStringLiteral("events"), contenders);
        !compared) {
        return compared.error();
    }
    const CacheFacts facts = cache.factsOf(*path);
    BenchSession::remark(
        QStringLiteral("  cached %1 events in %2 bytes: %3 bytes an event")
            .arg(facts.cachedEvents)
            .arg(facts.bytes)
            .arg(static_cast<double>(facts.bytes) / static_cast<double>(facts.cachedEvents), 0, 'f', 3));
    QueryContext playing = context;
    playing.priority = DecodePriority::Playback; // No frame is kept.
    const auto calm = randomWindows(first->file, playing);
    if (!calm) {
        return calm.error();
    }
    tell(QStringLiteral("%1 windows of %2 events").arg(kWindows).arg(kWindowEvents), *calm);
    Prefetcher prefetcher(cache, pool, std::chrono::milliseconds(0));
    std::atomic<bool> done{false};
    std::thread feeder([&] {
        while (!done) {
            cache.clear(*other);
            prefetcher.setLikelyNext({{*other, {}}});
            prefetcher.waitUntilDone();
        }
    });
    const auto busy = randomWindows(first->file, playing);
    done = true;
    feeder.join();
    if (!busy) {
        return busy.error();
    }
    tell(QStringLiteral("the same while a prefetch runs"), *busy);
    tellCancel(cache, prefetcher, *other);
    return options.filter == u"deflate" ? compareInflating(*first->file) : Result<void>();
}

Result<void> run(const BenchSession& session)
{
    GeneratorOptions fan;
    GeneratorOptions drone;
    drone.kind = SceneKind::Drone;
    drone.eventsPerSecond = 8.6e6;
    GeneratorOptions shuffled = drone;
    shuffled.filter = QStringLiteral("shuffle-deflate");
    for (const auto& [name, options] :
         {std::pair{QStringLiteral("fan_deflate"), fan}, std::pair{QStringLiteral("drone_deflate"), drone},
          std::pair{QStringLiteral("drone_shuffle_deflate"), shuffled}}) {
        if (const auto done = onRecording(session, name, options); !done) {
            return done;
        }
    }
    return {};
}

} // namespace

Bench cacheBench()
{
    return {QStringLiteral("cache"), QStringLiteral("cached recordings: reload, windows, bytes, filling"),
            run};
}

} // namespace perihelion::bench
