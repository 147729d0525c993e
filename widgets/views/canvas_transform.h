// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CanvasTransform: where sensor pixels lie on the canvas. Scale and offset are kept in device pixels, so that
// every zoom of 1:1 (in device-independent pixels) and above is a whole number of device pixels. A plain
// value.

#include <QPoint>
#include <QPointF>
#include <QRect>
#include <QRectF>
#include <QSize>
#include <QSizeF>

#include <optional>

namespace perihelion {

class CanvasTransform {
public:
    static constexpr double kLargestScale = 64.0;
    static constexpr double kSmallestScale = 1.0 / 16.0;

    void setSensor(QSize sensor);
    /// Size of the canvas in device-independent pixels and the screen's scale. Keeps the centre, or the fit.
    void setViewport(QSizeF size, qreal devicePixelRatio);

    QSize sensor() const { return m_sensor; }
    /// Device pixels per sensor pixel: whole from one device-independent pixel up, any fraction below.
    double scale() const { return m_scale; }
    bool isFitted() const { return m_fitted; }

    /// The largest scale at which the whole sensor is seen; kept when the canvas changes its size.
    void fit();
    /// Zooms to a scale (made a whole one as scale() says); the sensor point under anchor stays where it is.
    void zoomTo(double scale, QPointF anchor);
    /// steps > 0 zooms in along the usual scales.
    void zoomBy(int steps, QPointF anchor);
    void panBy(QPointF delta);

    /// Widget point → sensor coordinates (pixel n covers n … n+1) and back.
    QPointF toSensor(QPointF point) const;
    QPointF toWidget(QPointF sensorPoint) const;
    /// The sensor pixel under a widget point, if there is one.
    std::optional<QPoint> pixelAt(QPointF point) const;
    /// The sensor pixels that a rubber band between two widget points touches, at least one, cut to the
    /// sensor.
    QRect pixelsBetween(QPointF from, QPointF to) const;
    /// Where the whole sensor lies, in device pixels.
    QRectF deviceRect() const;
    /// Where some sensor pixels lie, in device-independent pixels.
    QRectF widgetRect(const QRect& pixels) const;

private:
    double fitScale() const;
    double allowedScale(double scale) const;
    void moveInside();

    QSize m_sensor{0, 0};
    QSizeF m_viewport{1, 1}; ///< Device pixels.
    qreal m_ratio = 1.0;
    double m_scale = 1.0;
    QPointF m_offset; ///< Of the sensor's top left, in whole device pixels.
    bool m_fitted = true;
};

} // namespace perihelion
