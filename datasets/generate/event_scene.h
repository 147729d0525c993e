// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EventScene: what moves in front of the synthetic sensor. Moved to a time, it says where events arise then.
// Integers only; one scene belongs to one EventStream.

#include "datasets/generate/event_generator.h"
#include "datasets/generate/random_stream.h"
#include "datasets/layouts/recording_metadata.h"

#include <cstdint>
#include <memory>
#include <span>

namespace perihelion {

/// One event without its time: row in bits 13…24, column in bits 1…12, polarity in bit 0. Sorting keys sorts
/// by row.
using EventKey = std::uint32_t;

/// Time in which a varying speed goes once up, down and back.
inline constexpr std::int64_t kSpeedSwingMicros = 3'000'000;

constexpr EventKey makeEventKey(std::uint32_t x, std::uint32_t y, bool on)
{
    return y << 13U | x << 1U | static_cast<EventKey>(on);
}
constexpr std::uint16_t eventKeyX(EventKey key)
{
    return static_cast<std::uint16_t>((key >> 1U) & 0xFFFU);
}
constexpr std::uint16_t eventKeyY(EventKey key)
{
    return static_cast<std::uint16_t>(key >> 13U);
}
constexpr std::int8_t eventKeyPolarity(EventKey key)
{
    return static_cast<std::int8_t>(key & 1U);
}

class EventScene {
public:
    virtual ~EventScene() = default;
    EventScene(const EventScene&) = delete;
    EventScene& operator=(const EventScene&) = delete;

    /// Puts everything where it is at a time, in microseconds since the start.
    virtual void moveTo(std::int64_t micros) = 0;
    /// Fills keys with events of this moment, in any order, all on the sensor.
    virtual void sample(RandomStream& random, std::span<EventKey> keys) = 0;

    /// The scene of a kind; empty for kinds that consist of noise and hot pixels alone.
    static std::unique_ptr<EventScene> create(const GeneratorOptions& options);

protected:
    EventScene() = default;
};

} // namespace perihelion
