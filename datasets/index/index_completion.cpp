// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/index_completion.h"

#include "datasets/index/element_convert.h"

#include <algorithm>
#include <atomic>
#include <functional>

namespace perihelion {

namespace {

/// Rows one worker decodes before it takes the next piece.
constexpr std::uint64_t kSegmentRows = 131'072;
constexpr std::size_t kRateBins = 2048;
constexpr std::uint8_t kSomethingLost = 1;
constexpr std::uint8_t kTimesLost = 2;

/// What one worker has seen; merged at the end.
struct WorkerFacts {
    ColumnBuffers buffers;
    std::vector<ReadSlice> slices;
    std::vector<std::uint8_t> lost; ///< kSomethingLost and kTimesLost, per block of a segment.
    std::vector<std::uint32_t> rate = std::vector<std::uint32_t>(kRateBins, 0);
    std::int64_t minTime = INT64_MAX;
    std::int64_t maxTime = INT64_MIN;
    std::int64_t backwardSteps = 0;
    std::int64_t invalidTimes = 0;
    std::int64_t negativeTimes = 0;
    std::int64_t onEvents = 0;
    std::int64_t readableEvents = 0;
    std::int64_t outsideSensor = 0;
    std::int64_t beyondSensors = 0;
    std::uint16_t maxX = 0;
    std::uint16_t maxY = 0;
};

/// Bins of the rate curve; times outside count in the first or last bin.
struct RateGrid {
    std::int64_t start = 0;
    std::int64_t binWidth = 1;

    static RateGrid over(std::int64_t first, std::int64_t last)
    {
        const std::int64_t span = std::max<std::int64_t>(last - first, 0) + 1;
        return RateGrid{
            first, std::max<std::int64_t>(1, (span + std::int64_t{kRateBins} - 1) / std::int64_t{kRateBins})};
    }
    std::size_t binOf(std::int64_t time) const
    {
        return static_cast<std::size_t>(
            std::clamp<std::int64_t>((time - start) / binWidth, 0, std::int64_t{kRateBins} - 1));
    }
    std::int64_t endOf(std::size_t bin) const
    {
        return start + (static_cast<std::int64_t>(bin) + 1) * binWidth;
    }
};

/// Counts times per bin: by bin edges where times are sorted, which costs log n a bin instead of a division
/// an event.
void countRate(const RateGrid& grid, const std::int64_t* times, std::size_t count, bool sorted,
               std::vector<std::uint32_t>& bins)
{
    if (!sorted) {
        for (std::size_t i = 0; i < count; ++i) {
            if (times[i] != kInvalidTime) {
                ++bins[grid.binOf(times[i])];
            }
        }
        return;
    }
    const std::int64_t* at = times;
    const std::int64_t* const end = times + count;
    while (at != end) {
        const std::size_t bin = grid.binOf(*at);
        const std::int64_t* const next =
            bin + 1 == kRateBins ? end : std::lower_bound(at + 1, end, grid.endOf(bin));
        bins[bin] += static_cast<std::uint32_t>(next - at);
        at = next;
    }
}

TimeBounds boundsOf(const std::int64_t* times, std::size_t count, WorkerFacts& facts)
{
    TimeBounds bounds;
    bounds.first = times[0] == kInvalidTime ? TimeBounds::kNone : times[0];
    std::int64_t falls = 0;
    std::int64_t low = times[0];
    std::int64_t high = times[0];
    for (std::size_t i = 1; i < count; ++i) {
        falls += times[i] < times[i - 1] ? 1 : 0;
        low = std::min(low, times[i]);
        high = std::max(high, times[i]);
    }
    if (low == kInvalidTime) {
        // Rare: the sentinel would hide the real minimum, and its neighbours are not steps in time.
        falls = 0;
        low = INT64_MAX;
        high = INT64_MIN;
        std::int64_t previous = INT64_MIN;
        for (std::size_t i = 0; i < count; ++i) {
            if (times[i] == kInvalidTime) {
                ++facts.invalidTimes;
                continue;
            }
            falls += times[i] < previous ? 1 : 0;
            previous = times[i];
            low = std::min(low, times[i]);
            high = std::max(high, times[i]);
        }
        bounds.sorted = 0;
    } else {
        bounds.sorted = falls == 0 ? 1 : 0;
    }
    if (low < 0) {
        facts.negativeTimes +=
            std::count_if(times, times + count, [](std::int64_t t) { return t < 0 && t != kInvalidTime; });
    }
    bounds.min = low == INT64_MAX ? TimeBounds::kNone : low;
    bounds.max = high;
    facts.backwardSteps += falls;
    facts.minTime = std::min(facts.minTime, low);
    facts.maxTime = std::max(facts.maxTime, high);
    return bounds;
}

void lookAtPixels(const ColumnBuffers& buffers, std::size_t from, std::size_t count, const SensorSize& sensor,
                  WorkerFacts& facts)
{
    const std::uint16_t* x = buffers.x + from;
    const std::uint16_t* y = buffers.y + from;
    const std::uint8_t* p = buffers.p + from;
    std::uint16_t highX = 0;
    std::uint16_t highY = 0;
    std::uint32_t on = 0;
    for (std::size_t i = 0; i < count; ++i) {
        highX = std::max(highX, x[i]);
        highY = std::max(highY, y[i]);
        on += p[i];
    }
    facts.onEvents += on;
    facts.readableEvents += static_cast<std::int64_t>(count);
    if (highX >= sensor.width || highY >= sensor.height) {
        highX = 0;
        highY = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const bool invalid = x[i] >= kMaxSensorSide || y[i] >= kMaxSensorSide;
            facts.beyondSensors += invalid ? 1 : 0;
            facts.outsideSensor += x[i] >= sensor.width || y[i] >= sensor.height ? 1 : 0;
            highX = invalid ? highX : std::max(highX, x[i]);
            highY = invalid ? highY : std::max(highY, y[i]);
        }
    }
    facts.maxX = std::max(facts.maxX, highX);
    facts.maxY = std::max(facts.maxY, highY);
}

/// The recording in runs that one worker decodes at a time: whole time blocks, or parts of long ones. Facts
/// are gathered by grain: a time block, or such a part.
struct Segments {
    explicit Segments(const ColumnReader& source)
        : reader(source),
          timeBlockRows(source.timeBlockRows()),
          rows(source.layout().rows),
          isCut(timeBlockRows > kLongChunkRows),
          partsOfBlock(isCut ? (timeBlockRows + kSegmentRows - 1) / kSegmentRows : 1),
          blockRows(isCut ? kSegmentRows : timeBlockRows),
          length(isCut ? kSegmentRows : std::max<std::uint64_t>(1, kSegmentRows / blockRows) * blockRows)
    {
    }

    std::size_t count() const
    {
        const std::uint64_t last = isCut ? rows % timeBlockRows : rows;
        const std::uint64_t before = isCut ? rows / timeBlockRows * partsOfBlock : 0;
        return static_cast<std::size_t>(before + (last + length - 1) / length);
    }
    std::uint64_t firstRow(std::size_t segment) const
    {
        return isCut ? segment / partsOfBlock * timeBlockRows + segment % partsOfBlock * length
                     : segment * length;
    }
    std::size_t rowsOf(std::size_t segment) const
    {
        const std::uint64_t first = firstRow(segment);
        const std::uint64_t end = isCut ? (first / timeBlockRows + 1) * timeBlockRows : rows;
        return static_cast<std::size_t>(std::min({length, end - first, rows - first}));
    }
    std::size_t grains() const { return isCut ? count() : static_cast<std::size_t>(reader.timeBlockCount()); }
    std::size_t firstGrain(std::size_t segment) const
    {
        return isCut ? segment : static_cast<std::size_t>(firstRow(segment) / blockRows);
    }

    /// Decodes the wanted columns of a segment and marks in worker.lost what could not be read; false after a
    /// cancel.
    bool read(std::size_t segment, ColumnSet wanted, const CancelToken& cancel, WorkerFacts& worker,
              const std::function<void(const ReadSlice&, const Error&)>& onHole) const
    {
        const std::uint64_t first = firstRow(segment);
        const std::size_t size = rowsOf(segment);
        reader.prepare(worker.buffers, first, size, wanted);
        worker.slices.clear();
        reader.plan(first, size, wanted, worker.slices);
        worker.lost.assign(static_cast<std::size_t>((size + blockRows - 1) / blockRows), 0);
        for (const ReadSlice& slice : worker.slices) {
            if (cancel.isCancelled()) {
                return false;
            }
            const auto outcome = reader.read(slice, worker.buffers);
            if (outcome) {
                continue;
            }
            onHole(slice, outcome.error());
            const bool hasTimes = (slice.columns & (1U << kTimeColumn)) != 0;
            const auto [from, to] = reader.rowsOf(slice, worker.buffers);
            for (std::uint64_t block = (from - first) / blockRows; block <= (to - 1 - first) / blockRows;
                 ++block) {
                worker.lost[static_cast<std::size_t>(block)] |= kSomethingLost | (hasTimes ? kTimesLost : 0);
            }
        }
        return true;
    }

    /// Calls visit(block of the recording, block of the segment, its first row in the buffers, its rows).
    template <typename Visit>
    void forEachBlock(std::size_t segment, Visit visit) const
    {
        const std::size_t size = rowsOf(segment);
        const std::size_t firstBlock = firstGrain(segment);
        std::size_t inSegment = 0;
        for (std::size_t at = 0; at < size; at += static_cast<std::size_t>(blockRows), ++inSegment) {
            visit(firstBlock + inSegment, inSegment, at,
                  static_cast<std::size_t>(std::min<std::uint64_t>(blockRows, size - at)));
        }
    }

    const ColumnReader& reader;
    std::uint64_t timeBlockRows;
    std::uint64_t rows;
    bool isCut;
    std::uint64_t partsOfBlock;
    std::uint64_t blockRows; ///< Of a grain.
    std::uint64_t length;
};

/// Bounds of the time blocks from those of their parts.
std::vector<TimeBounds> boundsOfBlocks(const std::vector<TimeBounds>& parts,
                                       const std::vector<std::int64_t>& lastTimes, const Segments& segments)
{
    std::vector<TimeBounds> blocks(static_cast<std::size_t>(segments.reader.timeBlockCount()));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const TimeBounds& part = parts[i];
        TimeBounds& block = blocks[static_cast<std::size_t>(i / segments.partsOfBlock)];
        const bool begins = i % segments.partsOfBlock == 0;
        const bool rises = begins || (block.sorted != 0 && part.first != TimeBounds::kNone &&
                                      lastTimes[i - 1] != kInvalidTime && lastTimes[i - 1] <= part.first);
        block.first = begins ? part.first : block.first;
        block.min = std::min(block.min, part.min);
        block.max = std::max(block.max, part.max);
        block.sorted = rises && part.sorted != 0 ? 1 : 0;
        block.holes |= part.holes;
    }
    return blocks;
}

std::vector<std::uint32_t> mergedRate(const std::vector<WorkerFacts>& workers)
{
    std::vector<std::uint32_t> sum(kRateBins, 0);
    for (const WorkerFacts& worker : workers) {
        std::transform(sum.begin(), sum.end(), worker.rate.begin(), sum.begin(), std::plus<>());
    }
    return sum;
}

/// The rate curve of a recording whose first and last event turned out not to be its earliest and latest:
/// only now is it known where the curve begins and ends. Reads the times once more.
std::vector<std::uint32_t> countRateAgain(const Segments& segments, const RateGrid& grid,
                                          const CompletedFacts& facts, DecodePool& pool,
                                          const CancelToken& cancel)
{
    std::vector<WorkerFacts> workers(pool.concurrency());
    pool.run(
        DecodePriority::Background, segments.count(), cancel, [&](std::size_t segment, std::size_t number) {
            WorkerFacts& mine = workers[number];
            const auto knownAlready = [](const ReadSlice&, const Error&) {};
            if (!segments.read(segment, 1U << kTimeColumn, cancel, mine, knownAlready)) {
                return;
            }
            segments.forEachBlock(segment, [&](std::size_t block, std::size_t inSegment, std::size_t at,
                                               std::size_t count) {
                if ((mine.lost[inSegment] & kTimesLost) == 0) {
                    countRate(grid, mine.buffers.t + at, count, facts.bounds[block].sorted != 0, mine.rate);
                }
            });
        });
    return mergedRate(workers);
}

} // namespace

Result<CompletedFacts> lookAtEveryEvent(const ChunkIndex& index, DecodePool& pool, const CancelToken& cancel,
                                        const ProgressReporter& report)
{
    const Segments segments(index.reader());
    const RecordingMetadata metadata = index.metadata();
    const Error cancelled{ErrorCode::Cancelled, QStringLiteral("Completing the index was cancelled"),
                          metadata.path};
    const ColumnSet everything = (1U << kColumnCount) - 1;

    CompletedFacts facts;
    facts.bounds.resize(segments.grains());
    std::vector<std::int64_t> lastTimes(facts.bounds.size(), kInvalidTime);
    std::vector<WorkerFacts> workers(pool.concurrency());
    RateGrid grid = RateGrid::over(metadata.minTime.count(), metadata.maxTime.count());
    std::atomic<std::int64_t> done{0};
    const auto onHole = [&index](const ReadSlice& slice, const Error& error) {
        index.noteHole(Hole{slice.dataset, slice.gridColumn, slice.block, error.code});
    };

    pool.run(DecodePriority::Background, segments.count(), cancel,
             [&](std::size_t segment, std::size_t number) {
                 WorkerFacts& mine = workers[number];
                 if (!segments.read(segment, everything, cancel, mine, onHole)) {
                     return;
                 }
                 segments.forEachBlock(segment, [&](std::size_t block, std::size_t inSegment, std::size_t at,
                                                    std::size_t count) {
                     const std::uint8_t lost = mine.lost[inSegment];
                     const std::int64_t* times = mine.buffers.t + at;
                     TimeBounds& bounds = facts.bounds[block];
                     if ((lost & kTimesLost) == 0) {
                         bounds = boundsOf(times, count, mine);
                         lastTimes[block] = times[count - 1];
                         countRate(grid, times, count, bounds.sorted != 0, mine.rate);
                     }
                     bounds.holes = lost != 0 ? 1 : 0;
                     if (lost == 0) {
                         lookAtPixels(mine.buffers, at, count, metadata.sensor, mine);
                     }
                 });
                 const auto count = static_cast<std::int64_t>(segments.rowsOf(segment));
                 const std::int64_t soFar = done.fetch_add(count) + count;
                 if (report) {
                     report(Progress{QStringLiteral("Looking at every event"), soFar,
                                     static_cast<std::int64_t>(segments.rows)});
                 }
             });
    if (cancel.isCancelled()) {
        return cancelled;
    }

    facts.minTime = INT64_MAX;
    facts.maxTime = INT64_MIN;
    for (const WorkerFacts& worker : workers) {
        facts.minTime = std::min(facts.minTime, worker.minTime);
        facts.maxTime = std::max(facts.maxTime, worker.maxTime);
        facts.backwardSteps += worker.backwardSteps;
        facts.invalidTimes += worker.invalidTimes;
        facts.negativeTimes += worker.negativeTimes;
        facts.onEvents += worker.onEvents;
        facts.readableEvents += worker.readableEvents;
        facts.outsideSensor += worker.outsideSensor;
        facts.beyondSensors += worker.beyondSensors;
        facts.maxX = std::max(facts.maxX, worker.maxX);
        facts.maxY = std::max(facts.maxY, worker.maxY);
    }
    std::int64_t previous = kInvalidTime;
    for (std::size_t block = 0; block < facts.bounds.size(); ++block) {
        const std::int64_t first = facts.bounds[block].first;
        if (previous != kInvalidTime && first != TimeBounds::kNone && first < previous) {
            ++facts.backwardSteps;
        }
        facts.timelessBlocks += facts.bounds[block].min == TimeBounds::kNone ? 1 : 0;
        if (lastTimes[block] != kInvalidTime) {
            previous = lastTimes[block];
        }
    }
    if (facts.minTime > facts.maxTime) {
        facts.minTime = metadata.minTime.count();
        facts.maxTime = metadata.maxTime.count();
    }
    facts.rate.eventsPerBin = mergedRate(workers);
    if (facts.minTime != metadata.minTime.count() || facts.maxTime != metadata.maxTime.count()) {
        grid = RateGrid::over(facts.minTime, facts.maxTime);
        facts.rate.eventsPerBin = countRateAgain(segments, grid, facts, pool, cancel);
        if (cancel.isCancelled()) {
            return cancelled;
        }
    }
    if (segments.isCut) {
        facts.bounds = boundsOfBlocks(facts.bounds, lastTimes, segments);
        facts.timelessBlocks =
            std::count_if(facts.bounds.begin(), facts.bounds.end(),
                          [](const TimeBounds& bounds) { return bounds.min == TimeBounds::kNone; });
    }
    facts.rate.binWidth = EventTime(grid.binWidth);
    facts.rate.eventsPerBin.resize(grid.binOf(facts.maxTime) + 1);
    return facts;
}

} // namespace perihelion
