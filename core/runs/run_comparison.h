// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two measured runs compared phase by phase and mode by mode, with verdicts. Computed from the raw samples;
// page and command line take their numbers from here.

#include "core/base/result.h"
#include "core/runs/interleaved_pair.h"
#include "core/runs/run_record.h"
#include "core/stats/comparison.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace perihelion {

/// One row of a comparison.
struct PhaseComparison {
    QString phase; ///< A phase, kUnattributedRow, kTotalRow, or the name of a metric.
    IterationMode mode = IterationMode::Warm;
    bool isMetric = false;
    Comparison comparison;               ///< Times in milliseconds, metrics in their own unit.
    QString unit = QStringLiteral("ms"); ///< Empty for a plain number.
    /// Of runs that were measured in turn; it decides then, because a drift of the machine lies on both sides
    /// of a round alike.
    std::optional<PairedFinding> paired = {};

    Verdict verdict() const { return paired ? paired->verdict : comparison.verdict; }
    const QString& sentence() const { return paired ? paired->sentence : comparison.sentence; }
};

/// What one of the two runs measured and the other did not.
struct OneSidedRow {
    QString phase;
    IterationMode mode = IterationMode::Warm;
    bool isMetric = false;
    bool inA = true; ///< Measured in a; else in b.
    std::size_t count = 0;
    double median = 0;
    QString unit = QStringLiteral("ms");
};

struct RunComparison {
    std::vector<PhaseComparison> rows; ///< Cold before warm; metrics last. Only what both runs have.
    std::vector<OneSidedRow> oneSided; ///< Those of a first.
    QStringList warnings;              ///< What makes the comparison doubtful: other machine, build, plan …

    /// The first row that got worse; null when none did.
    const PhaseComparison* regression() const;
};

/// Compares run b with run a. floor: relative change that is still no change. Payload sizes have no noise:
/// any difference counts. Of imported results every metric that both counted in the same unit is a row, in
/// the direction that the second one says. Error InvalidArgument: they are not runs of the same workload and
/// parameters.
Result<RunComparison> compareRuns(const RunRecord& a, const RunRecord& b, double floor = 0.02);

/// The samples of one of the compared runs behind a row, in the unit of the row.
std::vector<double> samplesBehind(const RunRecord& run, const PhaseComparison& row);

/// Two runs by the time of their whole iterations: what a page says about a run and its baseline.
struct RunTotals {
    IterationMode mode = IterationMode::Warm;
    Comparison total; ///< In milliseconds.
};

/// Warm times, or cold ones where one of the runs has no warm ones.
RunTotals compareRunTotals(const RunRecord& before, const RunRecord& after);

} // namespace perihelion
