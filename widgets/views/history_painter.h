// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Paints a history onto anything that can be painted on: the chart on screen, a PNG, an SVG. Made anew for
// every picture; keeps references to the values and the theme it is given.

#include "widgets/views/history_scale.h"

#include <QColor>
#include <QSizeF>

#include <optional>
#include <vector>

class QPainter;

namespace perihelion {

class Theme;

/// The runs that a person chose.
struct HistorySelection {
    std::optional<std::size_t> first;
    std::optional<std::size_t> second;
};

class HistoryPainter {
public:
    /// places: as runPlaces() gives them, kept alive by the caller like values.
    HistoryPainter(const HistoryValues& values, std::span<const double> places, const Theme& theme,
                   QSizeF size, HistoryRange range);

    const HistoryScale& scale() const { return m_scale; }
    void paint(QPainter& painter, const HistorySelection& selection) const;
    /// The upper edge of what a run shows, or the lower edge of the plot where it shows nothing.
    QPointF pointOf(std::size_t run) const;

private:
    QColor colorOf(const ChartSeries& series) const;
    std::vector<std::size_t> visibleRuns() const;
    void paintSelection(QPainter& painter, const HistorySelection& selection) const;
    void paintValueAxis(QPainter& painter) const;
    void paintRunLabels(QPainter& painter) const;
    void paintDates(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;
    void paintStacks(QPainter& painter) const;
    void paintStack(QPainter& painter, std::size_t run, bool cold) const;
    void paintBand(QPainter& painter, const ChartSeries& series) const;
    void paintLine(QPainter& painter, const ChartSeries& series) const;
    void paintPoints(QPainter& painter, const ChartSeries& series) const;
    void paintLevels(QPainter& painter, const ChartSeries& series) const;
    void paintFailures(QPainter& painter) const;
    void paintEnvironments(QPainter& painter) const;
    void paintChanges(QPainter& painter) const;
    void paintNotes(QPainter& painter) const;
    double edgeBefore(std::size_t run) const;

    const HistoryValues& m_values;
    std::span<const double> m_places;
    const Theme& m_theme;
    QSizeF m_size;
    HistoryScale m_scale;
    std::vector<std::size_t> m_byPlace; ///< Visible runs, from left to right.
    double m_slot = 1;                  ///< Pixels of a run.
};

} // namespace perihelion
