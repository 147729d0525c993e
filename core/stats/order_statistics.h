// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a sample says by the order of its values: quantiles, five numbers, median with a distribution-free
// interval, spread and outliers. Plain functions over values; any unit, and the answers have the same one.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

/// A closed interval; either end may be infinite.
struct Interval {
    double low = 0;
    double high = 0;

    bool contains(double value) const { return low <= value && value <= high; }
};

/// The values in rising order. Values that are not numbers (NaN) are left out: they have no order.
std::vector<double> sortedSample(std::span<const double> values);

/// Quantile q (0 … 1) of values in rising order, between neighbours by straight line: h = (n − 1) q,
/// x[⌊h⌋] + (h − ⌊h⌋)(x[⌊h⌋ + 1] − x[⌊h⌋]) (Hyndman and Fan, type 7). NaN when there is no value.
double quantileOfSorted(std::span<const double> sorted, double q);
/// As quantileOfSorted, for values in any order.
double quantile(std::span<const double> values, double q);
double median(std::span<const double> values);

/// The five numbers of a box, and the tails that a chart shows.
struct FiveNumbers {
    std::size_t count = 0; ///< 0: no number below means anything, all are NaN.
    double minimum = 0;
    double p5 = 0;
    double p25 = 0;
    double median = 0;
    double p75 = 0;
    double p95 = 0;
    double maximum = 0;
};
FiveNumbers fiveNumbers(std::span<const double> values);

/// Median of |x − median|; 1.4826 times it estimates a standard deviation. NaN when there is no value.
double medianAbsoluteDeviation(std::span<const double> values);
inline constexpr double kDeviationPerMad = 1.4826;

/// How far a value lies from the rest: |x − median| in median absolute deviations, one score for each value.
/// Where more than half of the values are equal, the least positive difference stands in for the zero spread,
/// so that equal values score 0 and others very much.
std::vector<double> outlierScores(std::span<const double> values);

/// True for a value that lies more than five estimated standard deviations (5 × 1.4826 MAD) from the median
/// and more than three interquartile ranges from it. A label to draw by: no statistic here drops a value.
std::vector<bool> labelOutliers(std::span<const double> values);

/// Ranks (from 0) of the values that bound an interval of the median.
struct MedianRanks {
    std::size_t low = 0;
    std::size_t high = 0;
    double coverage = 0; ///< Exact probability that the interval holds the median of the population.
};
/// The narrowest symmetric pair of ranks with at least this confidence (0 … 1), after the sign test: the
/// largest k with P(Bin(n, ½) < k) ≤ (1 − confidence) / 2. Nothing when n is too small, at 95 % below 6.
std::optional<MedianRanks> medianRanks(std::size_t count, double confidence = 0.95);
/// The interval of the median at these ranks; nothing when there are too few values.
std::optional<Interval> medianInterval(std::span<const double> values, double confidence = 0.95);

/// Interval of quantile q by order statistics as asv gives it: from the last value with P(Bin(n, q) ≤ k) ≤
/// α/2 to the first with ≥ 1 − α/2; an end without such a value is infinite. Nothing when there is no value.
std::optional<Interval> quantileInterval(std::span<const double> values, double q, double confidence);

} // namespace perihelion
