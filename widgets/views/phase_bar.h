// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PhaseBar: named durations as one stacked bar with a legend below it that wraps to the width. Used for the
// frame on screen and for loads. Colours are given with the segments; text colours come from the palette. GUI
// thread only.

#include "core/base/units.h"

#include <QColor>
#include <QRect>
#include <QString>
#include <QWidget>

#include <vector>

namespace perihelion {

/// One phase: what the legend calls it, how long it took, its colour.
struct PhaseSegment {
    QString name;
    Nanoseconds duration{0};
    QColor color;

    bool operator==(const PhaseSegment&) const = default;
};

class PhaseBar : public QWidget {
    Q_OBJECT

public:
    explicit PhaseBar(QWidget* parent = nullptr);

    /// Negative durations count as 0. Without any time the bar is drawn empty and the legend shows zeros.
    void setSegments(std::vector<PhaseSegment> segments);
    const std::vector<PhaseSegment>& segments() const { return m_segments; }
    Nanoseconds total() const;

    /// Where each segment lies on a bar of this width in whole pixels; together they fill it exactly.
    std::vector<QRect> segmentRects(const QRect& bar) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// Legend entries row by row for a width; returns their rectangles below the bar.
    std::vector<QRect> legendRects(int width) const;
    QString valueText(const PhaseSegment& segment) const;

    std::vector<PhaseSegment> m_segments;
};

} // namespace perihelion
