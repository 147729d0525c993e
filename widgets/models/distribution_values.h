// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The samples of one row of a comparison, side by side, as the chart shows them. Values.

#include "core/runs/compared_runs.h"

#include <QString>

#include <span>
#include <vector>

namespace perihelion {

/// One side of a row.
struct SampleSide {
    QString label;              ///< "A  c6bd97f".
    std::vector<double> sorted; ///< Rising, only numbers.
    std::vector<bool> outliers; ///< As long as sorted; drawn hollow, never dropped.
    double median = 0;          ///< Without meaning where there is no sample.
};

struct DistributionValues {
    QString title; ///< "serialize json, warm".
    QString unit;  ///< Empty for a plain number.
    SampleSide a;
    SampleSide b;

    bool isEmpty() const { return a.sorted.empty() && b.sorted.empty(); }
};

/// "serialize json, warm"; of a metric only its name.
QString rowTitle(const QString& phase, IterationMode mode, bool isMetric);
/// Of a compared row.
DistributionValues distributionOf(const ComparedPair& pair, const PhaseComparison& row);
/// Of a row that one side has alone.
DistributionValues distributionOf(const ComparedPair& pair, const OneSidedRow& row);
/// Share of values at or below a value, 0 … 1; 0 for none.
double shareAtOrBelow(std::span<const double> sorted, double value);

} // namespace perihelion
