// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/rank_test.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <boost/math/distributions/normal.hpp>

namespace perihelion {

namespace {

constexpr std::size_t kMostPairs = 4'000'000;
constexpr std::size_t kFewestKept = 2'000;
constexpr std::size_t kMostExactPairs = 2'500; ///< Up to here P(U < k) is counted, not approximated.

struct PooledRanks {
    std::vector<std::size_t> doubledMidranks; ///< Of the pooled values in rising order, from 2.
    std::size_t doubledSumOfFirst = 0;
    double tieTerm = 0; ///< Σ (t³ − t) over groups of equal values.
    std::size_t m = 0;
    std::size_t n = 0;

    double u() const
    {
        const double ranks = static_cast<double>(doubledSumOfFirst) / 2;
        return ranks - static_cast<double>(m) * static_cast<double>(m + 1) / 2;
    }
};

PooledRanks pool(std::span<const double> first, std::span<const double> second)
{
    struct Member {
        double value;
        bool ofFirst;
    };
    std::vector<Member> members;
    PooledRanks ranks;
    for (const double value : first) {
        if (!std::isnan(value)) {
            members.push_back({value, true});
            ++ranks.m;
        }
    }
    for (const double value : second) {
        if (!std::isnan(value)) {
            members.push_back({value, false});
            ++ranks.n;
        }
    }
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return a.value < b.value; });
    for (std::size_t begin = 0, end = 0; begin < members.size(); begin = end) {
        end = begin + 1;
        while (end < members.size() && members[end].value == members[begin].value) {
            ++end;
        }
        const std::size_t doubled = begin + 1 + end; // twice the mean of the ranks begin + 1 … end
        for (std::size_t i = begin; i < end; ++i) {
            ranks.doubledMidranks.push_back(doubled);
            ranks.doubledSumOfFirst += members[i].ofFirst ? doubled : 0;
        }
        const auto size = static_cast<double>(end - begin);
        ranks.tieTerm += size * size * size - size;
    }
    return ranks;
}

RankTest withTails(const PooledRanks& ranks, double less, double greater, bool exact)
{
    RankTest test;
    test.u = ranks.u();
    test.pLess = std::min(1.0, less);
    test.pGreater = std::min(1.0, greater);
    test.p = std::min(1.0, 2 * std::min(less, greater));
    test.exact = exact;
    return test;
}

/// Every choice of m of the pooled midranks is equally likely: counts the choices by their sum.
RankTest exactTest(const PooledRanks& ranks)
{
    std::size_t sum = 0;
    for (const std::size_t rank : ranks.doubledMidranks) {
        sum += rank;
    }
    // waysOf[k][s]: choices of k ranks with the doubled sum s.
    std::vector<std::vector<double>> waysOf(ranks.m + 1, std::vector<double>(sum + 1, 0.0));
    waysOf[0][0] = 1;
    std::size_t seen = 0;
    std::size_t reached = 0;
    for (const std::size_t rank : ranks.doubledMidranks) {
        ++seen;
        reached += rank;
        for (std::size_t k = std::min(seen, ranks.m); k > 0; --k) {
            for (std::size_t s = rank; s <= reached; ++s) {
                waysOf[k][s] += waysOf[k - 1][s - rank];
            }
        }
    }
    double all = 0;
    double atMost = 0;
    double atLeast = 0;
    for (std::size_t s = 0; s <= sum; ++s) {
        const double ways = waysOf[ranks.m][s];
        all += ways;
        atMost += s <= ranks.doubledSumOfFirst ? ways : 0;
        atLeast += s >= ranks.doubledSumOfFirst ? ways : 0;
    }
    return withTails(ranks, atMost / all, atLeast / all, true);
}

RankTest normalTest(const PooledRanks& ranks, bool continuity)
{
    const auto m = static_cast<double>(ranks.m);
    const auto n = static_cast<double>(ranks.n);
    const double both = m + n;
    const double variance = m * n / 12 * (both + 1 - ranks.tieTerm / (both * (both - 1)));
    if (!(variance > 0)) {
        return withTails(ranks, 1, 1, false);
    }
    const boost::math::normal standard;
    const double sd = std::sqrt(variance);
    const double distance = ranks.u() - m * n / 2;
    const double correction = continuity ? 0.5 : 0;
    return withTails(ranks, boost::math::cdf(standard, (distance + correction) / sd),
                     boost::math::cdf(boost::math::complement(standard, (distance - correction) / sd)),
                     false);
}

/// The largest k with P(U < k) ≤ tail; 0 when there is none.
std::size_t criticalCount(std::size_t m, std::size_t n, double tail)
{
    if (m * n > kMostExactPairs) {
        const auto product = static_cast<double>(m) * static_cast<double>(n);
        const double sd = std::sqrt(product * static_cast<double>(m + n + 1) / 12);
        const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), tail));
        return static_cast<std::size_t>(std::max(0.0, std::floor(product / 2 - z * sd)));
    }
    double below = 0;
    std::size_t k = 0;
    for (const double probability : uDistribution(m, n)) {
        below += probability;
        if (below > tail) {
            break;
        }
        ++k;
    }
    return k;
}

/// At most limit of the sorted values, evenly spread over their ranks.
std::vector<double> thinned(const std::vector<double>& sorted, std::size_t limit)
{
    if (sorted.size() <= limit) {
        return sorted;
    }
    std::vector<double> kept(limit);
    for (std::size_t i = 0; i < limit; ++i) {
        kept[i] = quantileOfSorted(sorted, static_cast<double>(i) / static_cast<double>(limit - 1));
    }
    return kept;
}

template <typename Between>
PairShift overPairs(std::span<const double> first, std::span<const double> second, double confidence,
                    Between between)
{
    std::vector<double> a = sortedSample(first);
    std::vector<double> b = sortedSample(second);
    PairShift shift;
    if (a.empty() || b.empty()) {
        shift.estimate = std::numeric_limits<double>::quiet_NaN();
        return shift;
    }
    const std::size_t k = criticalCount(a.size(), b.size(), (1 - confidence) / 2);
    const double share =
        static_cast<double>(k) / (static_cast<double>(a.size()) * static_cast<double>(b.size()));
    if (a.size() * b.size() > kMostPairs) {
        a = thinned(a, std::max(kFewestKept, kMostPairs / b.size()));
        b = thinned(b, kMostPairs / a.size());
    }
    std::vector<double> pairs;
    pairs.reserve(a.size() * b.size());
    for (const double x : a) {
        for (const double y : b) {
            pairs.push_back(between(x, y));
        }
    }
    std::sort(pairs.begin(), pairs.end());
    shift.estimate = quantileOfSorted(pairs, 0.5);
    if (k > 0) {
        const auto rank = static_cast<std::size_t>(std::round(share * static_cast<double>(pairs.size())));
        const std::size_t at = std::clamp<std::size_t>(rank, 1, pairs.size()) - 1;
        shift.interval = Interval{pairs[at], pairs[pairs.size() - 1 - at]};
    }
    return shift;
}

} // namespace

RankTest mannWhitney(std::span<const double> first, std::span<const double> second)
{
    const PooledRanks ranks = pool(first, second);
    if (ranks.m == 0 || ranks.n == 0) {
        return {};
    }
    return ranks.m + ranks.n <= kExactRankTestValues ? exactTest(ranks) : normalTest(ranks, true);
}

RankTest mannWhitneyNormal(std::span<const double> first, std::span<const double> second, bool continuity)
{
    const PooledRanks ranks = pool(first, second);
    return ranks.m == 0 || ranks.n == 0 ? RankTest{} : normalTest(ranks, continuity);
}

std::vector<double> uDistribution(std::size_t m, std::size_t n)
{
    // Mann and Whitney's recurrence r(m, n, u) = r(m, n − 1, u) + r(m − 1, n, u − n), in place: counts[i]
    // holds r(i, j, ·) for the j reached.
    std::vector<std::vector<double>> counts(m + 1);
    for (std::size_t i = 0; i <= m; ++i) {
        counts[i].assign(i * n + 1, 0.0);
        counts[i][0] = 1;
    }
    for (std::size_t j = 1; j <= n; ++j) {
        for (std::size_t i = 1; i <= m; ++i) {
            for (std::size_t u = j; u < counts[i].size() && u - j < counts[i - 1].size(); ++u) {
                counts[i][u] += counts[i - 1][u - j];
            }
        }
    }
    std::vector<double> probabilities = std::move(counts[m]);
    const double all = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
    for (double& probability : probabilities) {
        probability /= all;
    }
    return probabilities;
}

double smallestPossibleP(std::size_t m, std::size_t n)
{
    double all = 1;
    for (std::size_t i = 1; i <= m; ++i) {
        all *= static_cast<double>(n + i) / static_cast<double>(i);
    }
    return std::min(1.0, 2 / all);
}

double exceedanceShare(std::span<const double> first, std::span<const double> second)
{
    const PooledRanks ranks = pool(first, second);
    if (ranks.m == 0 || ranks.n == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return 1 - ranks.u() / (static_cast<double>(ranks.m) * static_cast<double>(ranks.n));
}

PairShift shiftBetween(std::span<const double> first, std::span<const double> second, double confidence)
{
    return overPairs(first, second, confidence, [](double x, double y) { return y - x; });
}

PairShift ratioBetween(std::span<const double> first, std::span<const double> second, double confidence)
{
    return overPairs(first, second, confidence, [](double x, double y) { return y / x; });
}

} // namespace perihelion
