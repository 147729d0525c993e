// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/accumulator.h"

#include <algorithm>
#include <limits>

namespace perihelion {

namespace {

template <typename Update>
void forEachInside(const EventBlock& block, AccumulatedFrame& frame, Update update)
{
    const auto width = static_cast<std::uint32_t>(frame.width);
    const auto height = static_cast<std::uint32_t>(frame.height);
    std::int32_t* values = frame.values.data();
    const std::uint16_t* x = block.x.data();
    const std::uint16_t* y = block.y.data();
    std::int64_t outside = 0;
    for (std::size_t i = 0; i < block.size; ++i) {
        if (x[i] < width && y[i] < height) [[likely]] {
            update(values[static_cast<std::size_t>(y[i]) * width + x[i]], i);
        } else {
            ++outside;
        }
    }
    frame.outside += outside;
}

} // namespace

void accumulateBlock(const EventBlock& block, AccumulatedFrame& frame)
{
    const std::uint8_t* p = block.p.data();
    std::int64_t on = 0;
    for (std::size_t i = 0; i < block.size; ++i) {
        on += p[i];
    }
    frame.events += static_cast<std::int64_t>(block.size);
    frame.on += on;
    frame.off += static_cast<std::int64_t>(block.size) - on;

    switch (frame.mode) {
    case AccumulateMode::Polarity:
        forEachInside(block, frame, [p](std::int32_t& value, std::size_t i) { value = 2 * p[i] - 1; });
        break;
    case AccumulateMode::SignedCount:
        forEachInside(block, frame, [p](std::int32_t& value, std::size_t i) { value += 2 * p[i] - 1; });
        break;
    case AccumulateMode::Count:
        forEachInside(block, frame, [](std::int32_t& value, std::size_t) { ++value; });
        break;
    case AccumulateMode::TimeSurface: {
        const std::int64_t* t = block.t.data();
        const std::int64_t start = frame.windowStart.count();
        constexpr std::uint64_t kLatest = std::numeric_limits<std::int32_t>::max();
        forEachInside(block, frame, [=](std::int32_t& value, std::size_t i) {
            // Unsigned, because times may lie further apart than int64 reaches.
            const std::uint64_t after =
                t[i] > start ? static_cast<std::uint64_t>(t[i]) - static_cast<std::uint64_t>(start) : 0;
            const auto age = static_cast<std::int32_t>(std::min(after, kLatest - 1) + 1);
            // Events of an unsorted file may come late: the youngest wins.
            const std::int32_t held = value < 0 ? -value : value;
            value = age >= held ? (2 * p[i] - 1) * age : value;
        });
        break;
    }
    }
}

void accumulatePacked(const PackedBlock& block, std::size_t from, std::size_t count, AccumulatedFrame& frame)
{
    const auto width = static_cast<std::uint32_t>(frame.width);
    const auto height = static_cast<std::uint32_t>(frame.height);
    std::int32_t* const values = frame.values.data();
    std::int64_t on = 0;
    std::int64_t outside = 0;
    const auto each = [&](auto update) {
        // Counted in locals: numbers behind a reference would be written back for every event.
        std::int64_t onHere = 0;
        std::int64_t outsideHere = 0;
        block.forEachPixel(from, count, [&](std::uint32_t x, std::uint32_t y, std::uint32_t polarity) {
            onHere += polarity;
            if (x < width && y < height) [[likely]] {
                update(values[static_cast<std::size_t>(y) * width + x], static_cast<std::int32_t>(polarity));
            } else {
                ++outsideHere;
            }
        });
        on = onHere;
        outside = outsideHere;
    };
    switch (frame.mode) {
    case AccumulateMode::Polarity:
        each([](std::int32_t& value, std::int32_t p) { value = 2 * p - 1; });
        break;
    case AccumulateMode::SignedCount:
        each([](std::int32_t& value, std::int32_t p) { value += 2 * p - 1; });
        break;
    case AccumulateMode::Count:
        each([](std::int32_t& value, std::int32_t) { ++value; });
        break;
    case AccumulateMode::TimeSurface:
        return;
    }
    frame.events += static_cast<std::int64_t>(count);
    frame.on += on;
    frame.off += static_cast<std::int64_t>(count) - on;
    frame.outside += outside;
}

EventColumns columnsOf(AccumulateMode mode)
{
    const auto bit = [](EventColumn column) { return static_cast<EventColumns>(column); };
    EventColumns columns = bit(EventColumn::X) | bit(EventColumn::Y) | bit(EventColumn::Polarity);
    if (mode == AccumulateMode::TimeSurface) {
        columns |= bit(EventColumn::Time);
    }
    return columns;
}

} // namespace perihelion
