// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/index_completion.h"

#include "datasets/index/element_convert.h"

#include <algorithm>
#include <atomic>

namespace perihelion {

namespace {

/// Rows one worker decodes before it takes the next piece.
constexpr std::uint64_t kSegmentRows = 131'072;
constexpr std::size_t kRateBins = 2048;

/// What one worker has seen; merged at the end.
struct WorkerFacts {
    ColumnBuffers buffers;
    std::vector<ReadSlice> slices;
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

/// Rows that some column's chunk does not give.
struct RowHole {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool times = false; ///< It is the times that are missing.

    bool overlaps(std::uint64_t row, std::uint64_t rows) const { return first < row + rows && last > row; }
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
            bin + 1 == kRateBins ? end : std::lower_bound(at, end, grid.endOf(bin));
        bins[bin] += static_cast<std::uint32_t>(next - at);
        at = next == at ? at + 1 : next;
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

} // namespace

Result<CompletedFacts> lookAtEveryEvent(const ChunkIndex& index, DecodePool& pool, const CancelToken& cancel,
                                        const ProgressReporter& report)
{
    const ColumnReader& reader = index.reader();
    const RecordingMetadata metadata = index.metadata();
    const std::uint64_t blockRows = reader.timeBlockRows();
    const std::uint64_t rows = reader.layout().rows;
    const std::uint64_t blocksPerSegment = std::max<std::uint64_t>(1, kSegmentRows / blockRows);
    const std::uint64_t segmentRows = blocksPerSegment * blockRows;
    const auto segments = static_cast<std::size_t>((rows + segmentRows - 1) / segmentRows);
    const ColumnSet everything = (1U << kColumnCount) - 1;

    CompletedFacts facts;
    facts.bounds.resize(static_cast<std::size_t>(reader.timeBlockCount()));
    std::vector<std::int64_t> lastTimes(facts.bounds.size(), kInvalidTime);
    std::vector<WorkerFacts> workers(pool.concurrency());
    RateGrid grid = RateGrid::over(metadata.minTime.count(), metadata.maxTime.count());
    std::atomic<std::int64_t> done{0};

    pool.run(DecodePriority::Background, segments, cancel, [&](std::size_t segment, std::size_t worker) {
        WorkerFacts& mine = workers[worker];
        const std::uint64_t first = segment * segmentRows;
        const auto count = static_cast<std::size_t>(std::min(segmentRows, rows - first));
        reader.prepare(mine.buffers, first, count, everything);
        mine.slices.clear();
        reader.plan(first, count, everything, mine.slices);
        std::vector<RowHole> holes;
        for (const ReadSlice& slice : mine.slices) {
            if (cancel.isCancelled()) {
                return;
            }
            if (const auto outcome = reader.read(slice, mine.buffers); !outcome) {
                index.noteHole(Hole{slice.dataset, slice.gridColumn, slice.block, outcome.error().code});
                const auto [from, to] = reader.rowsOf(slice, mine.buffers);
                holes.push_back(RowHole{from, to, (slice.columns & (1U << kTimeColumn)) != 0});
            }
        }
        for (std::uint64_t blockFirst = first; blockFirst < first + count; blockFirst += blockRows) {
            const auto block = static_cast<std::size_t>(blockFirst / blockRows);
            const auto at = static_cast<std::size_t>(blockFirst - first);
            const auto blockCount = static_cast<std::size_t>(std::min<std::uint64_t>(blockRows, count - at));
            const bool broken = std::any_of(holes.begin(), holes.end(), [&](const RowHole& hole) {
                return hole.overlaps(blockFirst, blockCount);
            });
            TimeBounds& bounds = facts.bounds[block];
            const std::int64_t* times = mine.buffers.t + at;
            const bool timesBroken = std::any_of(holes.begin(), holes.end(), [&](const RowHole& hole) {
                return hole.times && hole.overlaps(blockFirst, blockCount);
            });
            if (!timesBroken) {
                bounds = boundsOf(times, blockCount, mine);
                lastTimes[block] = times[blockCount - 1];
                countRate(grid, times, blockCount, bounds.sorted != 0, mine.rate);
            }
            bounds.holes = broken ? 1 : 0;
            if (!broken) {
                lookAtPixels(mine.buffers, at, blockCount, metadata.sensor, mine);
            }
        }
        const std::int64_t so_far =
            done.fetch_add(static_cast<std::int64_t>(count)) + static_cast<std::int64_t>(count);
        if (report) {
            report(
                Progress{QStringLiteral("Looking at every event"), so_far, static_cast<std::int64_t>(rows)});
        }
    });
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Completing the index was cancelled"),
                     metadata.path};
    }

    facts.minTime = INT64_MAX;
    facts.maxTime = INT64_MIN;
    facts.rate.eventsPerBin.assign(kRateBins, 0);
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
        for (std::size_t bin = 0; bin < kRateBins; ++bin) {
            facts.rate.eventsPerBin[bin] += worker.rate[bin];
        }
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
    facts.rate.binWidth = EventTime(grid.binWidth);
    const std::size_t used = grid.binOf(facts.maxTime) + 1;
    facts.rate.eventsPerBin.resize(used);
    return facts;
}

} // namespace perihelion
