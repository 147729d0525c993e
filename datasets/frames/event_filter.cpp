// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/event_filter.h"

#include "datasets/layouts/recording_layout.h"

#include <algorithm>

namespace perihelion {

namespace {

bool has(ColumnSet set, ColumnIndex column)
{
    return (set & (1U << column)) != 0;
}

/// Moves the events for which keep(i) holds to the front of their rows; returns how many there are.
template <typename Keep>
std::size_t compact(ColumnSet present, ColumnBuffers& buffers, std::size_t from, std::size_t count, Keep keep)
{
    std::int64_t* t = has(present, kTimeColumn) ? buffers.t + from : nullptr;
    std::uint16_t* x = has(present, kXColumn) ? buffers.x + from : nullptr;
    std::uint16_t* y = has(present, kYColumn) ? buffers.y + from : nullptr;
    std::uint8_t* p = has(present, kPolarityColumn) ? buffers.p + from : nullptr;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t matches = keep(i) ? 1 : 0;
        if (t != nullptr) {
            t[kept] = t[i];
        }
        if (x != nullptr) {
            x[kept] = x[i];
        }
        if (y != nullptr) {
            y[kept] = y[i];
        }
        if (p != nullptr) {
            p[kept] = p[i];
        }
        kept += matches;
    }
    return kept;
}

} // namespace

ColumnSet EventFilter::pixelColumns() const
{
    ColumnSet columns = 0;
    if (roi) {
        columns |= (1U << kXColumn) | (1U << kYColumn);
    }
    if (polarity != PolarityFilter::Both) {
        columns |= 1U << kPolarityColumn;
    }
    return columns;
}

bool EventFilter::isEmpty() const
{
    return (time && time->first >= time->second) || (roi && (roi->width <= 0 || roi->height <= 0));
}

std::pair<std::size_t, std::size_t> applyFilter(const EventFilter& filter, ColumnSet present,
                                                bool timesMatter, bool sorted, ColumnBuffers& buffers,
                                                std::size_t from, std::size_t count)
{
    if (filter.time && timesMatter) {
        const std::int64_t start = filter.time->first;
        const std::int64_t end = filter.time->second;
        const std::int64_t* times = buffers.t + from;
        if (sorted || std::is_sorted(times, times + count)) {
            const std::int64_t* const first = std::lower_bound(times, times + count, start);
            const std::int64_t* const last = std::lower_bound(first, times + count, end);
            from += static_cast<std::size_t>(first - times);
            count = static_cast<std::size_t>(last - first);
        } else {
            count = compact(present, buffers, from, count, [times, start, end](std::size_t i) {
                return times[i] >= start && times[i] < end;
            });
        }
    }
    if (!filter.roi && filter.polarity == PolarityFilter::Both) {
        return {from, count};
    }
    const std::uint8_t wanted = filter.polarity == PolarityFilter::On ? 1 : 0;
    const std::uint8_t* p = buffers.p + from;
    if (!filter.roi) {
        return {from, compact(present, buffers, from, count,
                              [p, wanted](std::size_t i) { return p[i] == wanted; })};
    }
    // Unsigned wrap-around makes each side one comparison; regions may begin left of or above the sensor.
    const std::int64_t left = std::max(0, filter.roi->x);
    const std::int64_t top = std::max(0, filter.roi->y);
    const std::int64_t right = std::int64_t{filter.roi->x} + filter.roi->width;
    const std::int64_t bottom = std::int64_t{filter.roi->y} + filter.roi->height;
    const auto width = static_cast<std::uint32_t>(std::clamp<std::int64_t>(right - left, 0, 65'536));
    const auto height = static_cast<std::uint32_t>(std::clamp<std::int64_t>(bottom - top, 0, 65'536));
    const auto leftColumn = static_cast<std::uint32_t>(std::min<std::int64_t>(left, 65'536));
    const auto topRow = static_cast<std::uint32_t>(std::min<std::int64_t>(top, 65'536));
    const std::uint16_t* x = buffers.x + from;
    const std::uint16_t* y = buffers.y + from;
    const auto inside = [=](std::size_t i) {
        return (static_cast<std::uint32_t>(x[i]) - leftColumn < width) &
               (static_cast<std::uint32_t>(y[i]) - topRow < height);
    };
    if (filter.polarity == PolarityFilter::Both) {
        return {from, compact(present, buffers, from, count, inside)};
    }
    return {from, compact(present, buffers, from, count,
                          [=](std::size_t i) { return inside(i) & (p[i] == wanted); })};
}

EventBlock blockOf(const ColumnBuffers& buffers, ColumnSet present, std::size_t from, std::size_t count)
{
    const auto span = [&](auto* first, ColumnIndex column) {
        using Element = const std::remove_pointer_t<decltype(first)>;
        return has(present, column) ? std::span<Element>(first + from, count) : std::span<Element>();
    };
    EventBlock block;
    block.t = span(buffers.t, kTimeColumn);
    block.x = span(buffers.x, kXColumn);
    block.y = span(buffers.y, kYColumn);
    block.p = span(buffers.p, kPolarityColumn);
    block.firstIndex = static_cast<std::int64_t>(buffers.firstRow + from);
    block.size = count;
    return block;
}

} // namespace perihelion
