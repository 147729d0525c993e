// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The samples of a run gathered by what they are of: phases in the order of the table of a run, then metrics.
// What the run store keeps of a run beside the run itself, so that charts need not read it.

#include "core/runs/series_points.h"

#include <QByteArray>

#include <array>
#include <vector>

namespace perihelion {

struct ModeSamples {
    std::vector<double> values; ///< In the order measured, in the unit of the row.
    std::vector<int> processes; ///< As long as values.
};

struct MeasuredRow {
    SeriesRow row; ///< Its id is left at 0.
    ModeSamples cold;
    ModeSamples warm;
};

/// Failed iterations have no samples; of phases or metrics with the same name the first counts.
std::vector<MeasuredRow> measuredRows(const RunRecord& run);

PointNumbers pointNumbers(const std::vector<double>& values);

/// Little-endian: all values (8 bytes each), then all processes (4 bytes each).
QByteArray packSamples(const ModeSamples& samples);
/// Bytes of any other length give no sample.
ModeSamples unpackSamples(const QByteArray& bytes);

} // namespace perihelion
