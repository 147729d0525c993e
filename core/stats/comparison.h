// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Comparison: two samples of one quantity, what changed between them, and a verdict with a sentence that
// holds every number the verdict rests on, so that a person can check it.

#include "core/stats/order_statistics.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <span>

namespace perihelion {

struct PairedComparison;

/// Faster and Slower mean better and worse where the quantity is no time.
enum class Verdict { Faster, Slower, NoChange, NotEnoughSamples };
/// "faster", "slower", "no change", "not enough samples"; used in JSON and in tests.
QString verdictName(Verdict verdict);

enum class BetterDirection { Lower, Higher };

struct ComparisonRule {
    double confidence = 0.95;
    double floor = 0.02; ///< Smaller relative changes of the median are no change, however certain.
    BetterDirection better = BetterDirection::Lower;
    bool exact = false; ///< A quantity without noise (bytes, instructions): any change is certain.
    QString unit = QStringLiteral("ms");
};

struct Comparison {
    std::size_t aCount = 0;
    std::size_t bCount = 0;
    double aMedian = 0;
    double bMedian = 0;
    double ratio = 1;                      ///< bMedian ÷ aMedian; NaN without a positive aMedian.
    double shift = 0;                      ///< Median of all b − a (Hodges and Lehmann).
    std::optional<Interval> shiftInterval; ///< In the unit of the samples.
    std::optional<Interval>
        ratioInterval;        ///< Of b ÷ a, from the quotients of all pairs; both values positive.
    double p = 1;             ///< Mann–Whitney, exact with ties.
    double agreement = 0.5;   ///< Share of pairs with b above a, ties as halves.
    std::size_t outliers = 0; ///< Values that would be drawn as outliers; all of them count.
    /// On each side, until a verdict is possible at all (NotEnoughSamples), or until a change of the size of
    /// the floor would show (NoChange with an interval wider than that); else 0.
    std::size_t moreSamples = 0;
    Verdict verdict = Verdict::NotEnoughSamples;
    QString sentence;
};

/// Compares a (before) with b (after). Faster or Slower only when the interval of b ÷ a excludes 1 and the
/// medians differ by more than the floor in the same direction. Values that are not numbers are left out.
Comparison compareSamples(std::span<const double> a, std::span<const double> b,
                          const ComparisonRule& rule = {});

/// The verdict of an interleaved comparison by the same rule; only confidence, floor and better count.
Verdict verdictOf(const PairedComparison& paired, const ComparisonRule& rule = {});
/// Its sentence.
QString sentenceOf(const PairedComparison& paired, const ComparisonRule& rule = {});

/// "+4.2 %" or "−17.2 %" for a ratio of 1.042 or 0.828, with three significant digits below 100 %.
QString formatChange(double ratio);

} // namespace perihelion
