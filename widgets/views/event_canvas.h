// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EventCanvas: draws a frame letterboxed on a plain widget, pixel-exact from 1:1 up; wheel zooms about the
// pointer, dragging pans, or spans a region of interest; HUD at the bottom right, the pixel under the pointer
// at the bottom left. Knows nothing of recordings. GUI thread only.

#include "core/base/units.h"
#include "widgets/views/canvas_transform.h"

#include <QImage>
#include <QStringList>
#include <QWidget>

#include <optional>

namespace perihelion {

class Theme;

class EventCanvas : public QWidget {
    Q_OBJECT

public:
    explicit EventCanvas(const Theme& theme, QWidget* parent = nullptr);

    /// Shows a frame; framePainted(serial, …) follows once it is on the screen. A null image clears the
    /// canvas.
    void setFrame(const QImage& image, quint64 serial);
    /// Paints the same frame in other colours.
    void setRecoloured(const QImage& image);
    /// Nothing is open: no frame, region or text.
    void clear();
    const QImage& image() const { return m_image; }

    void setRegion(std::optional<QRect> pixels);
    std::optional<QRect> region() const { return m_region; }
    /// While on, dragging spans a region instead of panning.
    void setRegionMode(bool on);
    bool isRegionMode() const { return m_regionMode; }

    void setHudLines(const QStringList& lines);
    void setHudVisible(bool visible);
    bool isHudVisible() const { return m_hudVisible; }
    void setPixelText(const QString& text);

    const CanvasTransform& transform() const { return m_transform; }
    void fitToCanvas();
    void showActualSize();
    void zoomBy(int steps);

    QSize sizeHint() const override { return {640, 360}; }
    QSize minimumSizeHint() const override { return {240, 160}; }

Q_SIGNALS:
    /// The frame with this serial has been drawn for the first time; drawing took so long.
    void framePainted(quint64 serial, perihelion::Nanoseconds painting);
    void pixelHovered(QPoint pixel);
    void pixelLeft();
    void regionChosen(QRect pixels);
    void zoomChanged(double scale);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    void updateViewport();
    void afterZoom();
    void hover(QPointF point);
    void drawImage(QPainter& painter);
    void drawRegion(QPainter& painter, const QRect& pixels) const;
    void drawFrameLine(QPainter& painter) const;
    void drawHud(QPainter& painter) const;
    void drawPixelText(QPainter& painter) const;
    void drawTextBlock(QPainter& painter, const QRectF& block, const QStringList& lines) const;

    const Theme& m_theme;
    CanvasTransform m_transform;
    QImage m_image;
    QImage m_reduced; ///< The frame at the present scale where that is below one half; else null.
    quint64 m_serial = 0;
    bool m_unpainted = false;

    std::optional<QRect> m_region;
    bool m_regionMode = false;
    QStringList m_hudLines;
    bool m_hudVisible = true;
    QString m_pixelText;

    enum class Drag { None, Pan, Region };
    Drag m_drag = Drag::None;
    QPointF m_dragFrom;
    QPointF m_dragTo;
    QPointF m_pointer;
    int m_wheelRest = 0;
    bool m_focusShown = false; ///< Only for a focus that came by the keyboard.
};

} // namespace perihelion
