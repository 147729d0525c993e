// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The chart of a sweep: the times of one workload against one of its parameters, as an SVG picture. Made of
// values; it needs no window and no fonts of its own.

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace perihelion {

/// One measured value of the parameter.
struct SweepPoint {
    double at = 0;                ///< The parameter's value.
    std::vector<double> millis{}; ///< A time for each of SweepChart::phases, stacked from below.
    double total = 0;             ///< The whole iteration, ms.
};

struct SweepChart {
    QString title;
    QString parameter;  ///< Below the horizontal axis.
    QString footnote{}; ///< Machine and commit.
    QStringList phases; ///< From below.
    std::vector<SweepPoint> points;

    /// Stacked areas with a dot for each whole iteration. The points are put in order by their value.
    QByteArray toSvg() const;
};

/// Even steps of 1, 2 or 5 times a power of ten that cover 0 to the greatest value in at most six.
std::vector<double> axisSteps(double greatest);

} // namespace perihelion
