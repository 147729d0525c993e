// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Repetitions within repetitions (iterations in processes in builds) after Kalibera and Jones: only the
// outermost level counts as a sample, because iterations of one process resemble each other.

#include "core/base/result.h"
#include "core/stats/order_statistics.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

struct LevelVariances {
    double mean = 0;
    /// Biased variances S² and unbiased T² of each level, innermost first. T² at or below zero: this level
    /// adds nothing that the one below does not explain.
    std::vector<double> biased;
    std::vector<double> unbiased;
    double halfWidth = 0; ///< Of the interval of the mean: t with (outermost repetitions − 1) × √(S² / r).
};

/// values: outermost level first, as nested loops write them; repetitions: how many at each level, outermost
/// first, each at least 2. InvalidArgument when they do not fit together.
Result<LevelVariances> levelVariances(std::span<const double> values,
                                      std::span<const std::size_t> repetitions, double confidence = 0.95);

/// Repetitions of every level but the outermost (innermost first, not rounded) that give the narrowest
/// interval for a given cost; costs: of one more repetition at each level, innermost first, the outermost
/// included. 1 where a level adds nothing; nothing when the level above adds nothing.
std::vector<std::optional<double>> bestRepetitions(const LevelVariances& variances,
                                                   std::span<const double> costs);

/// The mean of a measurement whose unit is the process: each process counts once, with its own mean.
struct ProcessMean {
    std::size_t processes = 0;
    double mean = 0;
    double halfWidth = 0; ///< Infinite with a single process.
};
/// One vector of iterations for each process; empty ones are left out. Counts may differ.
ProcessMean processMean(std::span<const std::vector<double>> processes, double confidence = 0.95);

/// Interval of after ÷ before by Fieller's theorem. Nothing when before is not safely different from zero:
/// then no finite interval holds the quotient.
std::optional<Interval> fiellerRatio(const ProcessMean& before, const ProcessMean& after);

} // namespace perihelion
