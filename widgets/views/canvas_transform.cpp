// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_transform.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

constexpr std::array kScales{1.0 / 16, 1.0 / 12, 1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3, 1.0 / 2, 2.0 / 3,
                             1.0,      2.0,      3.0,     4.0,     5.0,     6.0,     8.0,     10.0,
                             12.0,     16.0,     20.0,    24.0,    32.0,    40.0,    48.0,    64.0};

} // namespace

double CanvasTransform::allowedScale(double scale) const
{
    const double bounded = std::clamp(scale, kSmallestScale, kLargestScale);
    return bounded >= m_ratio ? std::floor(bounded + 1e-9) : bounded;
}

double CanvasTransform::fitScale() const
{
    if (m_sensor.isEmpty()) {
        return 1.0;
    }
    return allowedScale(
        std::min(m_viewport.width() / m_sensor.width(), m_viewport.height() / m_sensor.height()));
}

void CanvasTransform::setSensor(QSize sensor)
{
    if (sensor != m_sensor) {
        m_sensor = sensor;
        fit();
    }
}

void CanvasTransform::setViewport(QSizeF size, qreal devicePixelRatio)
{
    const QPointF middle = toSensor(QPointF(m_viewport.width(), m_viewport.height()) / m_ratio / 2);
    m_ratio = devicePixelRatio;
    m_viewport = QSizeF(std::max(1.0, std::round(size.width() * m_ratio)),
                        std::max(1.0, std::round(size.height() * m_ratio)));
    if (m_fitted) {
        fit();
        return;
    }
    m_offset = QPointF(m_viewport.width(), m_viewport.height()) / 2 - middle * m_scale;
    moveInside();
}

void CanvasTransform::fit()
{
    m_fitted = true;
    m_scale = fitScale();
    moveInside();
}

void CanvasTransform::zoomTo(double scale, QPointF anchor)
{
    const QPointF fixed = toSensor(anchor);
    m_scale = allowedScale(scale);
    m_fitted = false;
    m_offset = anchor * m_ratio - fixed * m_scale;
    moveInside();
}

void CanvasTransform::zoomBy(int steps, QPointF anchor)
{
    if (steps == 0) {
        return;
    }
    const double nearly = m_scale * 1e-6;
    const std::ptrdiff_t index =
        steps > 0
            ? std::upper_bound(kScales.begin(), kScales.end(), m_scale + nearly) - kScales.begin() + steps - 1
            : std::lower_bound(kScales.begin(), kScales.end(), m_scale - nearly) - kScales.begin() + steps;
    const auto last = static_cast<std::ptrdiff_t>(kScales.size()) - 1;
    zoomTo(kScales.at(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index, 0, last))), anchor);
}

void CanvasTransform::panBy(QPointF delta)
{
    m_offset += delta * m_ratio;
    moveInside();
}

void CanvasTransform::moveInside()
{
    // Centred where it is smaller than the canvas, without a gap where it is larger.
    const auto inside = [](double offset, double image, double view) {
        return std::round(image <= view ? (view - image) / 2 : std::clamp(offset, view - image, 0.0));
    };
    m_offset = QPointF(inside(m_offset.x(), m_sensor.width() * m_scale, m_viewport.width()),
                       inside(m_offset.y(), m_sensor.height() * m_scale, m_viewport.height()));
}

QPointF CanvasTransform::toSensor(QPointF point) const
{
    return (point * m_ratio - m_offset) / m_scale;
}

QPointF CanvasTransform::toWidget(QPointF sensorPoint) const
{
    return (sensorPoint * m_scale + m_offset) / m_ratio;
}

std::optional<QPoint> CanvasTransform::pixelAt(QPointF point) const
{
    const QPointF at = toSensor(point);
    const QPoint pixel(static_cast<int>(std::floor(at.x())), static_cast<int>(std::floor(at.y())));
    if (!QRect(QPoint(0, 0), m_sensor).contains(pixel)) {
        return std::nullopt;
    }
    return pixel;
}

QRect CanvasTransform::pixelsBetween(QPointF from, QPointF to) const
{
    if (m_sensor.isEmpty()) {
        return {};
    }
    const auto pixel = [this](QPointF point) {
        const QPointF at = toSensor(point);
        return QPoint(std::clamp(static_cast<int>(std::floor(at.x())), 0, m_sensor.width() - 1),
                      std::clamp(static_cast<int>(std::floor(at.y())), 0, m_sensor.height() - 1));
    };
    const QPoint a = pixel(from);
    const QPoint b = pixel(to);
    return {QPoint(std::min(a.x(), b.x()), std::min(a.y(), b.y())),
            QPoint(std::max(a.x(), b.x()), std::max(a.y(), b.y()))};
}

QRectF CanvasTransform::deviceRect() const
{
    return {m_offset, QSizeF(m_sensor) * m_scale};
}

QRectF CanvasTransform::widgetRect(const QRect& pixels) const
{
    return {toWidget(QPointF(pixels.topLeft())), QSizeF(pixels.size()) * m_scale / m_ratio};
}

} // namespace perihelion
