// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two independent samples compared by rank: Mann–Whitney's U, exact also where values are tied, and the
// shift between the samples after Hodges and Lehmann. No assumption on how the values are distributed.

#include "core/stats/order_statistics.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

struct RankTest {
    double u = 0;        ///< Pairs with first > second, ties counted as halves.
    double p = 1;        ///< Two-sided: twice the smaller tail, at most 1.
    double pLess = 1;    ///< One-sided, for "first tends to be less".
    double pGreater = 1; ///< One-sided, for "first tends to be greater".
    bool exact = false;  ///< From the permutation distribution of the midranks, else the normal one.
};

/// Together at most so many values are judged exactly; above, the normal distribution is near enough.
inline constexpr std::size_t kExactRankTestValues = 60;

/// Mann–Whitney test, with the permutation distribution of the midranks up to kExactRankTestValues values and
/// mannWhitneyNormal() above. Values that are not numbers are left out; p is 1 when a side is empty.
RankTest mannWhitney(std::span<const double> first, std::span<const double> second);
/// The normal approximation, its variance corrected for ties; with or without the continuity correction.
RankTest mannWhitneyNormal(std::span<const double> first, std::span<const double> second,
                           bool continuity = true);

/// Probabilities of U = 0 … m n for samples of m and n different values.
std::vector<double> uDistribution(std::size_t m, std::size_t n);
/// Least two-sided p that m and n values can give at all: 2 / C(m + n, m).
double smallestPossibleP(std::size_t m, std::size_t n);

/// How often a value of second is above one of first, ties counted as halves: 0 all below, ½ alike, 1 all
/// above. NaN when a side is empty.
double exceedanceShare(std::span<const double> first, std::span<const double> second);

/// The typical difference (or quotient) between two samples.
struct PairShift {
    double estimate = 0;              ///< Median over all pairs.
    std::optional<Interval> interval; ///< By inverting the rank test; nothing when there are too few values.
};
/// Median of all second − first, with the interval between the k-th least and greatest difference, k the
/// largest with P(U < k) ≤ (1 − confidence) / 2. Of more than four million pairs a regular subset is taken.
PairShift shiftBetween(std::span<const double> first, std::span<const double> second,
                       double confidence = 0.95);
/// As shiftBetween, for all second ÷ first; every value must be above zero.
PairShift ratioBetween(std::span<const double> first, std::span<const double> second,
                       double confidence = 0.95);

} // namespace perihelion
