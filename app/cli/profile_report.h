// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A profile run as perihelion-cli tells it: the table for people and the JSON that scripts rely on. Both take
// their numbers from RunSummary, as the page does.

#include "core/runs/run_record.h"
#include "core/stats/comparison.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace perihelion {

/// The earlier run that a run is compared with, and what came of it.
struct BaselineComparison {
    std::int64_t run = 0;
    QString commit;
    IterationMode mode = IterationMode::Warm;
    Comparison total; ///< Of the whole iteration, in milliseconds.
};
/// Warm times of the whole iteration, or cold ones where there are no warm ones on both sides.
BaselineComparison compareWithBaseline(const RunRecord& baseline, const RunRecord& run);

/// workload, scenario, run_id, commit, dirty, machine, cold, warm, payload_bytes, … as the manual has them.
QJsonObject profileJson(const RunRecord& run, const std::optional<BaselineComparison>& baseline);
/// Phases × cold, min, p50, p95, max; sizes, memory, hotspots, the sentence against the baseline.
QString profileTable(const RunRecord& run, const std::optional<BaselineComparison>& baseline);

} // namespace perihelion
