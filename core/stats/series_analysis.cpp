// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/series_analysis.h"

#include "core/stats/false_discovery.h"
#include "core/stats/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace perihelion {

namespace {

constexpr std::size_t kFewestToPredict = 5;

/// The samples of one environment that have a value.
struct EnvironmentStretch {
    std::vector<std::size_t> indexes;
    std::vector<double> values;
};

std::vector<EnvironmentStretch> stretchesOf(std::span<const SeriesSample> samples,
                                            std::vector<std::size_t>& borders)
{
    std::vector<EnvironmentStretch> stretches;
    std::uint64_t environment = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!std::isfinite(samples[i].value)) {
            continue;
        }
        if (stretches.empty() || samples[i].environment != environment) {
            if (!stretches.empty()) {
                borders.push_back(i);
            }
            environment = samples[i].environment;
            stretches.emplace_back();
        }
        stretches.back().indexes.push_back(i);
        stretches.back().values.push_back(samples[i].value);
    }
    return stretches;
}

std::vector<ChangeCandidate> exactChanges(std::span<const double> values)
{
    std::vector<ChangeCandidate> changes;
    std::size_t begin = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i] == values[i - 1]) {
            continue;
        }
        ChangeCandidate candidate;
        candidate.point.index = i;
        candidate.point.p = 0;
        candidate.point.meanBefore = candidate.medianBefore = values[i - 1];
        candidate.point.meanAfter = candidate.medianAfter = values[i];
        candidate.change = candidate.point.relativeChange();
        candidate.agreement = 1;
        candidate.noiseRatio = std::numeric_limits<double>::infinity();
        candidate.valuesBefore = i - begin;
        candidate.valuesAfter = values.size() - i;
        if (!changes.empty()) {
            changes.back().valuesAfter = i - begin;
        }
        begin = i;
        changes.push_back(candidate);
    }
    return changes;
}

SeriesChange inSeries(const EnvironmentStretch& stretch, const ChangeCandidate& candidate)
{
    const std::size_t at = candidate.point.index;
    return {stretch.indexes[at], stretch.indexes[at - 1], candidate};
}

void appendLevels(SeriesAnalysis& analysis, const EnvironmentStretch& stretch,
                  const std::vector<ChangeCandidate>& changes)
{
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= changes.size(); ++i) {
        const std::size_t end = i < changes.size() ? changes[i].point.index : stretch.values.size();
        analysis.levels.push_back({stretch.indexes[begin], stretch.indexes[end - 1] + 1,
                                   median(std::span(stretch.values).subspan(begin, end - begin))});
        begin = end;
    }
}

std::optional<NewestAlarm> alarmOf(const EnvironmentStretch& stretch, std::size_t levelBegin,
                                   const SeriesRule& rule)
{
    const std::size_t newest = stretch.values.size() - 1;
    const std::size_t count = std::min(rule.alarmValues, newest - std::min(newest, levelBegin));
    if (count < kFewestToPredict) {
        return std::nullopt;
    }
    const auto before = std::span(stretch.values).subspan(newest - count, count);
    const auto n = static_cast<double>(count);
    const double mean = std::accumulate(before.begin(), before.end(), 0.0) / n;
    double squares = 0;
    for (const double value : before) {
        squares += (value - mean) * (value - mean);
    }
    const double deviation = std::sqrt(squares / (n - 1));
    const double high = predictionLimit(count, mean, deviation, 1 - (1 - rule.alarmConfidence) / 2);
    NewestAlarm alarm{stretch.indexes[newest], mean, 2 * mean - high, high, stretch.values[newest], 0};
    if ((alarm.low <= alarm.value && alarm.value <= alarm.high) ||
        std::abs(alarm.change()) < rule.alarmFloor) {
        return std::nullopt;
    }
    const double error = deviation * std::sqrt(1 + 1 / n);
    if (error > 0) {
        const boost::math::students_t distribution(n - 1);
        alarm.p =
            2 * boost::math::cdf(boost::math::complement(distribution, std::abs(alarm.value - mean) / error));
    }
    return alarm;
}

/// Moves changes whose p is above the limit to the stopped ones. Levels stay as the splits found them until
/// they are made anew by the caller.
void stopAbove(SeriesAnalysis& analysis, double limit)
{
    const auto weak = std::stable_partition(
        analysis.changes.begin(), analysis.changes.end(),
        [limit](const SeriesChange& change) { return change.candidate.point.p <= limit; });
    for (auto change = weak; change != analysis.changes.end(); ++change) {
        change->candidate.stoppedBy = ChangeGate::FalseDiscovery;
        analysis.stopped.push_back(*change);
    }
    analysis.changes.erase(weak, analysis.changes.end());
    std::sort(analysis.stopped.begin(), analysis.stopped.end(),
              [](const SeriesChange& a, const SeriesChange& b) { return a.index < b.index; });
}

/// The levels between the changes that are left.
void joinLevels(SeriesAnalysis& analysis, std::span<const SeriesSample> samples)
{
    std::vector<SeriesLevel> levels;
    for (const SeriesLevel& level : analysis.levels) {
        const auto starts = [&level](std::size_t index) { return index == level.begin; };
        const bool begins =
            levels.empty() ||
            std::any_of(analysis.changes.begin(), analysis.changes.end(),
                        [&starts](const SeriesChange& change) { return starts(change.index); }) ||
            std::any_of(analysis.environmentChanges.begin(), analysis.environmentChanges.end(), starts);
        if (begins) {
            levels.push_back(level);
            continue;
        }
        SeriesLevel& joined = levels.back();
        joined.end = level.end;
        std::vector<double> values;
        for (std::size_t i = joined.begin; i < joined.end; ++i) {
            if (std::isfinite(samples[i].value)) {
                values.push_back(samples[i].value);
            }
        }
        joined.median = median(values);
    }
    analysis.levels = std::move(levels);
}

} // namespace

GateRule SeriesRule::confirmingGates()
{
    // Chosen on 2 523 flat stretches of NumPy's history (bench change-points): 3 % of them alarm, and 95 % of
    // the steps of +10 % put into them are found. The evident gap adds no alarm to those, nor to stretches of
    // 12 commits, of which it finds more steps.
    GateRule gates;
    gates.reach = 200;
    gates.minChange = 0.045;
    gates.minNoiseRatio = 2;
    gates.minAgreement = 0.82;
    gates.maxCorrelatedP = 1e-6;
    gates.evidentGap = 0.75;
    return gates;
}

double predictionLimit(std::size_t count, double mean, double deviation, double confidence)
{
    const auto n = static_cast<double>(count);
    const boost::math::students_t distribution(n - 1);
    return mean + boost::math::quantile(distribution, confidence) * deviation * std::sqrt(1 + 1 / n);
}

SeriesAnalysis analyseSeries(std::span<const SeriesSample> samples, const SeriesRule& rule, bool exact)
{
    SeriesAnalysis analysis;
    const std::vector<EnvironmentStretch> stretches = stretchesOf(samples, analysis.environmentChanges);
    for (const EnvironmentStretch& stretch : stretches) {
        GatedChanges gated;
        if (exact) {
            gated.passed = exactChanges(stretch.values);
        } else {
            gated = applyGates(stretch.values, findChangePoints(stretch.values, rule.points), rule.gates);
        }
        for (const ChangeCandidate& candidate : gated.passed) {
            analysis.changes.push_back(inSeries(stretch, candidate));
        }
        for (const ChangeCandidate& candidate : gated.suppressed) {
            analysis.stopped.push_back(inSeries(stretch, candidate));
        }
        appendLevels(analysis, stretch, gated.passed);
        if (&stretch == &stretches.back() && !exact) {
            const std::size_t begin = gated.passed.empty() ? 0 : gated.passed.back().point.index;
            analysis.alarm = alarmOf(stretch, begin, rule);
        }
    }
    return analysis;
}

Result<std::vector<SeriesAnalysis>> analyseSeriesSet(std::span<const SeriesInput> series,
                                                     const SeriesRule& rule, DecodePool& pool,
                                                     const CancelToken& cancel)
{
    std::vector<SeriesAnalysis> analyses(series.size());
    pool.run(DecodePriority::Background, series.size(), cancel,
             [&](std::size_t index, std::size_t /*worker*/) {
                 analyses[index] = analyseSeries(series[index].samples, rule, series[index].exact);
             });
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Looking for changes was cancelled"), {}};
    }
    // One p for every series with noise: its strongest change, or 1.
    std::vector<double> strongest;
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (series[i].exact) {
            continue;
        }
        double least = 1;
        for (const SeriesChange& change : analyses[i].changes) {
            least = std::min(least, change.candidate.point.p);
        }
        strongest.push_back(least);
    }
    const std::vector<double> adjusted = adjustedForFalseDiscovery(strongest);
    double limit = -1;
    for (std::size_t i = 0; i < strongest.size(); ++i) {
        limit = adjusted[i] <= rule.falseDiscovery ? std::max(limit, strongest[i]) : limit;
    }
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (!series[i].exact) {
            stopAbove(analyses[i], limit);
            joinLevels(analyses[i], series[i].samples);
        }
    }
    return analyses;
}

} // namespace perihelion
