// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/lazy_frame.h"

#include "datasets/frames/accumulator.h"
#include "datasets/frames/block_source.h"

#include <algorithm>

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
    const int left = std::max(a.x, b.x);
    const int top = std::max(a.y, b.y);
    const int right = std::min(a.x + a.width, b.x + b.width);
    const int bottom = std::min(a.y + a.height, b.y + b.height);
    return RegionOfInterest{left, top, std::max(0, right - left), std::max(0, bottom - top)};
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

Result<EventBatch> LazyFrame::collect(const QueryContext& context, std::int64_t maxEvents) const
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
            return;
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

Result<EventCounts> LazyFrame::count(const QueryContext& context) const
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
    const auto visited = blocks.visitInOrder([&](const EventBlock& block) {
        counts.events += static_cast<std::int64_t>(block.size);
        for (const std::uint8_t p : block.p) {
            counts.on += p;
        }
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

Result<AccumulatedFrame> LazyFrame::accumulate(const QueryContext& context, int width, int height,
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
    const RecordingMetadata metadata = m_file->metadata();
    AccumulatedFrame frame;
    frame.width = width;
    frame.height = height;
    frame.mode = mode;
    const std::int64_t start = m_time ? m_time->first : metadata.minTime.count();
    const std::int64_t end = m_time ? m_time->second : metadata.maxTime.count() + 1;
    frame.windowStart = EventTime(start);
    frame.windowLength = EventTime(std::max<std::int64_t>(0, end - start));
    frame.values.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
    const auto visited = blocks.visitInOrder([&](const EventBlock& block) { accumulateBlock(block, frame); });
    if (!visited) {
        return visited.error();
    }
    frame.cost = blocks.cost();
    return frame;
}

Result<QueryCost>
LazyFrame::forEachBlock(const QueryContext& context,
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
