// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunSummary: a run's raw samples as the table shows them: for each phase and mode count, min, p50, p95, max;
// sizes and memory; hotspots. Computed, never stored as truth. Page and command line take their numbers from
// here.

#include "core/runs/run_record.h"

#include <QString>

#include <map>
#include <optional>
#include <vector>

namespace perihelion {

/// Names of the two rows that every table has besides its phases.
inline constexpr QStringView kTotalRow = u"total";
inline constexpr QStringView kUnattributedRow = u"unattributed";

/// Raw nanoseconds of one phase in one mode, with the process each came from. Failed iterations and those
/// that never entered the phase are not in it.
struct SampleSet {
    std::vector<Nanoseconds> values; ///< In the order in which they were measured.
    std::vector<int> processes;      ///< As long as values.

    /// For functions of core/stats.
    std::vector<double> nanoseconds() const;
    std::vector<double> milliseconds() const;
};

/// Count, least, quantiles (numpy's linear ones) and greatest of a SampleSet. All zero for an empty one.
struct Summary {
    std::size_t count = 0;
    Nanoseconds min{0};
    Nanoseconds p50{0};
    Nanoseconds p95{0};
    Nanoseconds max{0};

    /// Below 20 values no value has 95 % of the others below it: p95 is an interpolation then.
    bool isP95Interpolated() const { return count > 0 && count < 20; }
    static Summary of(const SampleSet& samples);
};

struct PhaseRow {
    QString name;
    int depth = 0;          ///< 0 at the top, 1 for a phase inside another …
    int parent = -1;        ///< Index of the row of the phase it lies in.
    bool ofProcess = false; ///< spawn and ready: beside the total, not in it.
    SampleSet coldSamples;
    SampleSet warmSamples;
    Summary cold;
    Summary warm;
};

/// A phase's share of the time, own time only, so that the shares of all add up.
struct Hotspot {
    QString name;
    Nanoseconds time{0}; ///< Mean own time in an iteration.
    double share = 0;    ///< Of the mean elapsed time, 0 … 1.
};

struct RunSummary {
    /// Process phases, then the workload's in their order, then unattributed, then total.
    std::vector<PhaseRow> rows;
    /// Ranked, greatest first; of the warm iterations, or of the cold ones where there are none. Names a
    /// phase, or kUnattributedRow.
    std::vector<Hotspot> hotspots;
    /// Median of every metric over the iterations that succeeded, warm ones if there are any; peak memory is
    /// the greatest.
    std::vector<Metric> metrics;

    /// Null when there is no such row.
    const PhaseRow* row(QStringView name) const;

    static RunSummary of(const RunRecord& run);
};

/// The samples of one phase (or kTotalRow, kUnattributedRow) in one mode.
SampleSet samplesOf(const RunRecord& run, QStringView phase, IterationMode mode);

} // namespace perihelion
