// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_totals.h"

#include "core/runs/run_summary.h"

#include <vector>

namespace perihelion {

namespace {

std::vector<double> totalMilliseconds(const RunRecord& run, IterationMode mode)
{
    std::vector<double> values;
    for (const Nanoseconds value : samplesOf(run, kTotalRow, mode).values) {
        values.push_back(toMilliseconds(value));
    }
    return values;
}

} // namespace

RunTotals compareRunTotals(const RunRecord& before, const RunRecord& after)
{
    RunTotals totals;
    std::vector<double> a = totalMilliseconds(before, IterationMode::Warm);
    std::vector<double> b = totalMilliseconds(after, IterationMode::Warm);
    if (a.empty() || b.empty()) {
        totals.mode = IterationMode::Cold;
        a = totalMilliseconds(before, IterationMode::Cold);
        b = totalMilliseconds(after, IterationMode::Cold);
    }
    totals.total = compareSamples(a, b);
    return totals;
}

} // namespace perihelion
