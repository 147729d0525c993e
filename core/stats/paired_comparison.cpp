// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/paired_comparison.h"

#include "core/stats/resampling.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/binomial.hpp>

namespace perihelion {

std::vector<PairSide> interleavedOrder(std::size_t rounds, std::uint64_t seed)
{
    DrawSequence sequence(seed);
    std::vector<PairSide> order;
    order.reserve(2 * rounds);
    for (std::size_t round = 0; round < rounds; round += 2) {
        const bool startsWithA = sequence.below(2) == 0;
        const PairSide outer = startsWithA ? PairSide::A : PairSide::B;
        const PairSide inner = startsWithA ? PairSide::B : PairSide::A;
        order.insert(order.end(), {outer, inner});
        if (round + 1 < rounds) {
            order.insert(order.end(), {inner, outer});
        }
    }
    return order;
}

PairedComparison comparePaired(std::span<const double> a, std::span<const double> b, double confidence,
                               std::size_t alternatives)
{
    PairedComparison result;
    std::vector<double> differences;
    std::size_t above = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (!(a[i] > 0 && b[i] > 0) || std::isinf(a[i]) || std::isinf(b[i])) {
            ++result.dropped;
            continue;
        }
        const double difference = std::log(b[i]) - std::log(a[i]);
        differences.push_back(difference);
        result.ties += difference == 0 ? 1 : 0;
        above += difference > 0 ? 1 : 0;
    }
    result.rounds = differences.size();
    const double level = 1 - (1 - confidence) / static_cast<double>(std::max<std::size_t>(alternatives, 1));
    if (!differences.empty()) {
        result.ratio = std::exp(median(differences));
    }
    if (const auto interval = medianInterval(differences, level)) {
        result.interval = Interval{std::exp(interval->low), std::exp(interval->high)};
    } else {
        while (level < 1 && !medianRanks(result.rounds + result.moreRounds, level)) {
            ++result.moreRounds;
        }
    }
    const std::size_t untied = result.rounds - result.ties;
    if (untied > 0) {
        const boost::math::binomial_distribution<> fair(static_cast<double>(untied), 0.5);
        const auto fewer = static_cast<double>(std::min(above, untied - above));
        result.p = std::min(1.0, 2 * boost::math::cdf(fair, fewer));
    }
    return result;
}

} // namespace perihelion
