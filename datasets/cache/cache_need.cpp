// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/cache_need.h"

#include "datasets/cache/cached_recording.h"
#include "datasets/cache/packed_block.h"
#include "datasets/index/chunk_index.h"

#include <QFileInfo>

#include <algorithm>
#include <mutex>
#include <vector>

namespace perihelion {

namespace {

constexpr ColumnSet kWholeBlock = (1U << kColumnCount) - 1;

/// What one worker has measured.
struct Measured {
    ColumnBuffers buffers;
    std::vector<ReadSlice> slices;
    std::uint64_t bytes = 0;
    std::int64_t events = 0;
    std::int64_t looked = 0; ///< Events of blocks that were looked at, readable or not.
};

void measureBlock(const ColumnReader& reader, std::uint64_t firstRow, std::size_t rows, Measured& mine)
{
    reader.prepare(mine.buffers, firstRow, rows, kWholeBlock);
    mine.slices.clear();
    reader.plan(firstRow, rows, kWholeBlock, mine.slices);
    mine.looked += static_cast<std::int64_t>(rows);
    const bool readable = std::all_of(mine.slices.begin(), mine.slices.end(), [&](const ReadSlice& slice) {
        return reader.read(slice, mine.buffers).hasValue();
    });
    if (readable) {
        mine.bytes += PackedBlock::footprint(PackedBlock::measure(mine.buffers));
        mine.events += static_cast<std::int64_t>(rows);
    }
}

} // namespace

Result<CacheNeed> cacheNeedOf(const EventFile& file, std::size_t sampleBlocks, DecodePool& pool,
                              const CancelToken& cancel, const ProgressReporter& report)
{
    const ColumnReader& reader = file.index().reader();
    CacheNeed need;
    need.events = static_cast<std::int64_t>(reader.layout().rows);
    const std::uint64_t blockRows = cacheBlockRows(reader);
    if (blockRows == 0) {
        need.canBeKept = false;
        return need;
    }
    const std::uint64_t blocks = (reader.layout().rows + blockRows - 1) / blockRows;
    const std::uint64_t wanted =
        sampleBlocks == 0 ? blocks : std::min<std::uint64_t>(blocks, std::uint64_t{sampleBlocks});
    need.isExact = wanted == blocks;
    std::vector<Measured> workers(pool.concurrency());
    const QString stage = QString(u"Measuring " % QFileInfo(file.path()).fileName());
    std::mutex mutex;
    std::int64_t done = 0;
    pool.run(DecodePriority::Background, static_cast<std::size_t>(wanted), cancel,
             [&](std::size_t task, std::size_t worker) {
                 // Spread evenly, the first among them; the last is often a short one.
                 const std::uint64_t block = blocks / wanted * task + blocks % wanted * task / wanted;
                 const std::uint64_t first = block * blockRows;
                 const std::uint64_t rows = std::min(blockRows, reader.layout().rows - first);
                 measureBlock(reader, first, static_cast<std::size_t>(rows), workers.at(worker));
                 const std::lock_guard lock(mutex);
                 ++done;
                 if (report) {
                     report(Progress{stage, done, static_cast<std::int64_t>(wanted)});
                 }
             });
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Measuring the recording was cancelled"),
                     file.path()};
    }
    std::uint64_t bytes = 0;
    std::int64_t looked = 0;
    for (const Measured& worker : workers) {
        bytes += worker.bytes;
        looked += worker.looked;
        need.measuredEvents += worker.events;
    }
    need.bytes = need.isExact || looked == 0
                     ? bytes
                     : static_cast<std::uint64_t>(static_cast<double>(bytes) / static_cast<double>(looked) *
                                                  static_cast<double>(need.events));
    return need;
}

} // namespace perihelion
