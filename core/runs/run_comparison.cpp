// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_comparison.h"

#include "core/base/counted.h"
#include "core/runs/run_summary.h"

#include <algorithm>
#include <map>

namespace perihelion {

namespace {

ModeSamples metricSamples(const RunRecord& run, QStringView name)
{
    ModeSamples samples;
    for (const RunIteration& iteration : run.iterations) {
        if (const auto value = metricValue(iteration.metrics, name); value && !iteration.failed) {
            samples.values.push_back(*value);
            samples.processes.push_back(iteration.process);
        }
    }
    return samples;
}

ModeSamples inMilliseconds(const SampleSet& samples)
{
    return {samples.milliseconds(), samples.processes};
}

std::optional<PairedFinding> pairedIf(bool interleaved, const ModeSamples& a, const ModeSamples& b,
                                      const ComparisonRule& rule)
{
    if (!interleaved) {
        return std::nullopt;
    }
    PairedFinding found = findInRounds(a, b, rule);
    // Without a single usable round (all times are zero) more of them would not help.
    return found.comparison.rounds > 0 ? std::optional(std::move(found)) : std::nullopt;
}

void addPhases(RunComparison& result, const RunSummary& before, const RunSummary& after, IterationMode mode,
               const ComparisonRule& rule, bool interleaved)
{
    for (const PhaseRow& row : before.rows) {
        const PhaseRow* other = after.row(row.name);
        if (other == nullptr) {
            continue;
        }
        const bool cold = mode == IterationMode::Cold;
        const SampleSet& samples = cold ? row.coldSamples : row.warmSamples;
        const SampleSet& otherSamples = cold ? other->coldSamples : other->warmSamples;
        if (!samples.values.empty() && !otherSamples.values.empty()) {
            result.rows.push_back(
                {row.name, mode, false,
                 compareSamples(samples.milliseconds(), otherSamples.milliseconds(), rule), rule.unit,
                 pairedIf(interleaved, inMilliseconds(samples), inMilliseconds(otherSamples), rule)});
        }
    }
}

/// A metric of Perihelion's own workloads, or of an import.
struct ComparedMetric {
    QString name;
    QString unit;
    bool exact = false;
};

void addMetric(RunComparison& result, const RunRecord& a, const RunRecord& b, const ComparedMetric& of,
               double floor)
{
    const ModeSamples before = metricSamples(a, of.name);
    const ModeSamples after = metricSamples(b, of.name);
    if (before.values.empty() || after.values.empty()) {
        return;
    }
    ComparisonRule rule;
    rule.floor = floor;
    rule.exact = of.exact;
    rule.unit = of.unit == u"1" ? QString() : of.unit;
    rule.better = b.higherIsBetter.contains(of.name) ? BetterDirection::Higher : BetterDirection::Lower;
    result.rows.push_back({of.name, IterationMode::Warm, true,
                           compareSamples(before.values, after.values, rule), rule.unit,
                           pairedIf(areInterleaved(a, b) && !of.exact, before, after, rule)});
}

/// Units by name of everything that a run counted.
std::map<QString, QString> countedIn(const RunRecord& run)
{
    std::map<QString, QString> units;
    for (const RunIteration& iteration : run.iterations) {
        if (!iteration.failed) {
            for (const Metric& each : iteration.metrics) {
                units.emplace(each.name, each.unit);
            }
        }
    }
    return units;
}

/// What of two runs is compared besides their phases: sizes and memory, and of imported results everything
/// that both counted in the same unit.
std::vector<ComparedMetric> metricsToCompare(const RunRecord& a, const RunRecord& b)
{
    const QString bytes = QStringLiteral("B");
    std::vector<ComparedMetric> compared{{metric::kPayloadBytes.toString(), bytes, true},
                                         {metric::kPayloadGzipBytes.toString(), bytes, true},
                                         {metric::kPeakRssBytes.toString(), bytes, false}};
    if (a.origin.isEmpty() && b.origin.isEmpty()) {
        return compared;
    }
    const std::size_t own = compared.size();
    std::map<QString, QString> units = countedIn(a);
    // In the order of the second run, each once.
    for (const RunIteration& iteration : b.iterations) {
        for (const Metric& each : iteration.metrics) {
            const auto at = units.find(each.name);
            const bool known =
                std::any_of(compared.begin(), compared.begin() + static_cast<std::ptrdiff_t>(own),
                            [&each](const ComparedMetric& other) { return other.name == each.name; });
            if (at != units.end() && at->second == each.unit && !known) {
                compared.push_back({each.name, each.unit, false});
                units.erase(at);
            }
        }
    }
    return compared;
}

void addPhasesOfOne(RunComparison& result, const RunSummary& summary, bool inA)
{
    for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
        for (const PhaseRow& row : summary.rows) {
            const SampleSet& samples = mode == IterationMode::Cold ? row.coldSamples : row.warmSamples;
            const bool compared =
                std::any_of(result.rows.begin(), result.rows.end(), [&](const PhaseComparison& each) {
                    return !each.isMetric && each.mode == mode && each.phase == row.name;
                });
            if (!samples.values.empty() && !compared) {
                OneSidedRow single{row.name, mode, false, inA, samples.values.size()};
                single.median = median(samples.milliseconds());
                result.oneSided.push_back(std::move(single));
            }
        }
    }
}

void addMetricsOfOne(RunComparison& result, const RunRecord& run, const RunRecord& other, bool inA)
{
    const std::map<QString, QString> there = countedIn(other);
    for (const auto& [name, unit] : countedIn(run)) {
        if (const auto at = there.find(name); at == there.end() || at->second != unit) {
            const std::vector<double> values = metricSamples(run, name).values;
            result.oneSided.push_back({name, IterationMode::Warm, true, inA, values.size(), median(values),
                                       unit == u"1" ? QString() : unit});
        }
    }
}

void warnIf(RunComparison& result, bool condition, const QString& warning)
{
    if (condition) {
        result.warnings.append(warning);
    }
}

} // namespace

const PhaseComparison* RunComparison::regression() const
{
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [](const PhaseComparison& row) { return row.verdict() == Verdict::Slower; });
    return at == rows.end() ? nullptr : &*at;
}

Result<RunComparison> compareRuns(const RunRecord& a, const RunRecord& b, double floor)
{
    // Of imported results the hash tells machines apart as well; other machines are only a warning.
    const bool imported = !a.origin.isEmpty() && !b.origin.isEmpty();
    const bool alike = a.workload == b.workload &&
                       (a.scenarioHash == b.scenarioHash || (imported && a.scenario == b.scenario));
    if (!alike) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"Runs of different workloads or parameters cannot be compared: " % a.title() %
                             u" and " % b.title()),
                     {}};
    }
    RunComparison result;
    ComparisonRule rule;
    rule.floor = floor;
    const RunSummary before = RunSummary::of(a);
    const RunSummary after = RunSummary::of(b);
    const bool interleaved = areInterleaved(a, b);
    addPhases(result, before, after, IterationMode::Cold, rule, interleaved);
    addPhases(result, before, after, IterationMode::Warm, rule, interleaved);
    for (const ComparedMetric& each : metricsToCompare(a, b)) {
        addMetric(result, a, b, each, floor);
    }
    addPhasesOfOne(result, before, true);
    addMetricsOfOne(result, a, b, true);
    addPhasesOfOne(result, after, false);
    addMetricsOfOne(result, b, a, false);
    warnIf(result,
           a.machine.fingerprint() != b.machine.fingerprint() ||
               (imported && a.machine.host != b.machine.host),
           QStringLiteral("The runs were measured on different machines or builds"));
    warnIf(result, a.workloadVersion != b.workloadVersion,
           QStringLiteral("The workload itself changed between the runs"));
    // The plan of imported results is their number of samples alone.
    warnIf(result, a.origin.isEmpty() && b.origin.isEmpty() && !(a.plan == b.plan),
           QStringLiteral("The runs followed different plans"));
    warnIf(result, a.failedIterations() + b.failedIterations() > 0,
           QString(counted(a.failedIterations() + b.failedIterations(), u"iteration failed and has",
                           u"iterations failed and have") %
                   u" no times"));
    return result;
}

std::vector<double> samplesBehind(const RunRecord& run, const PhaseComparison& row)
{
    return row.isMetric ? metricSamples(run, row.phase).values
                        : samplesOf(run, row.phase, row.mode).milliseconds();
}

RunTotals compareRunTotals(const RunRecord& before, const RunRecord& after)
{
    const auto totalsOf = [](const RunRecord& run, IterationMode mode) {
        return samplesOf(run, kTotalRow, mode).milliseconds();
    };
    RunTotals totals;
    std::vector<double> a = totalsOf(before, IterationMode::Warm);
    std::vector<double> b = totalsOf(after, IterationMode::Warm);
    if (a.empty() || b.empty()) {
        totals.mode = IterationMode::Cold;
        a = totalsOf(before, IterationMode::Cold);
        b = totalsOf(after, IterationMode::Cold);
    }
    totals.total = compareSamples(a, b);
    return totals;
}

} // namespace perihelion
