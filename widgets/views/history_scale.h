// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where a history's runs and values lie in the plot, its ticks and labels, and fewer points with the same
// outline. Pure functions of values.

#include "widgets/models/history_values.h"

#include <QPolygonF>
#include <QRectF>

#include <span>
#include <utility>
#include <vector>

namespace perihelion {

/// A stretch of the horizontal axis: numbers of runs, or milliseconds since the epoch.
struct HistoryRange {
    double from = 0;
    double to = 1;

    double length() const { return to - from; }
    bool operator==(const HistoryRange&) const = default;
};

/// Values at the lower and upper edge of the plot.
struct ValueRange {
    double low = 0;
    double high = 1;
};

class HistoryScale {
public:
    HistoryScale() = default;
    HistoryScale(QRectF plot, HistoryRange range, ValueRange values, bool logarithmic)
        : m_plot(plot),
          m_range(range),
          m_values(values),
          m_log(logarithmic)
    {
    }

    double x(double place) const;
    /// Values at or below zero lie at the lower edge of a logarithmic scale.
    double y(double value) const;
    /// The place at a pixel.
    double placeAt(double x) const;
    const QRectF& plot() const { return m_plot; }
    const HistoryRange& range() const { return m_range; }
    const ValueRange& values() const { return m_values; }

private:
    QRectF m_plot;
    HistoryRange m_range;
    ValueRange m_values;
    bool m_log = false;
};

/// Of every run: its number, or its time.
std::vector<double> runPlaces(const HistoryValues& values);
/// Everything, with half a run's room at both ends.
HistoryRange wholeRange(const HistoryValues& values, std::span<const double> places);
/// The values of the runs in range, rounded outwards; of stacks from zero.
ValueRange valueRange(const HistoryValues& values, std::span<const double> places, const HistoryRange& range);

/// About most round numbers between low and high: 1, 2 or 5 times powers of ten; of a logarithmic scale
/// powers of ten, with 2 and 5 between where there are few.
std::vector<double> valueTicks(const ValueRange& range, bool logarithmic, int most);
/// "300", "0.5", "1.2 k", "40 M"; zero is "0".
QString tickText(double value);

/// Of every pixel column the first, the least, the greatest and the last point, in their order: the outline
/// stays what it was. points: in pixels, x rising.
QPolygonF decimated(std::span<const QPointF> points);
/// Indexes of so many places (in pixels, in any order) that no two are nearer than distance.
std::vector<std::size_t> thinned(std::span<const double> pixels, double distance);
/// Levels as steps from half a run before their first to half a run after their last run.
std::vector<std::pair<QPointF, QPointF>> levelSteps(std::span<const ChartLevel> levels,
                                                    std::span<const double> places, double half,
                                                    const HistoryScale& scale);

} // namespace perihelion
