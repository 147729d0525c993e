// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// IterationChart: the iterations of a run as stacked bars, cold ones apart at the left; places of those still
// to come are left free, so that bars grow in while a run goes on. Failed ones are hollow. Paints values.

#include "core/runs/run_record.h"

#include <QByteArray>
#include <QImage>
#include <QWidget>

#include <vector>

namespace perihelion {

class Theme;

/// One bar.
struct IterationBar {
    QString label; ///< "cold 1", "warm 3".
    bool cold = false;
    bool failed = false;
    QString failure;
    Nanoseconds elapsed{0};
    std::vector<Nanoseconds> parts; ///< As the chart's part names; the rest of elapsed lies in no phase.
};

struct IterationBars {
    std::vector<QString> parts; ///< Phases at the top of the nesting, in their order.
    std::vector<IterationBar> bars;
    int coldPlanned = 0;
    int warmPlanned = 0;

    /// Cold ones first, in the order in which they were done.
    static IterationBars of(const RunRecord& run);
};

class IterationChart : public QWidget {
    Q_OBJECT

public:
    explicit IterationChart(const Theme& theme, QWidget* parent = nullptr);

    void setBars(IterationBars bars);
    /// Where a bar stands, its whole height included; for tests and tool tips.
    QRect barRect(std::size_t bar) const;
    /// "warm 3: 12.1 ms – physics samples 9.2 …", for people.
    QString describe(std::size_t bar) const;
    /// As it is shown, on the panel's ground, at this factor of its size.
    QImage picture(double factor) const;
    QByteArray svg() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Plot {
        QRect area;
        double top = 1; ///< Milliseconds at the upper edge.
        double slot = 1;
        int gap = 0; ///< Between cold and warm.
    };

    Plot plot() const;
    int slotOf(std::size_t bar) const;
    QColor partColor(std::size_t part) const;
    void paintInto(QPainter& painter) const;
    void paintScale(QPainter& painter, const Plot& plot) const;
    void paintBar(QPainter& painter, const Plot& plot, std::size_t bar) const;
    void paintLabels(QPainter& painter, const Plot& plot) const;
    void paintLegend(QPainter& painter) const;

    const Theme& m_theme;
    IterationBars m_bars;
    int m_cold = 0; ///< Of the bars.
    Nanoseconds m_longest{0};
};

} // namespace perihelion
