// SPDX-License-Identifier: GPL-3.0-or-later
// change-points: the time to analyse NumPy's real history, and how often detectors cry wolf on stretches of
// it that are flat by asv's fit, and find steps put into them.
#include "core/stats/order_statistics.h"
#include "core/stats/resampling.h"
#include "core/stats/series_analysis.h"
#include "core/stats/step_fit.h"
#include "tests/bench/bench_session.h"
#include "tests/support/numpy_history.h"

#include <QElapsedTimer>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace perihelion::bench {

namespace {

constexpr std::size_t kStretch = 120;
constexpr std::size_t kStepAt = 80;
constexpr std::size_t kFlatStretches = 150;
constexpr std::size_t kSteppedStretches = 100;

using Values = std::vector<double>;
using Indexes = std::vector<std::size_t>;

struct Detector {
    QString name;
    std::function<Indexes(const Values&)> run;
};

Indexes gated(const Values& values, const GateRule& gates)
{
    Indexes indexes;
    for (const ChangeCandidate& candidate : applyGates(values, findChangePoints(values), gates).passed) {
        indexes.push_back(candidate.point.index);
    }
    return indexes;
}

Indexes aboveParent(const Values& values, double share)
{
    Indexes indexes;
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (std::abs(values[i] / values[i - 1] - 1) > share) {
            indexes.push_back(i);
        }
    }
    return indexes;
}

Indexes energySplits(const Values& values, double minMagnitude)
{
    ChangePointRule rule;
    rule.minMagnitude = minMagnitude;
    Indexes indexes;
    for (const ChangePoint& point : findChangePoints(values, rule)) {
        indexes.push_back(point.index);
    }
    return indexes;
}

std::vector<ChangePoint> bordersOf(const Values& values)
{
    std::vector<ChangePoint> borders;
    const std::vector<LevelStep> steps = fitSteps(values);
    for (std::size_t i = 1; i < steps.size(); ++i) {
        ChangePoint point;
        point.index = steps[i].begin;
        point.meanBefore = steps[i - 1].value;
        point.meanAfter = steps[i].value;
        borders.push_back(point);
    }
    return borders;
}

std::vector<Detector> detectors()
{
    const auto parent = [](double share) {
        return [share](const Values& values) { return aboveParent(values, share); };
    };
    const auto energy = [](double magnitude) {
        return [magnitude](const Values& values) { return energySplits(values, magnitude); };
    };
    return {{QStringLiteral("previous commit > 5 %"), parent(0.05)},
            {QStringLiteral("previous commit > 10 %"), parent(0.10)},
            {QStringLiteral("energy splits"), energy(0)},
            {QStringLiteral("energy splits, 5 %"), energy(0.05)},
            {QStringLiteral("constant levels, 5 %"),
             [](const Values& values) {
                 Indexes indexes;
                 for (const ChangePoint& point : bordersOf(values)) {
                     if (std::abs(point.relativeChange()) > 0.05) {
                         indexes.push_back(point.index);
                     }
                 }
                 return indexes;
             }},
            {QStringLiteral("constant levels, gates"),
             [](const Values& values) {
                 Indexes indexes;
                 for (const ChangeCandidate& candidate : applyGates(values, bordersOf(values)).passed) {
                     indexes.push_back(candidate.point.index);
                 }
                 return indexes;
             }},
            {QStringLiteral("energy splits, gates"),
             [](const Values& values) { return gated(values, GateRule()); }},
            {QStringLiteral("Perihelion, no gap"),
             [](const Values& values) {
                 GateRule gates = SeriesRule::confirmingGates();
                 gates.evidentGap = std::numeric_limits<double>::infinity();
                 return gated(values, gates);
             }},
            {QStringLiteral("Perihelion"),
             [](const Values& values) { return gated(values, SeriesRule::confirmingGates()); }}};
}

void shuffle(Values& values, DrawSequence& sequence)
{
    for (std::size_t i = values.size(); i > 1; --i) {
        std::swap(values[i - 1], values[sequence.below(i)]);
    }
}

double alarmShare(const Detector& detector, const std::vector<Values>& stretches)
{
    const auto alarms = std::count_if(stretches.begin(), stretches.end(), [&detector](const Values& values) {
        return !detector.run(values).empty();
    });
    return static_cast<double>(alarms) / static_cast<double>(stretches.size());
}

struct Hits {
    double within = 0;  ///< Share of the steps found within five commits.
    double exactly = 0; ///< Share of those on the very commit.
};

Hits hitsOf(const Detector& detector, const std::vector<Values>& stretches, double step,
            std::size_t stepAt = kStepAt)
{
    double found = 0;
    double exact = 0;
    for (Values values : stretches) {
        std::for_each(values.begin() + static_cast<std::ptrdiff_t>(stepAt), values.end(),
                      [step](double& value) { value *= 1 + step; });
        const Indexes indexes = detector.run(values);
        const bool near = std::any_of(indexes.begin(), indexes.end(), [stepAt](std::size_t index) {
            return index + 5 >= stepAt && index <= stepAt + 5;
        });
        found += near ? 1 : 0;
        exact += std::find(indexes.begin(), indexes.end(), stepAt) != indexes.end() ? 1 : 0;
    }
    return {found / static_cast<double>(stretches.size()), found > 0 ? exact / found : 0};
}

/// What a history that has just begun allows to say: the first commits of every other stretch.
void printShortHistories(const std::vector<Values>& all, std::size_t commits)
{
    std::vector<Values> begun;
    for (std::size_t i = 0; i < all.size(); i += 2) {
        begun.emplace_back(all[i].begin(), all[i].begin() + static_cast<std::ptrdiff_t>(commits));
    }
    for (const Detector& detector : detectors()) {
        if (!detector.name.startsWith(u"Perihelion")) {
            continue;
        }
        std::printf(
            "  %s on %zu flat stretches of %zu commits: %.4f with an alarm; steps at commit %zu found:",
            qPrintable(detector.name), begun.size(), commits, alarmShare(detector, begun), commits / 2);
        for (const double step : {0.05, 0.10, 0.20, 0.50, 1.0}) {
            std::printf(" +%g %% %.2f", step * 100, hitsOf(detector, begun, step, commits / 2).within);
        }
        std::printf("\n");
    }
}

void printTable(const std::vector<Values>& all)
{
    DrawSequence sequence(20);
    std::vector<Values> flat;
    for (std::size_t i = 0; i < kFlatStretches; ++i) {
        flat.push_back(all[sequence.below(all.size())]);
    }
    std::vector<Values> shuffled = flat;
    for (Values& values : shuffled) {
        shuffle(values, sequence);
    }
    const std::vector<Values> stepped(flat.begin(), flat.begin() + kSteppedStretches);
    std::printf(
        "  share of %zu flat stretches of %zu commits (of %zu) with an alarm; share of steps at commit %zu "
        "found within 5 commits (on the very commit)\n",
        flat.size(), kStretch, all.size(), kStepAt);
    std::printf("  %-24s %6s %9s  %-11s %-11s %-11s %-11s\n", "detector", "real", "shuffled", "+3 %", "+5 %",
                "+10 %", "+20 %");
    for (const Detector& detector : detectors()) {
        std::printf("  %-24s %6.2f %9.2f ", qPrintable(detector.name), alarmShare(detector, flat),
                    alarmShare(detector, shuffled));
        for (const double step : {0.03, 0.05, 0.10, 0.20}) {
            const Hits hits = hitsOf(detector, stepped, step);
            std::printf(" %.2f (%.2f)", hits.within, hits.exactly);
        }
        std::printf("\n");
    }
    const Detector own = detectors().back();
    std::printf(
        "  %s on all %zu flat stretches: %.3f with an alarm; steps of +5 %% found %.3f, +10 %% %.3f\n",
        qPrintable(own.name), all.size(), alarmShare(own, all), hitsOf(own, all, 0.05).within,
        hitsOf(own, all, 0.10).within);
    for (const std::size_t commits : {12, 16, 24, 40}) {
        printShortHistories(all, commits);
    }
}

Result<void> run(const BenchSession& session)
{
    const QString folder = QStringLiteral(PERIHELION_SHARED_DATA "/bench/numpy-bench");
    const auto history = test::readNumPyHistory(folder);
    if (!history) {
        return history.error();
    }
    std::vector<SeriesInput> inputs;
    for (const test::NumPySeries& series : *history) {
        SeriesInput input;
        for (const double value : series.values) {
            input.samples.push_back({value, 0});
        }
        inputs.push_back(std::move(input));
    }
    DecodePool pool;
    std::size_t changes = 0;
    std::vector<Contender> contenders;
    contenders.push_back({QStringLiteral("changes of 360 series"),
                          [&]() -> Result<void> {
                              const auto analyses =
                                  analyseSeriesSet(inputs, SeriesRule(), pool, CancelToken());
                              if (!analyses) {
                                  return analyses.error();
                              }
                              changes = 0;
                              for (const SeriesAnalysis& analysis : *analyses) {
                                  changes += analysis.changes.size();
                              }
                              return {};
                          },
                          static_cast<double>(inputs.size())});
    contenders.push_back({QStringLiteral("constant levels of them"),
                          [&]() -> Result<void> {
                              pool.run(DecodePriority::Background, inputs.size(), CancelToken(),
                                       [&history](std::size_t index, std::size_t /*worker*/) {
                                           (void)fitSteps((*history)[index].values,
                                                          (*history)[index].weights);
                                       });
                              return {};
                          },
                          static_cast<double>(inputs.size())});
    if (const auto timed = session.compare(QStringLiteral("change points of NumPy's history"),
                                           QStringLiteral("series"), contenders);
        !timed) {
        return timed.error();
    }
    BenchSession::remark(QStringLiteral("%1 changes confirmed").arg(changes));
    printTable(test::flatStretches(*history, kStretch));
    return {};
}

} // namespace

Bench changePointsBench()
{
    return {QStringLiteral("change-points"),
            QStringLiteral("Change points of real histories: time, false alarms, hits"), run};
}

} // namespace perihelion::bench
