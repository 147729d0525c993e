// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Timeline: the whole recording as a strip: event-rate curve, bookmarks, the position as a handle. Clicking
// and dragging ask for a time, the pointer shows the time under it; with the keyboard focus, Page Up and Down
// move by a tenth. GUI thread only.

#include "core/base/units.h"
#include "datasets/layouts/recording_metadata.h"
#include "widgets/models/go_to_time.h"

#include <QPixmap>
#include <QWidget>

#include <optional>
#include <vector>

namespace perihelion {

class Theme;

/// Times ↔ places on a strip of some width. A plain value.
struct TimelineScale {
    EventTime first{0};
    EventTime last{0};
    double left = 0;
    double width = 1;

    double toX(EventTime time) const;
    EventTime toTime(double x) const; ///< Clamped to first … last.
};

class Timeline : public QWidget {
    Q_OBJECT

public:
    explicit Timeline(const Theme& theme, QWidget* parent = nullptr);

    void setReference(const TimeReference& reference, EventTime last);
    void setRate(const RateCurve& rate);
    void setPosition(EventTime position, EventTime window);
    void setBookmarks(std::vector<EventTime> times);
    /// Share of the recording that has been looked at for the curve, 0 … 1; nothing when that is not under
    /// way.
    void setProgress(std::optional<double> share);

    TimelineScale scale() const;
    EventTime position() const { return m_position; }

    QSize sizeHint() const override { return {400, 56}; }
    QSize minimumSizeHint() const override { return {160, 56}; }

Q_SIGNALS:
    /// A click or a key: go there.
    void seekRequested(perihelion::EventTime time);
    /// The handle is being dragged: show this if there is time.
    void scrubbed(perihelion::EventTime time);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void drawCurve(QPainter& painter, const QRectF& area) const;
    /// The curve as a picture: drawn once, since the handle moves 60 times a second.
    const QPixmap& curvePicture();
    QRect handlePlace() const;
    void drawHandle(QPainter& painter, const QRectF& area) const;
    void drawHover(QPainter& painter, const QRectF& area) const;
    QString rateText(EventTime time) const;

    const Theme& m_theme;
    TimeReference m_reference;
    EventTime m_last{0};
    EventTime m_position{0};
    EventTime m_window{0};
    RateCurve m_rate;
    std::vector<EventTime> m_bookmarks;
    std::optional<double> m_progress;
    QPixmap m_curve; ///< Null when it must be drawn anew.
    std::optional<double> m_hoverX;
    bool m_dragging = false;
};

} // namespace perihelion
