// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/process_levels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace perihelion {

namespace {

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Σ (x − mean)² of consecutive groups of so many values.
double squaresWithin(std::span<const double> values, std::size_t group)
{
    double squares = 0;
    for (std::size_t begin = 0; begin < values.size(); begin += group) {
        const auto members = values.subspan(begin, group);
        const double mean = meanOf(members);
        for (const double value : members) {
            squares += (value - mean) * (value - mean);
        }
    }
    return squares;
}

double halfWidthOf(std::size_t count, double variance, double confidence)
{
    const boost::math::students_t distribution(static_cast<double>(count - 1));
    const double t = boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
    return t * std::sqrt(variance / static_cast<double>(count));
}

} // namespace

Result<LevelVariances> levelVariances(std::span<const double> values,
                                      std::span<const std::size_t> repetitions, double confidence)
{
    std::size_t expected = repetitions.empty() ? 0 : 1;
    for (const std::size_t count : repetitions) {
        if (count < 2 || count > values.size()) {
            expected = 0;
            break;
        }
        expected *= count;
    }
    if (expected == 0 || expected != values.size()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("The levels of a measurement need at least two repetitions each and one "
                                    "value for every combination"),
                     {}};
    }
    LevelVariances result;
    std::vector<double> means(values.begin(), values.end());
    for (std::size_t level = repetitions.size(); level-- > 0;) {
        const std::size_t count = repetitions[level];
        const std::size_t groups = means.size() / count;
        const double biased = squaresWithin(means, count) / static_cast<double>(groups * (count - 1));
        const double explained =
            result.biased.empty() ? 0 : result.biased.back() / static_cast<double>(repetitions[level + 1]);
        result.biased.push_back(biased);
        result.unbiased.push_back(biased - explained);
        std::vector<double> above;
        for (std::size_t begin = 0; begin < means.size(); begin += count) {
            above.push_back(meanOf(std::span(means).subspan(begin, count)));
        }
        means = std::move(above);
    }
    result.mean = means.front();
    result.halfWidth = halfWidthOf(repetitions.front(), result.biased.back(), confidence);
    return result;
}

std::vector<std::optional<double>> bestRepetitions(const LevelVariances& variances,
                                                   std::span<const double> costs)
{
    std::vector<std::optional<double>> repetitions;
    for (std::size_t i = 0; i + 1 < std::min(costs.size(), variances.unbiased.size()); ++i) {
        const double here = variances.unbiased[i];
        const double above = variances.unbiased[i + 1];
        if (here <= 0) {
            repetitions.emplace_back(1.0);
        } else if (above <= 0 || costs[i] <= 0) {
            repetitions.emplace_back(std::nullopt);
        } else {
            repetitions.emplace_back(std::sqrt(costs[i + 1] / costs[i] * here / above));
        }
    }
    return repetitions;
}

ProcessMean processMean(std::span<const std::vector<double>> processes, double confidence)
{
    std::vector<double> means;
    for (const std::vector<double>& iterations : processes) {
        if (!iterations.empty()) {
            means.push_back(meanOf(iterations));
        }
    }
    ProcessMean result{means.size(), std::numeric_limits<double>::quiet_NaN(),
                       std::numeric_limits<double>::infinity()};
    if (!means.empty()) {
        result.mean = meanOf(means);
    }
    if (means.size() > 1) {
        const double variance = squaresWithin(means, means.size()) / static_cast<double>(means.size() - 1);
        result.halfWidth = halfWidthOf(means.size(), variance, confidence);
    }
    return result;
}

std::optional<Interval> fiellerRatio(const ProcessMean& before, const ProcessMean& after)
{
    const double ownSquare = before.mean * before.mean - before.halfWidth * before.halfWidth;
    if (!(ownSquare > 0)) {
        return std::nullopt;
    }
    const double product = before.mean * after.mean;
    const double otherSquare = after.mean * after.mean - after.halfWidth * after.halfWidth;
    const double discriminant = product * product - ownSquare * otherSquare;
    if (!(discriminant >= 0) || !std::isfinite(discriminant)) {
        return std::nullopt;
    }
    const double root = std::sqrt(discriminant);
    return Interval{(product - root) / ownSquare, (product + root) / ownSquare};
}

} // namespace perihelion
