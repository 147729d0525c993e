// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Integer trigonometry and roots: generated recordings must be the same on every machine, and the sine of one
// libm is not always that of another. Angles are 32-bit phases, where 2³² is one full turn and wrapping round
// is free.

#include <array>
#include <cstddef>
#include <cstdint>

namespace perihelion::fixed {

/// 2³² is one turn.
using Phase = std::uint32_t;

inline constexpr int kQ30 = 30;

/// Sine of a phase in Q30 (2³⁰ is one), by the Taylor series of the first quadrant; error below 2⁻²⁶.
constexpr std::int64_t sineQ30(Phase phase)
{
    constexpr std::int64_t kOne = std::int64_t{1} << kQ30;
    constexpr std::int64_t kHalfPiQ30 = 1'686'629'713;
    const Phase quadrant = phase >> 30U;
    const auto within = static_cast<std::int64_t>(phase & 0x3FFF'FFFFU);
    const std::int64_t turn = (quadrant & 1U) != 0U ? kOne - within : within;
    const std::int64_t x = (turn * kHalfPiQ30) >> kQ30;
    const std::int64_t square = (x * x) >> kQ30;
    std::int64_t series = kOne;
    for (const std::int64_t divisor : {156, 110, 72, 42, 20, 6}) {
        series = kOne - ((square * series) >> kQ30) / divisor;
    }
    const std::int64_t sine = (x * series) >> kQ30;
    return (quadrant & 2U) != 0U ? -sine : sine;
}

constexpr std::int64_t cosineQ30(Phase phase)
{
    return sineQ30(phase + 0x4000'0000U);
}

/// Sines for pixels: 8192 a turn, Q14.
inline constexpr std::size_t kSineSteps = 8192;
inline constexpr int kSineShift = 14;

constexpr std::array<std::int16_t, kSineSteps> makeSineTable()
{
    std::array<std::int16_t, kSineSteps> table{};
    for (std::size_t i = 0; i < kSineSteps; ++i) {
        const std::int64_t sine = sineQ30(static_cast<Phase>(i << 19U));
        table[i] = static_cast<std::int16_t>((sine + (1 << 15)) >> (kQ30 - kSineShift));
    }
    return table;
}

inline constexpr std::array<std::int16_t, kSineSteps> kSineTable = makeSineTable();

inline std::int32_t sineQ14(Phase phase)
{
    return kSineTable[phase >> 19U];
}

inline std::int32_t cosineQ14(Phase phase)
{
    return kSineTable[(phase + 0x4000'0000U) >> 19U];
}

/// Largest r with r² ≤ value.
constexpr std::uint32_t integerRoot(std::uint64_t value)
{
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 31U; bit != 0; bit >>= 1U) {
        if ((root | bit) * (root | bit) <= value) {
            root |= bit;
        }
    }
    return static_cast<std::uint32_t>(root);
}

/// Back and forth between 0 and span: position after travelling a distance, with mirrors at both ends.
constexpr std::int64_t bounce(std::int64_t distance, std::int64_t span)
{
    if (span <= 0) {
        return 0;
    }
    const std::int64_t period = 2 * span;
    const std::int64_t within = ((distance % period) + period) % period;
    return within <= span ? within : period - within;
}

} // namespace perihelion::fixed
