// SPDX-License-Identifier: GPL-3.0-or-later
// scan: every event visited once, block by block, against the HDF5 library reading whole columns.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/bench/bench_session.h"
#include "tests/bench/library_reader.h"

namespace perihelion::bench {

namespace {

Result<void> scanAll(const std::shared_ptr<EventFile>& file, DecodePool& pool, std::int64_t expected)
{
    QueryContext context;
    context.pool = &pool;
    struct alignas(64) Sum {
        std::int64_t events = 0;
        std::uint64_t x = 0;
    };
    std::vector<Sum> sums(pool.concurrency());
    const auto cost =
        LazyFrame::scan(file).forEachBlock(context, [&sums](const EventBlock& block, std::size_t worker) {
            sums[worker].events += static_cast<std::int64_t>(block.size);
            sums[worker].x += block.x.back();
        });
    if (!cost) {
        return cost.error();
    }
    std::int64_t events = 0;
    for (const Sum& sum : sums) {
        events += sum.events;
    }
    return events == expected ? Result<void>()
                              : Error{ErrorCode::Corrupt, QStringLiteral("Events are missing"), file->path()};
}

Result<void> run(const BenchSession& session)
{
    GeneratorOptions fan;
    GeneratorOptions drone;
    drone.kind = SceneKind::Drone;
    drone.eventsPerSecond = 8.6e6;
    GeneratorOptions shuffled = drone;
    shuffled.filter = QStringLiteral("shuffle-deflate");
    DecodePool one(1);
    DecodePool two(2);
    for (const auto& [name, options] :
         {std::pair{QStringLiteral("fan_deflate"), fan}, std::pair{QStringLiteral("drone_deflate"), drone},
          std::pair{QStringLiteral("drone_shuffle_deflate"), shuffled}}) {
        const auto path = session.recording(name, options);
        if (!path) {
            return path.error();
        }
        const auto file = EventFile::open(*path);
        if (!file) {
            return file.error();
        }
        const auto units = static_cast<double>(session.events());
        const std::vector<Contender> contenders{
            {QStringLiteral("H5Dread of whole columns"),
             [path = *path]() -> Result<void> {
                 const auto columns = readWithLibrary(path);
                 return columns ? Result<void>() : columns.error();
             },
             units},
            {QStringLiteral("scan on one thread"), [&] { return scanAll(*file, one, session.events()); },
             units},
            {QStringLiteral("scan on two threads"), [&] { return scanAll(*file, two, session.events()); },
             units},
        };
        if (const auto compared = session.compare(QString(u"scan: every event once, " % name),
                                                  QStringLiteral("events"), contenders);
            !compared) {
            return compared.error();
        }
    }
    return {};
}

} // namespace

Bench scanBench()
{
    return {QStringLiteral("scan"), QStringLiteral("full scan against the HDF5 library"), run};
}

} // namespace perihelion::bench
