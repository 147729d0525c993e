// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DistributionChart: two samples over one axis. Above, the share of values at or below each value (ECDF);
// below, every value as a mark in a strip of its own, the median as a line, outliers hollow. A cursor, moved
// by mouse or arrow keys, reads the shares. Paints values; knows no runs.

#include "widgets/models/distribution_values.h"

#include <QWidget>

#include <optional>

namespace perihelion {

class Theme;

class DistributionChart : public QWidget {
    Q_OBJECT

public:
    explicit DistributionChart(const Theme& theme, QWidget* parent = nullptr);

    void setValues(DistributionValues values);
    const DistributionValues& values() const { return m_values; }
    /// Shown instead of a chart while there is no sample.
    void setEmptyText(const QString& text);

    /// Where a value stands, in pixels.
    double xOf(double value) const;
    /// What the cursor reads; empty without one.
    QString reading() const;

    /// The chart drawn anew at this factor, without cursor and focus.
    QImage picture(double factor) const;
    QByteArray svg() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Axis {
        double low = 0;
        double high = 1;
    };

    QRectF curvePlot() const;
    QRectF stripPlot(bool second) const;
    void fitAxis();
    void setCursorValue(std::optional<double> value);
    void speak();
    void paintInto(QPainter& painter) const;
    void paintAxes(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;
    void paintCurve(QPainter& painter, const SampleSide& side, const QColor& color, bool dashed) const;
    void paintStrip(QPainter& painter, const SampleSide& side, const QColor& color, bool second) const;
    void paintCursor(QPainter& painter) const;

    const Theme& m_theme;
    DistributionValues m_values;
    QString m_emptyText;
    Axis m_axis;
    std::optional<double> m_cursor;
};

} // namespace perihelion
