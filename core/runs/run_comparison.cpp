// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_comparison.h"

#include "core/runs/run_summary.h"

#include <algorithm>

namespace perihelion {

namespace {

std::vector<double> metricSamples(const RunRecord& run, QStringView name)
{
    std::vector<double> values;
    for (const RunIteration& iteration : run.iterations) {
        if (const auto value = metricValue(iteration.metrics, name); value && !iteration.failed) {
            values.push_back(*value);
        }
    }
    return values;
}

void addPhases(RunComparison& result, const RunSummary& before, const RunSummary& after, IterationMode mode,
               const ComparisonRule& rule)
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
                 compareSamples(samples.milliseconds(), otherSamples.milliseconds(), rule)});
        }
    }
}

void addMetric(RunComparison& result, const RunRecord& a, const RunRecord& b, QStringView name, bool exact,
               double floor)
{
    const std::vector<double> before = metricSamples(a, name);
    const std::vector<double> after = metricSamples(b, name);
    if (before.empty() || after.empty()) {
        return;
    }
    ComparisonRule rule;
    rule.floor = floor;
    rule.exact = exact;
    rule.unit = QStringLiteral("B");
    result.rows.push_back({name.toString(), IterationMode::Warm, true, compareSamples(before, after, rule)});
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
    const auto at = std::find_if(rows.begin(), rows.end(), [](const PhaseComparison& row) {
        return row.comparison.verdict == Verdict::Slower;
    });
    return at == rows.end() ? nullptr : &*at;
}

Result<RunComparison> compareRuns(const RunRecord& a, const RunRecord& b, double floor)
{
    if (a.workload != b.workload || a.scenarioHash != b.scenarioHash) {
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
    addPhases(result, before, after, IterationMode::Cold, rule);
    addPhases(result, before, after, IterationMode::Warm, rule);
    addMetric(result, a, b, metric::kPayloadBytes, true, floor);
    addMetric(result, a, b, metric::kPayloadGzipBytes, true, floor);
    addMetric(result, a, b, metric::kPeakRssBytes, false, floor);
    warnIf(result, a.machine.fingerprint() != b.machine.fingerprint(),
           QStringLiteral("The runs were measured on different machines or builds"));
    warnIf(result, a.workloadVersion != b.workloadVersion,
           QStringLiteral("The workload itself changed between the runs"));
    warnIf(result, !(a.plan == b.plan), QStringLiteral("The runs followed different plans"));
    warnIf(result, a.failedIterations() + b.failedIterations() > 0,
           QStringLiteral("%1 iterations failed and have no times")
               .arg(a.failedIterations() + b.failedIterations()));
    return result;
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
