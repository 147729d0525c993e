// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Everything that is said about a series of measurements over commits: levels, confirmed changes, candidates
// that a gate stopped, and an alarm on the newest commit, for which no change point can exist yet. Series are
// judged side by side, and together, so that many series do not make many false findings.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/stats/change_points.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

struct SeriesRule {
    ChangePointRule points;
    GateRule gates = confirmingGates();
    double falseDiscovery = 0.05;   ///< Share of false findings over all series that are judged together.
    double alarmConfidence = 0.999; ///< Of the prediction interval for the newest value.
    double alarmFloor = 0.05;       ///< Smaller relative changes raise no alarm.
    std::size_t alarmValues = 30;   ///< How many values of the last level predict the newest.

    /// Gates that let through what a person would call a change of level.
    static GateRule confirmingGates();
};

/// A measurement at a commit.
struct SeriesSample {
    double value = 0; ///< Not finite: there is none for this commit.
    /// Which machine, compiler, build … measured; where it changes the series is split and never compared.
    std::uint64_t environment = 0;
};

struct SeriesLevel {
    std::size_t begin = 0; ///< Index of its first sample.
    std::size_t end = 0;   ///< One after its last.
    double median = 0;
};

/// A change of level between two commits that both have a value.
struct SeriesChange {
    std::size_t index = 0;      ///< Of the first sample of the new level.
    std::size_t lastBefore = 0; ///< Of the last sample with a value before it.
    ChangeCandidate candidate;  ///< Its indexes count samples with a value of one environment.
};

/// The newest sample lies outside what the samples before it predict.
struct NewestAlarm {
    std::size_t index = 0;
    double expected = 0; ///< Mean of the values before.
    double low = 0;      ///< Prediction interval.
    double high = 0;
    double value = 0;
    double p = 1; ///< Two-sided.

    double change() const { return expected > 0 ? value / expected - 1 : 0; }
};

struct SeriesAnalysis {
    std::vector<SeriesLevel> levels;
    std::vector<SeriesChange> changes; ///< Confirmed, in order.
    std::vector<SeriesChange> stopped; ///< Candidates that a gate or the false-discovery limit stopped.
    std::optional<NewestAlarm> alarm;
    std::vector<std::size_t> environmentChanges; ///< Indexes of the first samples of another environment.
};

/// One series, oldest sample first. exact: a quantity without noise, of which every difference is a change.
SeriesAnalysis analyseSeries(std::span<const SeriesSample> samples, const SeriesRule& rule = {},
                             bool exact = false);

struct SeriesInput {
    std::vector<SeriesSample> samples;
    bool exact = false;
};
/// Many series side by side, judged together: a change also has to survive Benjamini and Hochberg over the
/// strongest change of every series. Error Cancelled.
Result<std::vector<SeriesAnalysis>> analyseSeriesSet(std::span<const SeriesInput> series,
                                                     const SeriesRule& rule, DecodePool& pool,
                                                     const CancelToken& cancel);

/// Upper limit of the next value after count values of this mean and standard deviation (of a sample), which
/// it exceeds with probability 1 − confidence: mean + t √(1 + 1/n) s. count from 2.
double predictionLimit(std::size_t count, double mean, double deviation, double confidence);

} // namespace perihelion
