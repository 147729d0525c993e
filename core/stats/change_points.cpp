// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace perihelion {

namespace {

struct Moments {
    double mean = 0;
    double deviation = 0; ///< Of the population.
};

Moments momentsOf(std::span<const double> values)
{
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {mean, std::sqrt(squares / count)};
}

double magnitudeOf(const ChangePoint& point)
{
    const double forward = point.relativeChange();
    const double backward = point.meanAfter == 0 ? 0 : point.meanBefore / point.meanAfter - 1;
    return std::max(std::abs(forward), std::abs(backward));
}

/// The stretches left and right of a point, from values[begin] to values[end − 1].
void judgeStretches(ChangePoint& point, std::span<const double> values, std::size_t begin, std::size_t end)
{
    const auto left = values.subspan(begin, point.index - begin);
    const auto right = values.subspan(point.index, end - point.index);
    const Moments before = momentsOf(left);
    const Moments after = momentsOf(right);
    point.p = pooledTTest(left, right);
    point.meanBefore = before.mean;
    point.deviationBefore = before.deviation;
    point.meanAfter = after.mean;
    point.deviationAfter = after.deviation;
}

void judgeAt(std::vector<ChangePoint>& points, std::size_t at, std::span<const double> values)
{
    const std::size_t begin = at > 0 ? points[at - 1].index : 0;
    const std::size_t end = at + 1 < points.size() ? points[at + 1].index : values.size();
    judgeStretches(points[at], values, begin, end);
}

/// Splits one window until the best split of all stretches is not significant.
std::vector<ChangePoint> splitWindow(std::span<const double> values, double maxP)
{
    struct Stretch {
        std::size_t begin;
        std::size_t end;
        std::optional<EnergySplit> split; ///< Its index is that in the window.
    };
    const auto stretch = [&values](std::size_t begin, std::size_t end) {
        Stretch made{begin, end, strongestSplit(values.subspan(begin, end - begin))};
        if (made.split) {
            made.split->index += begin;
        }
        return made;
    };
    std::vector<Stretch> stretches{stretch(0, values.size())};
    std::vector<ChangePoint> points;
    for (;;) {
        std::size_t best = stretches.size();
        for (std::size_t i = 0; i < stretches.size(); ++i) {
            if (stretches[i].split &&
                (best == stretches.size() || stretches[i].split->energy > stretches[best].split->energy)) {
                best = i;
            }
        }
        if (best == stretches.size()) {
            break;
        }
        const Stretch chosen = stretches[best];
        ChangePoint point;
        point.index = chosen.split->index;
        point.energy = chosen.split->energy;
        judgeStretches(point, values, chosen.begin, chosen.end);
        if (point.p > maxP) {
            break;
        }
        points.push_back(point);
        stretches[best] = stretch(chosen.begin, point.index);
        stretches.insert(stretches.begin() + static_cast<std::ptrdiff_t>(best) + 1,
                         stretch(point.index, chosen.end));
    }
    std::sort(points.begin(), points.end(),
              [](const ChangePoint& a, const ChangePoint& b) { return a.index < b.index; });
    return points;
}

/// Splits in windows that move on by half, or to the last point found.
std::vector<ChangePoint> weakPoints(std::span<const double> values, const ChangePointRule& rule)
{
    const double firstPassP = rule.maxP < 0.05 ? rule.maxP * 10 : rule.maxP < 0.5 ? rule.maxP * 2 : rule.maxP;
    const std::size_t window = std::max<std::size_t>(rule.window, 2);
    std::vector<ChangePoint> points;
    std::size_t start = 0;
    while (start < values.size()) {
        const std::size_t size = std::min(window, values.size() - start);
        std::vector<ChangePoint> found = splitWindow(values.subspan(start, size), firstPassP);
        std::size_t last = 0;
        for (ChangePoint& point : found) {
            point.index += start;
            last = point.index;
            const bool known = std::any_of(points.begin(), points.end(), [&point](const ChangePoint& other) {
                return other.index == point.index;
            });
            if (!known) {
                points.push_back(point);
            }
        }
        start = std::max(last, start + window / 2);
    }
    std::sort(points.begin(), points.end(),
              [](const ChangePoint& a, const ChangePoint& b) { return a.index < b.index; });
    for (std::size_t i = 0; i < points.size(); ++i) {
        judgeAt(points, i, values);
    }
    return points;
}

} // namespace

double ChangePoint::relativeChange() const
{
    return meanBefore == 0 ? 0 : meanAfter / meanBefore - 1;
}

double pooledTTest(std::span<const double> left, std::span<const double> right)
{
    if (left.empty() || right.empty() || left.size() + right.size() < 3) {
        return 1;
    }
    const Moments a = momentsOf(left);
    const Moments b = momentsOf(right);
    const auto n = static_cast<double>(left.size());
    const auto m = static_cast<double>(right.size());
    const double freedom = n + m - 2;
    const double pooled =
        ((n - 1) * a.deviation * a.deviation + (m - 1) * b.deviation * b.deviation) / freedom;
    const double difference = std::abs(a.mean - b.mean);
    if (difference == 0) {
        return 1;
    }
    const double error = std::sqrt(pooled * (1 / n + 1 / m));
    const double t = difference / error;
    if (!std::isfinite(t)) {
        return 0;
    }
    return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(freedom), t));
}

std::optional<EnergySplit> strongestSplit(std::span<const double> values)
{
    const std::size_t count = values.size();
    if (count < 2) {
        return std::nullopt;
    }
    // Sums of |a − b| over pairs: firstWithin[t] among the first t values; within[k], for the split at hand,
    // among [split, k).
    std::vector<double> firstWithin(count + 1, 0.0);
    for (std::size_t k = 1; k < count; ++k) {
        double row = 0;
        for (std::size_t i = 0; i < k; ++i) {
            row += std::abs(values[i] - values[k]);
        }
        firstWithin[k + 1] = firstWithin[k] + row;
    }
    std::vector<double> within(count + 1, 0.0);
    EnergySplit best{0, -std::numeric_limits<double>::infinity()};
    for (std::size_t split = count - 1; split > 0; --split) {
        double row = 0;
        const auto n = static_cast<double>(split);
        const double meanLeft = split > 1 ? firstWithin[split] / (n - 1) : 0;
        for (std::size_t end = split + 1; end <= count; ++end) {
            row += std::abs(values[split] - values[end - 1]);
            within[end] += row;
            const auto m = static_cast<double>(end - split);
            const double across = firstWithin[end] - firstWithin[split] - within[end];
            const double meanRight = end - split > 1 ? within[end] / (m - 1) : 0;
            const double energy = 2 / (n + m) * (across - m * meanLeft - n * meanRight);
            // The first of equal ones in the order of the splits, which are walked from the last.
            if (energy > best.energy || (energy == best.energy && split < best.index)) {
                best = {split, energy};
            }
        }
    }
    return best;
}

std::vector<ChangePoint> findChangePoints(std::span<const double> values, const ChangePointRule& rule)
{
    std::vector<ChangePoint> points = weakPoints(values, rule);
    while (!points.empty()) {
        auto weakest = std::max_element(points.begin(), points.end(),
                                        [](const ChangePoint& a, const ChangePoint& b) { return a.p < b.p; });
        if (weakest->p < rule.maxP) {
            weakest = std::min_element(
                points.begin(), points.end(),
                [](const ChangePoint& a, const ChangePoint& b) { return magnitudeOf(a) < magnitudeOf(b); });
            if (magnitudeOf(*weakest) > rule.minMagnitude) {
                break;
            }
        }
        const auto at = static_cast<std::size_t>(weakest - points.begin());
        points.erase(weakest);
        const std::size_t first = rule.mergeAsOtava || at == 0 ? at : at - 1;
        for (std::size_t i = first; i < std::min(first + 2, points.size()); ++i) {
            judgeAt(points, i, values);
        }
    }
    return points;
}

} // namespace perihelion
