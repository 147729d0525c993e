// SPDX-License-Identifier: GPL-3.0-or-later
// optimise: what rewriting a recording costs and gains, by filter: size, windows, loads, throughput.
#include "datasets/frames/lazy_frame.h"
#include "datasets/generate/recording_optimiser.h"
#include "tests/bench/bench_session.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <chrono>
#include <random>

namespace perihelion::bench {

namespace {

constexpr int kRandomWindows = 100;

struct Rewriting {
    QString name;
    OptimiseOptions options;
};

/// Random windows of 10 ms, all of them as one run, the same for every file.
Result<void> visitWindows(const std::shared_ptr<EventFile>& file, DecodePool& pool)
{
    QueryContext context;
    context.pool = &pool;
    std::mt19937_64 random(12);
    const RecordingMetadata metadata = file->metadata();
    const auto span =
        static_cast<std::uint64_t>(std::max<std::int64_t>(1, metadata.duration().count() - 10'000));
    for (int i = 0; i < kRandomWindows; ++i) {
        const EventTime start = metadata.minTime + EventTime(static_cast<std::int64_t>(random() % span));
        const auto frame =
            LazyFrame::scan(file)
                .filterTime(start, start + EventTime(10'000))
                .accumulate(context, metadata.sensor.width, metadata.sensor.height, AccumulateMode::Polarity);
        if (!frame) {
            return frame.error();
        }
    }
    return {};
}

std::vector<Rewriting> rewritings()
{
    std::vector<Rewriting> list;
    const auto add = [&list](const char* name, const char* filter, int level, bool contiguous = false) {
        OptimiseOptions options;
        options.filter = QString::fromLatin1(filter);
        options.level = level;
        options.contiguous = contiguous;
        list.push_back({QString::fromLatin1(name), options});
    };
    add("shuffle-deflate 4 (default)", "shuffle-deflate", 4);
    add("shuffle-deflate 1", "shuffle-deflate", 1);
    add("zstd 3", "zstd", 3);
    add("blosc 5", "blosc", 5);
    add("contiguous", "none", 1, true);
    return list;
}

Result<void> run(const BenchSession& session)
{
    DecodePool pool;
    GeneratorOptions fan;
    const auto original = session.recording(QStringLiteral("fan_deflate"), fan);
    if (!original) {
        return original.error();
    }
    BenchSession::remark(QStringLiteral("optimise: fan, deflate 1 in chunks of 100 000, rewritten; ratios to "
                                        "the original, throughput of writing and comparing on %1 threads")
                             .arg(pool.concurrency()));
    std::vector<Contender> windows;
    QStringList made;
    const auto addWindows = [&](const QString& name, const QString& path) -> Result<void> {
        const auto file = EventFile::open(path);
        if (!file) {
            return file.error();
        }
        if (auto complete = (*file)->completeIndex(pool); !complete) {
            return complete;
        }
        windows.push_back({name, [file = *file, &pool] { return visitWindows(file, pool); }, kRandomWindows});
        return {};
    };
    if (auto added = addWindows(QStringLiteral("original"), *original); !added) {
        return added;
    }
    for (const Rewriting& one : rewritings()) {
        const QString path =
            QDir(session.folder()).filePath(QStringLiteral("optimised_%1.h5").arg(made.size()));
        made << path;
        const auto result = optimiseRecording(*original, path, one.options, pool);
        if (!result) {
            return result.error();
        }
        const auto perSecond = [&result](Nanoseconds spent) {
            return QString::number(
                static_cast<double>(result->events) / (static_cast<double>(spent.count()) / 1e3), 'f', 1);
        };
        BenchSession::remark(
            QStringLiteral(
                "  %1 size × %2 (%3 B/event), first frame %4 → %5 ms, write %6 and compare %7 Mev/s")
                .arg(one.name.leftJustified(28))
                .arg(static_cast<double>(result->sizeAfter.value) /
                         static_cast<double>(result->sizeBefore.value),
                     0, 'f', 2)
                .arg(static_cast<double>(result->sizeAfter.value) / static_cast<double>(result->events), 0,
                     'f', 2)
                .arg(toMilliseconds(result->loadBefore.total()), 0, 'f', 2)
                .arg(toMilliseconds(result->loadAfter.total()), 0, 'f', 2)
                .arg(perSecond(result->writing), perSecond(result->comparing)));
        if (auto added = addWindows(one.name, path); !added) {
            return added;
        }
    }
    auto outcome =
        session.compare(QStringLiteral("optimise: random windows of 10 ms, index complete, no cache"),
                        QStringLiteral("windows"), windows);
    for (const QString& path : made) {
        QFile::remove(path);
    }
    return outcome;
}

} // namespace

Bench optimiseBench()
{
    return {QStringLiteral("optimise"), QStringLiteral("what rewriting a recording costs and gains"), run};
}

} // namespace perihelion::bench
