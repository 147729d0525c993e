// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <boost/math/distributions/binomial.hpp>

namespace perihelion {

namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

} // namespace

std::vector<double> sortedSample(std::span<const double> values)
{
    std::vector<double> sorted;
    sorted.reserve(values.size());
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
                 [](double value) { return !std::isnan(value); });
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

double quantileOfSorted(std::span<const double> sorted, double q)
{
    if (sorted.empty()) {
        return kNotANumber;
    }
    const double h = static_cast<double>(sorted.size() - 1) * std::clamp(q, 0.0, 1.0);
    const auto below = static_cast<std::size_t>(h);
    const double fraction = h - static_cast<double>(below);
    // Equal neighbours first: a difference of infinite ones would not be a number.
    if (fraction == 0 || sorted[below] == sorted[below + 1]) {
        return sorted[below];
    }
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

double quantile(std::span<const double> values, double q)
{
    return quantileOfSorted(sortedSample(values), q);
}

double median(std::span<const double> values)
{
    return quantile(values, 0.5);
}

FiveNumbers fiveNumbers(std::span<const double> values)
{
    const std::vector<double> sorted = sortedSample(values);
    return {sorted.size(),
            quantileOfSorted(sorted, 0),
            quantileOfSorted(sorted, 0.05),
            quantileOfSorted(sorted, 0.25),
            quantileOfSorted(sorted, 0.5),
            quantileOfSorted(sorted, 0.75),
            quantileOfSorted(sorted, 0.95),
            quantileOfSorted(sorted, 1)};
}

double medianAbsoluteDeviation(std::span<const double> values)
{
    const double middle = median(values);
    std::vector<double> distances;
    distances.reserve(values.size());
    for (const double value : values) {
        distances.push_back(std::abs(value - middle));
    }
    return median(distances);
}

std::vector<double> outlierScores(std::span<const double> values)
{
    const double middle = median(values);
    double spread = medianAbsoluteDeviation(values);
    if (spread == 0) {
        spread = std::numeric_limits<double>::epsilon();
    }
    std::vector<double> scores;
    scores.reserve(values.size());
    for (const double value : values) {
        scores.push_back(std::abs(value - middle) / spread);
    }
    return scores;
}

std::vector<bool> labelOutliers(std::span<const double> values)
{
    const std::vector<double> sorted = sortedSample(values);
    const double middle = quantileOfSorted(sorted, 0.5);
    const double byDeviation = 5 * kDeviationPerMad * medianAbsoluteDeviation(values);
    const double byBox = 3 * (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25));
    const double limit = std::max(byDeviation, byBox);
    std::vector<bool> labels;
    labels.reserve(values.size());
    for (const double value : values) {
        labels.push_back(std::abs(value - middle) > limit);
    }
    return labels;
}

std::optional<MedianRanks> medianRanks(std::size_t count, double confidence)
{
    if (count == 0) {
        return std::nullopt;
    }
    const boost::math::binomial_distribution<> half(static_cast<double>(count), 0.5);
    const double tail = (1 - confidence) / 2;
    // k from 1 on: the interval runs from the k-th smallest to the k-th largest value.
    std::optional<MedianRanks> ranks;
    for (std::size_t k = 1; 2 * k <= count; ++k) {
        const double outside = boost::math::cdf(half, static_cast<double>(k - 1));
        if (outside > tail) {
            break;
        }
        ranks = MedianRanks{k - 1, count - k, 1 - 2 * outside};
    }
    return ranks;
}

std::optional<Interval> medianInterval(std::span<const double> values, double confidence)
{
    const std::vector<double> sorted = sortedSample(values);
    const auto ranks = medianRanks(sorted.size(), confidence);
    if (!ranks) {
        return std::nullopt;
    }
    return Interval{sorted[ranks->low], sorted[ranks->high]};
}

std::optional<Interval> quantileInterval(std::span<const double> values, double q, double confidence)
{
    const std::vector<double> sorted = sortedSample(values);
    if (sorted.empty()) {
        return std::nullopt;
    }
    const boost::math::binomial_distribution<> counts(static_cast<double>(sorted.size()), q);
    const double tail = (1 - confidence) / 2;
    Interval interval{-kInfinity, kInfinity};
    for (std::size_t k = 0; k < sorted.size(); ++k) {
        const double below = boost::math::cdf(counts, static_cast<double>(k));
        if (below <= tail) {
            interval.low = sorted[k];
        }
        if (below >= 1 - tail) {
            interval.high = sorted[k];
            break;
        }
    }
    return interval;
}

} // namespace perihelion
