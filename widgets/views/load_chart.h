// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadChart: load times as bars grouped by recording, one bar for each state of file, index and cache, each
// with its value and how many times as fast it is as the first of its group. A logarithmic scale where the
// span needs one. Paints values.

#include "datasets/workloads/load_comparison.h"

#include <QChartView>

namespace perihelion {

class Theme;

class LoadChart : public QChartView {
    Q_OBJECT

public:
    explicit LoadChart(const Theme& theme, QWidget* parent = nullptr);

    void setComparison(LoadComparison comparison);
    bool isLogarithmic() const { return m_comparison.needsLogScale(); }
    /// The tip of a bar in the widget's coordinates; for labels, tool tips and tests.
    QPointF barTip(std::size_t group, LoadState state) const;
    QColor stateColor(LoadState state) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void rebuild();
    QString tipAt(const QPoint& position) const;
    /// Height of a row of the axis' numbers and of the legend.
    int rowHeight() const;
    int legendRows() const;
    template <typename Entry>
    void layLegend(Entry entry) const;

    const Theme& m_theme;
    LoadComparison m_comparison;
    double m_axisLeast = 0; ///< Milliseconds at the left edge.
};

} // namespace perihelion
