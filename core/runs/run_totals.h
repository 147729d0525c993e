// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two runs compared by the time of their whole iterations: what a page says about a run and its baseline.

#include "core/runs/run_record.h"
#include "core/stats/comparison.h"

namespace perihelion {

struct RunTotals {
    IterationMode mode = IterationMode::Warm;
    Comparison total; ///< In milliseconds.
};

/// Warm times, or cold ones where one of the runs has no warm ones.
RunTotals compareRunTotals(const RunRecord& before, const RunRecord& after);

} // namespace perihelion
