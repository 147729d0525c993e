// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where the level of a series changed: divisive splitting by energy distance (Matteson and James) in sliding
// windows, judged by t-tests between neighbouring stretches and merged from the weakest on, as Hunter does
// (Fleming and others 2023); then gates that a real change has to pass.

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

struct ChangePointRule {
    std::size_t window = 50;   ///< Values that are looked at together; moved on by half.
    double maxP = 0.001;       ///< Of the t-test between neighbouring stretches.
    double minMagnitude = 0.0; ///< Relative change of the mean, the larger of forwards and backwards.
    /// When merging drops a point, Otava judges the two points after it anew and keeps the old judgement of
    /// the one before, whose stretch has grown. True repeats that, to compare with its results.
    bool mergeAsOtava = false;
};

/// A split of a series.
struct ChangePoint {
    std::size_t index = 0; ///< Of the first value of the new level.
    double energy = 0;     ///< Energy distance of the two sides when it was found.
    double p = 1;          ///< Two-sided t-test with pooled population variance, as Hunter takes it.
    double meanBefore = 0; ///< Over the stretch from the change point before.
    double meanAfter = 0;  ///< Over the stretch to the next one.
    double deviationBefore = 0;
    double deviationAfter = 0;

    /// meanAfter ÷ meanBefore − 1; 0 when meanBefore is 0.
    double relativeChange() const;
};

/// Change points in order. Values must be finite.
std::vector<ChangePoint> findChangePoints(std::span<const double> values, const ChangePointRule& rule = {});

/// The split of [0, size) with the greatest energy distance over all ends of the right side; nothing for
/// fewer than two values. What findChangePoints() is built of.
struct EnergySplit {
    std::size_t index = 0;
    double energy = 0;
};
std::optional<EnergySplit> strongestSplit(std::span<const double> values);

/// Two-sided Student t-test with pooled variance from population deviations. 1 for equal samples and for
/// fewer than three values in all.
double pooledTTest(std::span<const double> left, std::span<const double> right);

// Gates: of the splits that a test finds significant, those that a person would call a change.

enum class ChangeGate { ShortSide, SmallChange, WithinNoise, LittleAgreement, Correlated, FalseDiscovery };

struct GateRule {
    /// Values on either side that speak about a change, the nearest: what the noise was hundreds of commits
    /// away says nothing about it.
    std::size_t reach = std::numeric_limits<std::size_t>::max();
    std::size_t shortestSide = 5; ///< Values on the shorter side.
    double minChange = 0.03;      ///< Relative change of the median.
    double minNoiseRatio = 3;     ///< Change of the median in median absolute residuals.
    double minAgreement =
        0.85; ///< Share of pairs (before, after) that differ in the direction of the change.
    /// Largest p of the t-test when each side counts only as many independent values as its autocorrelation
    /// leaves; 1 leaves this gate open.
    double maxCorrelatedP = 1;
    /// A gap between the sides of at least this size passes whatever the autocorrelation, which a short
    /// series cannot tell from noise; infinite leaves every change to the test.
    double evidentGap = std::numeric_limits<double>::infinity();
};

/// A change point with everything its gates looked at.
struct ChangeCandidate {
    ChangePoint point;
    std::size_t valuesBefore = 0; ///< Within reach, as of everything below.
    std::size_t valuesAfter = 0;
    double medianBefore = 0;
    double medianAfter = 0;
    double change = 0;     ///< medianAfter ÷ medianBefore − 1.
    double noiseRatio = 0; ///< Infinite where there is no noise.
    double agreement = 0;
    double correlatedP = 0;
    /// From the nearest value of one side to that of the other, in ranges (largest − smallest) of the side
    /// that spreads wider. Negative where the sides overlap.
    double gap = 0;
    std::optional<ChangeGate>
        stoppedBy; ///< The first gate that it does not pass; nothing when it passes all.
};

struct GatedChanges {
    std::vector<ChangeCandidate> passed;     ///< In order; judged against each other's stretches.
    std::vector<ChangeCandidate> suppressed; ///< In order, as they were when they were dropped.
};
/// Drops the weakest candidate that fails a gate, judges its neighbours anew, and so on. Failing candidates
/// are as weak as their change is small.
GatedChanges applyGates(std::span<const double> values, std::span<const ChangePoint> points,
                        const GateRule& rule = {});

} // namespace perihelion
