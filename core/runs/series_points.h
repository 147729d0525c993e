// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A series as charts and statistics want it: its runs, oldest first, and for every phase and metric one point
// per run. Values; made by RunStore.

#include "core/runs/run_record.h"

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

enum class RowKind { Phase, Metric };

/// Something that the runs of a series measured: a phase, kTotalRow, kUnattributedRow, or a metric.
struct SeriesRow {
    std::int64_t id = 0; ///< Of this row in this series.
    RowKind kind = RowKind::Phase;
    QString name;
    QString unit;           ///< "ns" for times of phases; of a metric its own: "B", "s", "1" …
    QString parent;         ///< Name of the phase it lies in; empty at the top.
    bool ofProcess = false; ///< "spawn", "ready": beside the total, not in it.
    bool higherIsBetter = false;

    bool operator==(const SeriesRow&) const = default;
};

/// One run of a series, whether it has numbers or not.
struct SeriesRun {
    std::int64_t run = 0;
    QDateTime started; ///< UTC.
    QString commit;
    QDateTime commitTime; ///< UTC; invalid when unknown.
    QString branch;
    bool dirty = false;
    QString host;
    RunState state = RunState::Finished;
    QString failure; ///< Why nothing was measured.
    int iterations = 0;
    int failed = 0;      ///< Iterations that failed, of any mode.
    QString interleaved; ///< As RunRecord::interleaved.
};

/// What one run measured of one row in one mode, in the unit of the row; quantiles as numpy's linear ones.
struct PointNumbers {
    int count = 0; ///< 0: the run has no sample of it, and no number below means anything.
    double min = 0;
    double p5 = 0;
    double p25 = 0;
    double p50 = 0;
    double p75 = 0;
    double p95 = 0;
    double max = 0;
};

struct RowPoints {
    SeriesRow row;
    IterationMode mode = IterationMode::Warm;
    std::vector<PointNumbers> points; ///< points[i] is of runs[i] of the SeriesPoints it lies in.
};

struct SeriesPoints {
    /// By the time of the commit, or of the start where that is unknown; then by start.
    std::vector<SeriesRun> runs;
    /// In the order of the table of a run, cold before warm; only those with a sample.
    std::vector<RowPoints> rows;
};

/// Which rows are meant; an empty field means all.
struct RowFilter {
    std::vector<std::int64_t> rows; ///< SeriesRow::id.
    std::optional<RowKind> kind;
    std::optional<IterationMode> mode;
};

/// Every sample of one row in one mode of one run, in the order measured and the unit of the row.
struct RunSamples {
    std::int64_t run = 0;
    std::vector<double> values;
    std::vector<int> processes; ///< As long as values.
};

} // namespace perihelion
