// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/change_points.h"
#include "core/stats/order_statistics.h"
#include "core/stats/rank_test.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

namespace perihelion {

namespace {

std::vector<double> residualsOf(std::span<const double> side)
{
    const double middle = median(side);
    std::vector<double> residuals;
    residuals.reserve(side.size());
    for (const double value : side) {
        residuals.push_back(value - middle);
    }
    return residuals;
}

/// Correlation of neighbours over both sides together, from 0 to 0.9: negative correlation earns no credit.
double neighbourCorrelation(std::span<const double> before, std::span<const double> after)
{
    double products = 0;
    double squares = 0;
    for (const auto side : {before, after}) {
        for (std::size_t i = 0; i < side.size(); ++i) {
            squares += side[i] * side[i];
            products += i > 0 ? side[i] * side[i - 1] : 0;
        }
    }
    return squares > 0 ? std::clamp(products / squares, 0.0, 0.9) : 0;
}

/// The t-test with the number of values that would be independent under first-order autocorrelation ρ:
/// n (1 − ρ) / (1 + ρ).
double testWithCorrelation(std::span<const double> before, std::span<const double> after, double difference)
{
    const double rho = neighbourCorrelation(before, after);
    const double share = (1 - rho) / (1 + rho);
    double squares = 0;
    for (const auto side : {before, after}) {
        for (const double residual : side) {
            squares += residual * residual;
        }
    }
    const auto n = static_cast<double>(before.size());
    const auto m = static_cast<double>(after.size());
    const double variance = squares / std::max(1.0, n + m - 2);
    const double error = std::sqrt(variance * (1 / (n * share) + 1 / (m * share)));
    const double freedom = std::max(1.0, (n + m) * share - 2);
    if (!(error > 0)) {
        return difference == 0 ? 1 : 0;
    }
    return 2 * boost::math::cdf(
                   boost::math::complement(boost::math::students_t(freedom), std::abs(difference) / error));
}

/// The distance between the nearest values of two sides in ranges of the wider one.
double gapBetween(std::span<const double> before, std::span<const double> after)
{
    const auto [lowBefore, highBefore] = std::minmax_element(before.begin(), before.end());
    const auto [lowAfter, highAfter] = std::minmax_element(after.begin(), after.end());
    const double distance = std::max(*lowAfter - *highBefore, *lowBefore - *highAfter);
    const double range = std::max(*highBefore - *lowBefore, *highAfter - *lowAfter);
    if (range > 0) {
        return distance / range;
    }
    return distance > 0 ? std::numeric_limits<double>::infinity() : 0;
}

ChangeCandidate candidateAt(std::span<const double> values, const std::vector<ChangePoint>& points,
                            std::size_t at, const GateRule& rule)
{
    ChangeCandidate candidate;
    candidate.point = points[at];
    const std::size_t index = points[at].index;
    const std::size_t begin = at > 0 ? points[at - 1].index : 0;
    const std::size_t end = at + 1 < points.size() ? points[at + 1].index : values.size();
    candidate.valuesBefore = std::min(index - begin, rule.reach);
    candidate.valuesAfter = std::min(end - index, rule.reach);
    const auto before = values.subspan(index - candidate.valuesBefore, candidate.valuesBefore);
    const auto after = values.subspan(index, candidate.valuesAfter);
    candidate.medianBefore = median(before);
    candidate.medianAfter = median(after);
    const double difference = candidate.medianAfter - candidate.medianBefore;
    candidate.change = candidate.medianBefore > 0 ? difference / candidate.medianBefore : 0;
    const std::vector<double> left = residualsOf(before);
    const std::vector<double> right = residualsOf(after);
    std::vector<double> sizes;
    for (const auto& side : {left, right}) {
        std::transform(side.begin(), side.end(), std::back_inserter(sizes),
                       [](double x) { return std::abs(x); });
    }
    const double noise = median(sizes);
    candidate.noiseRatio = noise > 0 ? std::abs(difference) / noise : std::numeric_limits<double>::infinity();
    const double above = exceedanceShare(before, after);
    candidate.agreement = difference >= 0 ? above : 1 - above;
    candidate.correlatedP = testWithCorrelation(left, right, difference);
    candidate.gap = gapBetween(before, after);
    if (std::min(candidate.valuesBefore, candidate.valuesAfter) < rule.shortestSide) {
        candidate.stoppedBy = ChangeGate::ShortSide;
    } else if (std::abs(candidate.change) < rule.minChange) {
        candidate.stoppedBy = ChangeGate::SmallChange;
    } else if (candidate.noiseRatio < rule.minNoiseRatio) {
        candidate.stoppedBy = ChangeGate::WithinNoise;
    } else if (candidate.agreement < rule.minAgreement) {
        candidate.stoppedBy = ChangeGate::LittleAgreement;
    } else if (candidate.correlatedP > rule.maxCorrelatedP && candidate.gap < rule.evidentGap) {
        candidate.stoppedBy = ChangeGate::Correlated;
    }
    return candidate;
}

} // namespace

GatedChanges applyGates(std::span<const double> values, std::span<const ChangePoint> points,
                        const GateRule& rule)
{
    std::vector<ChangePoint> kept(points.begin(), points.end());
    GatedChanges result;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        result.passed.push_back(candidateAt(values, kept, i, rule));
    }
    for (;;) {
        std::size_t weakest = kept.size();
        for (std::size_t i = 0; i < kept.size(); ++i) {
            const auto& candidate = result.passed[i];
            if (candidate.stoppedBy &&
                (weakest == kept.size() ||
                 std::abs(candidate.change) < std::abs(result.passed[weakest].change))) {
                weakest = i;
            }
        }
        if (weakest == kept.size()) {
            break;
        }
        const auto offset = static_cast<std::ptrdiff_t>(weakest);
        result.suppressed.push_back(result.passed[weakest]);
        kept.erase(kept.begin() + offset);
        result.passed.erase(result.passed.begin() + offset);
        if (weakest > 0) {
            result.passed[weakest - 1] = candidateAt(values, kept, weakest - 1, rule);
        }
        if (weakest < kept.size()) {
            result.passed[weakest] = candidateAt(values, kept, weakest, rule);
        }
    }
    std::sort(
        result.suppressed.begin(), result.suppressed.end(),
        [](const ChangeCandidate& a, const ChangeCandidate& b) { return a.point.index < b.point.index; });
    return result;
}

} // namespace perihelion
