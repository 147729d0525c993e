// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Own types for quantities that cross headers, so that a time is never mistaken for a size.

#include <chrono>
#include <cstdint>
#ifndef Q_MOC_RUN // moc 6.4 cannot parse libstdc++'s <compare>
#include <compare>
#endif

namespace perihelion {

/// Time of an event or length of a time window, in microseconds.
using EventTime = std::chrono::duration<std::int64_t, std::micro>;

/// a + b, held at the ends of the range: a file may hold any number as a time.
constexpr EventTime clampedSum(EventTime a, EventTime b)
{
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a.count(), b.count(), &sum)) {
        return b.count() > 0 ? EventTime::max() : EventTime::min();
    }
    return EventTime(sum);
}

/// a − b, held at the ends of the range.
constexpr EventTime clampedDifference(EventTime a, EventTime b)
{
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a.count(), b.count(), &difference)) {
        return b.count() < 0 ? EventTime::max() : EventTime::min();
    }
    return EventTime(difference);
}

/// A duration measured on the monotonic clock, in nanoseconds.
using Nanoseconds = std::chrono::nanoseconds;

/// Milliseconds with fraction, for people and for JSON.
inline double toMilliseconds(Nanoseconds duration)
{
    return static_cast<double>(duration.count()) / 1e6;
}

struct ByteCount {
    std::uint64_t value = 0;

    auto operator<=>(const ByteCount&) const = default;
    ByteCount& operator+=(ByteCount other)
    {
        value += other.value;
        return *this;
    }
    friend ByteCount operator+(ByteCount a, ByteCount b) { return ByteCount{a.value + b.value}; }
};

} // namespace perihelion
