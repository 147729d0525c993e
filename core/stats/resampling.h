// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Answers by drawing: the bootstrap interval of a ratio of medians. Draws come from an own generator with a
// fixed seed, so that the same samples always give the same answer, on every machine.

#include "core/stats/order_statistics.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

/// SplitMix64 (Steele, Lea and Flood 2014): 64 bits of state, every seed is good.
class DrawSequence {
public:
    explicit DrawSequence(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next();
    /// A number below limit, each as likely; limit from 1 to 2³².
    std::uint32_t below(std::uint64_t limit);

private:
    std::uint64_t m_state;
};

inline constexpr std::size_t kBootstrapDraws = 10'000;
inline constexpr std::uint64_t kBootstrapSeed = 0x5EED;

/// Medians of so many samples drawn from values with replacement, in the order drawn. Empty without values.
std::vector<double> bootstrapMedians(std::span<const double> values, std::size_t draws,
                                     DrawSequence& sequence);

/// Percentile bootstrap of median(after) ÷ median(before), the sides drawn independently; quantiles as
/// everywhere. Nothing when a side is empty or medians of before are not all above zero.
std::optional<Interval> bootstrapRatio(std::span<const double> before, std::span<const double> after,
                                       double confidence = 0.95, std::size_t draws = kBootstrapDraws,
                                       std::uint64_t seed = kBootstrapSeed);

} // namespace perihelion
