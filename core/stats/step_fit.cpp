// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/step_fit.h"

#include "core/stats/order_statistics.h"
#include "core/stats/range_medians.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace perihelion {

namespace {

constexpr std::size_t kLongestPiece = 20; ///< Of the first pass; longer ones come from merging.
constexpr double kUnknown = -1;

/// Minimum of f between a and b by golden section, both ends of which are tried first. xTolerance: width at
/// which to stop; fTolerance: relative difference of neighbours at which to stop.
double goldenSection(const std::function<double(double)>& f, double a, double b, double xTolerance,
                     double fTolerance)
{
    const double ratio = 2 / (1 + std::sqrt(5.0));
    double left = (ratio * a - (1 - ratio) * b) / (2 * ratio - 1);
    double right = (ratio * b - (1 - ratio) * a) / (2 * ratio - 1);
    double x1 = ratio * left + (1 - ratio) * right;
    double x2 = (1 - ratio) * left + ratio * right;
    double f1 = f(x1);
    double f2 = f(x2);
    const double scale = std::max(std::abs(f1), std::abs(f2));
    while (std::abs(left - right) >= xTolerance && !(std::abs(f1 - f2) < fTolerance * scale)) {
        if (f2 < f1) {
            left = x1;
            x1 = x2;
            x2 = ratio * x1 + (1 - ratio) * right;
            f1 = f2;
            f2 = f(x2);
        } else {
            right = x2;
            x2 = x1;
            x1 = ratio * x2 + (1 - ratio) * left;
            f2 = f1;
            f1 = f(x1);
        }
    }
    return f2 < f1 ? x2 : x1;
}

class StepSolver {
public:
    StepSolver(std::span<const double> values, std::span<const double> weights)
        : m_values(values),
          m_weights(weights),
          m_ranges(values, weights),
          m_shortDistances(values.size() * kLongestPiece, kUnknown)
    {
    }

    /// Ends of the pieces of the best partition with pieces of at most longest values.
    std::vector<std::size_t> partition(double penalty, std::size_t longest) const;
    /// The partition merged and its borders moved where that costs less.
    std::vector<std::size_t> approximate(double penalty) const;
    /// The partition for the penalty that the information criterion prefers.
    std::vector<std::size_t> best() const;

    RangeMedians::Fit fit(std::size_t begin, std::size_t end) const { return m_ranges.fit(begin, end); }

private:
    /// Distances of short pieces are asked for again with every penalty and kept.
    double distance(std::size_t begin, std::size_t end) const
    {
        if (end - begin > kLongestPiece) {
            return m_ranges.fit(begin, end).distance;
        }
        double& kept = m_shortDistances[begin * kLongestPiece + (end - begin - 1)];
        if (kept < 0) {
            kept = m_ranges.fit(begin, end).distance;
        }
        return kept;
    }
    void merge(double penalty, std::vector<std::size_t>& ends) const;
    void moveBorders(std::vector<std::size_t>& ends) const;
    double criterion(const std::vector<std::size_t>& ends) const;
    /// Σ w |E − ρ E before| of the residuals E.
    double correlatedDistance(std::span<const double> residuals, double rho) const;

    std::span<const double> m_values;
    std::span<const double> m_weights;
    RangeMedians m_ranges;
    mutable std::vector<double> m_shortDistances; ///< By begin and length; below zero: not asked for.
};

std::vector<std::size_t> StepSolver::partition(double penalty, std::size_t longest) const
{
    const std::size_t count = m_values.size();
    std::vector<double> cost(count + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> beginOf(count + 1, 0);
    cost[0] = -penalty;
    for (std::size_t end = 1; end <= count; ++end) {
        for (std::size_t begin = end > longest ? end - longest : 0; begin < end; ++begin) {
            const double candidate = cost[begin] + penalty + distance(begin, end);
            if (candidate <= cost[end]) {
                cost[end] = candidate;
                beginOf[end] = begin;
            }
        }
    }
    std::vector<std::size_t> ends;
    for (std::size_t end = count; end > 0; end = beginOf[end]) {
        ends.push_back(end);
    }
    std::reverse(ends.begin(), ends.end());
    return ends;
}

void StepSolver::merge(double penalty, std::vector<std::size_t>& ends) const
{
    for (;;) {
        double bestChange = 0;
        std::size_t best = ends.size();
        std::size_t begin = 0;
        for (std::size_t j = 1; j < ends.size(); ++j) {
            if (best + 2 < j) {
                break; // A good one lies well behind: take it before looking further.
            }
            const double change = distance(begin, ends[j]) -
                                  (distance(begin, ends[j - 1]) + distance(ends[j - 1], ends[j]) + penalty);
            if (change <= bestChange) {
                bestChange = change;
                best = j - 1;
            }
            begin = ends[j - 1];
        }
        if (best == ends.size()) {
            return;
        }
        ends.erase(ends.begin() + static_cast<std::ptrdiff_t>(best));
    }
}

void StepSolver::moveBorders(std::vector<std::size_t>& ends) const
{
    std::size_t begin = 0;
    for (std::size_t j = 1; j < ends.size(); ++j) {
        const std::size_t border = ends[j - 1];
        const std::size_t first = std::max(begin + 1, border > kLongestPiece ? border - kLongestPiece : 0);
        const std::size_t last = std::min(ends[j] - 1, border + kLongestPiece);
        double least = distance(begin, border) + distance(border, ends[j]);
        for (std::size_t moved = first; moved <= last; ++moved) {
            const double score = distance(begin, moved) + distance(moved, ends[j]);
            if (moved != border && score < least) {
                least = score;
                ends[j - 1] = moved;
            }
        }
        begin = ends[j - 1];
    }
}

std::vector<std::size_t> StepSolver::approximate(double penalty) const
{
    std::vector<std::size_t> ends = partition(penalty, kLongestPiece);
    merge(penalty, ends);
    moveBorders(ends);
    return ends;
}

double StepSolver::correlatedDistance(std::span<const double> residuals, double rho) const
{
    double sum = std::abs(residuals[0]) * m_weights[0];
    for (std::size_t i = 1; i < residuals.size(); ++i) {
        sum += std::abs(residuals[i] - rho * residuals[i - 1]) * m_weights[i];
    }
    return sum;
}

double StepSolver::criterion(const std::vector<std::size_t>& ends) const
{
    std::vector<double> residuals(m_values.size());
    std::vector<double> levels;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        levels.push_back(fit(begin, end).median);
        for (std::size_t i = begin; i < end; ++i) {
            residuals[i] = m_values[i] - levels.back();
        }
        begin = end;
    }
    // Noise below a tenth of the least jump is taken for that: else a fit without any error would always win.
    double noise = std::numeric_limits<double>::infinity();
    if (levels.size() > 2) {
        for (std::size_t j = 1; j < levels.size(); ++j) {
            noise = std::min(noise, 0.1 * std::abs(levels[j] - levels[j - 1]));
        }
    } else {
        for (const double level : levels) {
            noise = std::min(noise, 0.001 * std::abs(level));
        }
    }
    noise = std::max(noise, 1e-300);
    const auto cost = [this, &residuals](double rho) { return correlatedDistance(residuals, rho); };
    const double rho = goldenSection(cost, -1, 1, 0.05, 1e-8);
    const auto count = static_cast<double>(m_values.size());
    return 4 * std::log(count) / count * static_cast<double>(ends.size()) + std::log(noise + cost(rho));
}

std::vector<std::size_t> StepSolver::best() const
{
    const std::size_t count = m_values.size();
    const double whole = distance(0, count);
    const double scale = whole > 0 ? whole : 1;
    std::vector<std::size_t> bestEnds;
    double least = std::numeric_limits<double>::infinity();
    const auto tryPenalty = [&](double exponent) {
        std::vector<std::size_t> ends = approximate(scale * std::exp(exponent));
        const double value = criterion(ends);
        if (value < least || bestEnds.empty()) {
            least = value;
            bestEnds = std::move(ends);
        }
        return value;
    };
    const double lowest = std::log(0.1 / static_cast<double>(count));
    goldenSection(tryPenalty, lowest, 0, 0.1 * std::abs(lowest), 0);
    return bestEnds;
}

} // namespace

std::vector<LevelStep> fitSteps(std::span<const double> values, std::span<const double> weights)
{
    std::vector<std::size_t> indexOf;
    std::vector<double> kept;
    std::vector<double> keptWeights;
    const double typical = median(weights);
    const double unit = typical > 0 && std::isfinite(typical) ? typical : 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool weighted = i < weights.size() && !std::isnan(weights[i]);
        if (!std::isfinite(values[i]) || (weighted && (weights[i] <= 0 || std::isinf(weights[i])))) {
            continue;
        }
        indexOf.push_back(i);
        kept.push_back(values[i]);
        keptWeights.push_back(weighted ? weights[i] / unit : 1);
    }
    std::vector<LevelStep> steps;
    if (kept.empty()) {
        return steps;
    }
    const StepSolver solver(kept, keptWeights);
    std::size_t begin = 0;
    for (const std::size_t end : solver.best()) {
        const RangeMedians::Fit fit = solver.fit(begin, end);
        steps.push_back({indexOf[begin], indexOf[end - 1] + 1, fit.median,
                         *std::min_element(kept.begin() + static_cast<std::ptrdiff_t>(begin),
                                           kept.begin() + static_cast<std::ptrdiff_t>(end)),
                         fit.distance / static_cast<double>(end - begin)});
        begin = end;
    }
    return steps;
}

std::vector<std::size_t> piecesFor(std::span<const double> values, double penalty, std::size_t longest)
{
    if (values.empty()) {
        return {};
    }
    const std::vector<double> weights(values.size(), 1.0);
    return StepSolver(values, weights).partition(penalty, longest == 0 ? values.size() : longest);
}

std::optional<StepRegressions> findRegressions(std::span<const LevelStep> steps, double threshold,
                                               std::size_t shortest)
{
    if (steps.empty()) {
        return std::nullopt;
    }
    struct Reference {
        double value;
        double error;
    };
    StepRegressions found;
    found.latest = steps.back().value;
    found.best = found.latest;
    Reference reference{found.latest, steps.back().error};
    std::optional<Reference> beforeShort; ///< What the reference was before a short level replaced it.
    std::size_t nextBegin = steps.back().end;
    for (std::size_t i = steps.size(); i-- > 0;) {
        const LevelStep& step = steps[i];
        const double margin = std::max({step.error, reference.error, threshold * step.value});
        if (reference.value > step.value + margin) {
            if (step.end - step.begin < shortest) {
                beforeShort = reference;
            }
            found.jumps.push_back({step.end - 1, nextBegin, step.value, found.best});
            reference = {step.value, step.error};
        } else if (beforeShort) {
            if (beforeShort->value <= step.value + margin) {
                found.jumps.pop_back();
                reference = *beforeShort;
            }
            beforeShort.reset();
        }
        nextBegin = step.begin;
        found.best = std::min(found.best, step.value);
    }
    if (found.jumps.empty()) {
        return std::nullopt;
    }
    std::reverse(found.jumps.begin(), found.jumps.end());
    return found;
}

} // namespace perihelion
