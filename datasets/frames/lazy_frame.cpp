// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/lazy_frame.h"

#include "datasets/frames/accumulator.h"
#include "datasets/frames/block_source.h"
#include "datasets/frames/kept_frame.h"

#include <algorithm>
#include <climits>
#include <new>
#include <stdexcept>

namespace perihelion {

namespace {

constexpr int kMaxFrameSide = 65'536;
constexpr std::int64_t kMaxFramePixels = 1LL << 28;

static_assert(static_cast<unsigned>(EventColumn::Time) == 1U << kTimeColumn);
static_assert(static_cast<unsigned>(EventColumn::X) == 1U << kXColumn);
static_assert(static_cast<unsigned>(EventColumn::Y) == 1U << kYColumn);
static_assert(static_cast<unsigned>(EventColumn::Polarity) == 1U << kPolarityColumn);

RegionOfInterest intersected(const RegionOfInterest& a, const RegionOfInterest& b)
{
    // The common part of [p, p + m) and [q, q + n) along one axis, as start and length; sums reach beyond
    // int.
    const auto common = [](std::int64_t p, std::int64_t m, std::int64_t q, std::int64_t n) {
        const std::int64_t from = std::max(p, q);
        const std::int64_t length = std::clamp<std::int64_t>(std::min(p + m, q + n) - from, 0, INT_MAX);
        return std::pair(static_cast<int>(from), static_cast<int>(length));
    };
    const auto [x, width] = common(a.x, a.width, b.x, b.width);
    const auto [y, height] = common(a.y, a.height, b.y, b.height);
    return RegionOfInterest{x, y, width, height};
}

/// The window that holds every event.
std::pair<EventTime, EventTime> wholeTimeOf(const RecordingMetadata& metadata)
{
    return {metadata.minTime, clampedSum(metadata.maxTime, EventTime(1))};
}

/// What a query answers, or an Error when its memory is not to be had: sizes of windows, frames and chunks
/// are not ours to choose.
template <typename Query>
auto withinMemory(const QString& path, Query query) -> decltype(query())
{
    try {
        return query();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("Reading events failed because there is not enough memory for so many; "
                                    "choose a shorter window or close other programs"),
                     path};
    } catch (const std::length_error&) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("Reading events failed because no memory can hold so many; choose a "
                                    "shorter window"),
                     path};
    }
}

/// What an answer takes itself.
ByteCount memoryOf(const EventBatch& batch)
{
    return ByteCount{batch.t.size() * sizeof(std::int64_t) +
                     (batch.x.size() + batch.y.size()) * sizeof(std::uint16_t) + batch.p.size()};
}

ByteCount memoryOf(const AccumulatedFrame& frame)
{
    return ByteCount{frame.values.size() * sizeof(std::int32_t)};
}

std::nullopt_t memoryOf(const EventCounts&)
{
    return std::nullopt;
}

std::nullopt_t memoryOf(const QueryCost&)
{
    return std::nullopt;
}

} // namespace

LazyFrame::LazyFrame(std::shared_ptr<const EventFile> file) : m_file(std::move(file)) {}

LazyFrame LazyFrame::scan(std::shared_ptr<const EventFile> file)
{
    return LazyFrame(std::move(file));
}

LazyFrame LazyFrame::filterTime(EventTime start, EventTime end) const
{
    LazyFrame narrowed = *this;
    const std::int64_t from = m_time ? std::max(start.count(), m_time->first) : start.count();
    const std::int64_t to = m_time ? std::min(end.count(), m_time->second) : end.count();
    narrowed.m_time = std::pair(from, to);
    return narrowed;
}

LazyFrame LazyFrame::filterRoi(const RegionOfInterest& roi) const
{
    LazyFrame narrowed = *this;
    narrowed.m_roi = m_roi ? intersected(*m_roi, roi) : roi;
    return narrowed;
}

LazyFrame LazyFrame::filterPolarity(PolarityFilter polarity) const
{
    LazyFrame narrowed = *this;
    if (m_polarity != PolarityFilter::Both && polarity != PolarityFilter::Both && m_polarity != polarity) {
        // ON and OFF at once: nothing is left.
        narrowed.m_time = std::pair<std::int64_t, std::int64_t>(0, 0);
    } else if (polarity != PolarityFilter::Both) {
        narrowed.m_polarity = polarity;
    }
    return narrowed;
}

LazyFrame LazyFrame::select(EventColumns columns) const
{
    LazyFrame narrowed = *this;
    narrowed.m_columns = columns & kAllColumns;
    return narrowed;
}

BlockSource LazyFrame::source(EventColumns columns, const QueryContext& context) const
{
    return BlockSource(m_file->index(), EventFilter{m_time, m_roi, m_polarity}, columns, context);
}

template <typename Query>
auto LazyFrame::answer(ReadingStep step, Query query) const -> decltype(query())
{
    const auto began = ReadingTimes::Clock::now();
    auto answered = withinMemory(m_file->path(), query);
    if (answered) {
        m_file->times().record(step, began, m_file->path(), memoryOf(*answered));
    }
    return answered;
}

Result<EventBatch> LazyFrame::collect(const QueryContext& context, std::int64_t maxEvents) const
{
    return answer(ReadingStep::Collect, [&] { return collectNow(context, maxEvents); });
}

Result<EventCounts> LazyFrame::count(const QueryContext& context) const
{
    return answer(ReadingStep::Count, [&] { return countNow(context); });
}

Result<AccumulatedFrame> LazyFrame::accumulate(const QueryContext& context, int width, int height,
                                               AccumulateMode mode) const
{
    return answer(ReadingStep::Accumulate, [&] { return accumulateNow(context, width, height, mode); });
}

Result<QueryCost>
LazyFrame::forEachBlock(const QueryContext& context,
                        const std::function<void(const EventBlock&, std::size_t worker)>& visit) const
{
    return answer(ReadingStep::Visit, [&] { return visitNow(context, visit); });
}

Result<EventBatch> LazyFrame::collectNow(const QueryContext& context, std::int64_t maxEvents) const
{
    BlockSource blocks = source(m_columns, context);
    if (const auto located = blocks.locate(); !located) {
        return located.error();
    }
    EventBatch batch;
    bool tooMany = false;
    const auto append = [](auto& target, const auto& run) {
        target.insert(target.end(), run.begin(), run.end());
    };
    std::int64_t events = 0;
    const auto wants = [this](EventColumn column) {
        return (m_columns & static_cast<EventColumns>(column)) != 0;
    };
    const auto visited = blocks.visitInOrder([&](const EventBlock& block) {
        events += static_cast<std::int64_t>(block.size);
        if (events > maxEvents) {
            tooMany = true;
            return false;
        }
        if (wants(EventColumn::Time)) {
            append(batch.t, block.t);
        }
        if (wants(EventColumn::X)) {
            append(batch.x, block.x);
        }
        if (wants(EventColumn::Y)) {
            append(batch.y, block.y);
        }
        if (wants(EventColumn::Polarity)) {
            append(batch.p, block.p);
        }
        return true;
    });
    if (!visited) {
        return visited.error();
    }
    if (tooMany) {
        return Error{
            ErrorCode::TooLarge,
            QStringLiteral("The window holds more than %1 events; choose a shorter one").arg(maxEvents),
            m_file->path()};
    }
    batch.cost = blocks.cost();
    return batch;
}

Result<EventCounts> LazyFrame::countNow(const QueryContext& context) const
{
    const bool pixels = m_roi.has_value() || m_polarity != PolarityFilter::Both;
    EventCounts counts;
    BlockSource blocks = source(0, context);
    if (const auto located = blocks.locate(); !located) {
        return located.error();
    }
    if (!pixels) {
        // Ranges wholly inside are counted without reading anything.
        counts.events = blocks.takeInsideRows();
    }
    blocks.takePacked([&counts](const PackedBlock&, std::size_t, std::size_t count) {
        counts.events += static_cast<std::int64_t>(count);
    });
    const auto visited = blocks.visitInOrder([&](const EventBlock& block) {
        counts.events += static_cast<std::int64_t>(block.size);
        for (const std::uint8_t p : block.p) {
            counts.on += p;
        }
        return true;
    });
    if (!visited) {
        return visited.error();
    }
    if (m_polarity != PolarityFilter::Both) {
        counts.off = counts.events - counts.on;
    }
    counts.cost = blocks.cost();
    return counts;
}

Result<AccumulatedFrame> LazyFrame::accumulateNow(const QueryContext& context, int width, int height,
                                                  AccumulateMode mode) const
{
    if (width < 1 || height < 1 || width > kMaxFrameSide || height > kMaxFrameSide ||
        std::int64_t{width} * height > kMaxFramePixels) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("A frame of %1 × %2 pixels cannot be made").arg(width).arg(height),
                     m_file->path()};
    }
    BlockSource blocks = source(columnsOf(mode), context);
    if (const auto located = blocks.locate(); !located) {
        return located.error();
    }
    // Each frame of a film is shown once.
    const bool mayBeKept = blocks.cached() && context.priority == DecodePriority::Interactive;
    const CacheKey key = KeptFrame::keyOf(EventFilter{m_time, m_roi, m_polarity}, width, height, mode,
                                          m_file->isIndexComplete());
    if (mayBeKept) {
        const auto kept = context.cache->findItem(blocks.cached(), key);
        if (kept) {
            AccumulatedFrame frame = static_cast<const KeptFrame&>(*kept).frame();
            frame.cost = blocks.cost();
            frame.cost.blocksFromCache = 1;
            return frame;
        }
    }
    AccumulatedFrame frame;
    frame.width = width;
    frame.height = height;
    frame.mode = mode;
    const auto [start, end] = m_time ? std::pair(EventTime(m_time->first), EventTime(m_time->second))
                                     : wholeTimeOf(m_file->metadata());
    frame.windowStart = start;
    frame.windowLength = std::max(EventTime(0), clampedDifference(end, start));
    frame.values.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
    if (mode != AccumulateMode::TimeSurface) {
        blocks.takePacked([&frame](const PackedBlock& block, std::size_t from, std::size_t count) {
            accumulatePacked(block, from, count, frame);
        });
    }
    const auto visited = blocks.visitInOrder([&](const EventBlock& block) {
        accumulateBlock(block, frame);
        return true;
    });
    if (!visited) {
        return visited.error();
    }
    frame.cost = blocks.cost();
    if (mayBeKept) {
        KeptFrame::keep(*context.cache, blocks.cached(), key, frame);
    }
    return frame;
}

Result<QueryCost>
LazyFrame::visitNow(const QueryContext& context,
                    const std::function<void(const EventBlock&, std::size_t worker)>& visit) const
{
    BlockSource blocks = source(m_columns, context);
    if (const auto located = blocks.locate(); !located) {
        return located.error();
    }
    if (const auto visited = blocks.visitInParallel(visit); !visited) {
        return visited.error();
    }
    return blocks.cost();
}

} // namespace perihelion
