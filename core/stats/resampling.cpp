// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/resampling.h"

#include <algorithm>

namespace perihelion {

std::uint64_t DrawSequence::next()
{
    m_state += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31U);
}

std::uint32_t DrawSequence::below(std::uint64_t limit)
{
    // The upper 32 bits scaled to the limit: uneven by less than limit / 2³², far below what draws can show.
    return static_cast<std::uint32_t>(((next() >> 32U) * limit) >> 32U);
}

std::vector<double> bootstrapMedians(std::span<const double> values, std::size_t draws,
                                     DrawSequence& sequence)
{
    const std::vector<double> sorted = sortedSample(values);
    std::vector<double> medians;
    if (sorted.empty()) {
        return medians;
    }
    medians.reserve(draws);
    const std::size_t count = sorted.size();
    // Ranks instead of values: how often each was drawn, walked to the middle.
    std::vector<std::uint32_t> drawn(count);
    for (std::size_t draw = 0; draw < draws; ++draw) {
        std::fill(drawn.begin(), drawn.end(), 0U);
        for (std::size_t i = 0; i < count; ++i) {
            ++drawn[sequence.below(count)];
        }
        std::size_t rank = 0;
        std::size_t passed = drawn[0];
        while (passed <= (count - 1) / 2) {
            passed += drawn[++rank];
        }
        const double lower = sorted[rank];
        while (passed <= count / 2) {
            passed += drawn[++rank];
        }
        medians.push_back(lower + (sorted[rank] - lower) / 2);
    }
    return medians;
}

std::optional<Interval> bootstrapRatio(std::span<const double> before, std::span<const double> after,
                                       double confidence, std::size_t draws, std::uint64_t seed)
{
    DrawSequence sequence(seed);
    const std::vector<double> ofBefore = bootstrapMedians(before, draws, sequence);
    const std::vector<double> ofAfter = bootstrapMedians(after, draws, sequence);
    if (ofBefore.empty() || ofAfter.empty() ||
        std::any_of(ofBefore.begin(), ofBefore.end(), [](double value) { return !(value > 0); })) {
        return std::nullopt;
    }
    std::vector<double> ratios(draws);
    std::transform(ofAfter.begin(), ofAfter.end(), ofBefore.begin(), ratios.begin(),
                   [](double upper, double lower) { return upper / lower; });
    const double tail = (1 - confidence) / 2;
    const std::vector<double> sorted = sortedSample(ratios);
    return Interval{quantileOfSorted(sorted, tail), quantileOfSorted(sorted, 1 - tail)};
}

} // namespace perihelion
