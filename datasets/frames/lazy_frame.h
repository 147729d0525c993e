// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LazyFrame: a plan over a recording: scan → filter(time, region of interest, polarity) → select → collect |
// count | accumulate | forEachBlock. A cheap value: nothing is read before one of the last four, and those
// read and decode only the chunks and columns that the answer needs. Every answer says what it cost.

#include "core/base/huge_pages.h"
#include "core/base/result.h"
#include "core/base/units.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/progress.h"
#include "datasets/index/event_file.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

class BlockSource;
class EventCache;

enum class PolarityFilter { Both, On, Off };

/// Pixels [x, x+width) × [y, y+height).
struct RegionOfInterest {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;

    bool operator==(const RegionOfInterest&) const = default;
};

enum class EventColumn : unsigned { Time = 1, X = 2, Y = 4, Polarity = 8 };
using EventColumns = unsigned; ///< Bitwise or of EventColumn values.
inline constexpr EventColumns kAllColumns = 15;

/// How events become pixel values.
enum class AccumulateMode {
    Polarity,    ///< Polarity of the pixel's last event: +1 ON, −1 OFF, 0 none.
    SignedCount, ///< ON minus OFF events.
    Count,       ///< Number of events.
    TimeSurface, ///< ± (time of the pixel's last event − window start + 1) in µs, sign by polarity; 0 none.
};

/// What an answer cost. forEachBlock() works on every thread at once: there decode is the wall time of
/// everything, filter and accumulate are sums over the threads.
struct QueryCost {
    std::int64_t chunksRead = 0;      ///< Chunks read from disk, all columns.
    std::int64_t bytesRead = 0;       ///< Stored bytes read from disk.
    std::int64_t bytesDecoded = 0;    ///< Bytes after decoding.
    std::int64_t chunksFromCache = 0; ///< Chunks that were needed and had been decoded before.
    std::int64_t blocksFromCache = 0; ///< Blocks (and kept frames) that the event cache had.
    std::int64_t blocksMissed = 0;    ///< Blocks that the event cache had to be given, or had no room for.
    Nanoseconds seek{0};              ///< Finding the event range of the window.
    Nanoseconds decode{0};            ///< Reading and inflating, wall time.
    Nanoseconds filter{0};            ///< Filtering events.
    Nanoseconds accumulate{0};        ///< Events to pixel values.
    std::int64_t missingEvents = 0;   ///< Events in chunks that could not be read (holes).
};

/// Columns of equal length; columns that were not selected are empty. Times are relative to the file's
/// origin.
struct EventBatch {
    std::vector<std::int64_t> t; ///< µs
    std::vector<std::uint16_t> x;
    std::vector<std::uint16_t> y;
    std::vector<std::uint8_t> p; ///< 1 ON, 0 OFF
    QueryCost cost;
};

/// A run of events in file order, valid only during the callback that gets it. Unselected columns are empty.
struct EventBlock {
    std::span<const std::int64_t> t;
    std::span<const std::uint16_t> x;
    std::span<const std::uint16_t> y;
    std::span<const std::uint8_t> p;
    std::int64_t firstIndex =
        0; ///< Index in the file of the block's first event, before ROI and polarity filters.
    std::size_t size = 0;
};

struct EventCounts {
    std::int64_t events = 0;
    std::int64_t on = 0; ///< Only filled when polarity was needed or asked for.
    std::int64_t off = 0;
    QueryCost cost;
};

/// Pixel values of one window, row by row from the top left.
struct AccumulatedFrame {
    int width = 0;
    int height = 0;
    AccumulateMode mode = AccumulateMode::Polarity;
    EventTime windowStart{0};
    EventTime windowLength{0};
    LargeVector<std::int32_t> values; ///< width × height.
    std::int64_t events = 0;          ///< Inside the window and all filters, also those outside the frame.
    std::int64_t on = 0;
    std::int64_t off = 0;
    std::int64_t outside = 0; ///< Events outside the frame: counted, not drawn.
    QueryCost cost;
};

/// Where and how urgently a query runs. Without a pool it runs on the calling thread alone. A query that runs
/// out of memory answers TooLarge. With a cache, what it holds is not read again, and what is read is kept:
/// the answers are the same.
struct QueryContext {
    DecodePool* pool = nullptr;
    DecodePriority priority = DecodePriority::Interactive;
    CancelToken cancel;
    ProgressReporter progress;
    EventCache* cache = nullptr;
};

class LazyFrame {
public:
    /// Everything in the recording.
    static LazyFrame scan(std::shared_ptr<const EventFile> file);

    /// Events with start ≤ t < end, relative to the file's origin. Filters narrow each other.
    [[nodiscard]] LazyFrame filterTime(EventTime start, EventTime end) const;
    [[nodiscard]] LazyFrame filterRoi(const RegionOfInterest& roi) const;
    [[nodiscard]] LazyFrame filterPolarity(PolarityFilter polarity) const;
    [[nodiscard]] LazyFrame select(EventColumns columns) const;

    /// The selected columns of every matching event, in file order. TooLarge above maxEvents.
    Result<EventBatch> collect(const QueryContext& context, std::int64_t maxEvents = 1LL << 31) const;
    /// Number of matching events; reads only times of border chunks unless a filter needs more.
    Result<EventCounts> count(const QueryContext& context) const;
    /// Pixel values of all matching events. width, height 1…65536 and width × height ≤ 2^28, else
    /// InvalidArgument.
    Result<AccumulatedFrame> accumulate(const QueryContext& context, int width, int height,
                                        AccumulateMode mode) const;
    /// Visits every matching event once, in blocks, on all of the pool's threads and in no particular order;
    /// visit(block, worker) gets a worker number below DecodePool::concurrency() that is never used twice at
    /// a time.
    Result<QueryCost>
    forEachBlock(const QueryContext& context,
                 const std::function<void(const EventBlock&, std::size_t worker)>& visit) const;

private:
    explicit LazyFrame(std::shared_ptr<const EventFile> file);
    /// A query within memory, timed.
    template <typename Query>
    auto answer(ReadingStep step, Query query) const -> decltype(query());
    BlockSource source(EventColumns columns, const QueryContext& context) const;
    // The queries themselves, which may run out of memory.
    Result<EventBatch> collectNow(const QueryContext& context, std::int64_t maxEvents) const;
    Result<EventCounts> countNow(const QueryContext& context) const;
    Result<AccumulatedFrame> accumulateNow(const QueryContext& context, int width, int height,
                                           AccumulateMode mode) const;
    Result<QueryCost> visitNow(const QueryContext& context,
                               const std::function<void(const EventBlock&, std::size_t worker)>& visit) const;

    std::shared_ptr<const EventFile> m_file;
    std::optional<std::pair<std::int64_t, std::int64_t>> m_time;
    std::optional<RegionOfInterest> m_roi;
    PolarityFilter m_polarity = PolarityFilter::Both;
    EventColumns m_columns = kAllColumns;
};

} // namespace perihelion
