// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A series as a few constant levels: the piecewise constant fit of least absolute distance with a penalty
// for every level (Potts model), the penalty chosen by an information criterion that allows for correlated
// noise. Same definitions as asv's step detection, so that its published results can be checked against it.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

/// One level of the fit.
struct LevelStep {
    std::size_t begin = 0; ///< Index of its first value in the series given.
    std::size_t end = 0;   ///< One after its last value.
    double value = 0;      ///< Weighted median.
    double minimum = 0;
    double error = 0; ///< Mean weighted distance from the median.
};

/// Levels of a series, in order. weights: empty, or one for each value; those that are not above zero leave
/// their value out, NaN means the median weight. Values that are not finite are left out and may lie in no
/// level.
std::vector<LevelStep> fitSteps(std::span<const double> values, std::span<const double> weights = {});

/// The fit for a fixed penalty, by exact dynamic programming with pieces of at most longest values (0: any),
/// as ends of the pieces. For the methods' own tests; fitSteps() is what to call.
std::vector<std::size_t> piecesFor(std::span<const double> values, double penalty, std::size_t longest = 0);

/// An upward step that is still in effect.
struct StepRegression {
    std::size_t lastBefore = 0; ///< Index of the last value before.
    std::size_t firstAfter = 0; ///< Index of the first value of the next level.
    double before = 0;
    double bestAfter = 0; ///< Least level from there to the newest.
};
struct StepRegressions {
    double latest = 0;
    double best = 0;
    std::vector<StepRegression> jumps;
};
/// Walks from the newest level back and keeps the upward steps by more than the larger of both levels' errors
/// and threshold × value; a level of fewer than shortest values counts only when the next does not return to
/// where it was. Nothing when there is no such step.
std::optional<StepRegressions> findRegressions(std::span<const LevelStep> steps, double threshold = 0.05,
                                               std::size_t shortest = 2);

} // namespace perihelion
