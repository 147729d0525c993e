// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/event_canvas.h"

#include "widgets/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kTextMargin = 12;
constexpr int kTextPadding = 12;
constexpr int kTextRadius = 6;
constexpr int kPanelRadius = 8;
constexpr int kTextLineGap = 2; ///< Between lines of text over the frame.

} // namespace

EventCanvas::EventCanvas(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Frame"));
    setAccessibleDescription(tr("Events of the time window; the numbers are in the panel beside it"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void EventCanvas::setFrame(const QImage& image, quint64 serial)
{
    m_image = image;
    m_reduced = QImage();
    m_serial = serial;
    m_unpainted = !image.isNull();
    if (!image.isNull()) {
        m_transform.setSensor(image.size());
    }
    update();
}

void EventCanvas::clear()
{
    setFrame(QImage(), 0);
    setPixelText(QString());
    setRegion(std::nullopt);
    setRegionMode(false);
}

void EventCanvas::setRecoloured(const QImage& image)
{
    m_image = image;
    m_reduced = QImage();
    update();
}

void EventCanvas::setRegion(std::optional<QRect> pixels)
{
    m_region = pixels;
    update();
}

void EventCanvas::setRegionMode(bool on)
{
    m_regionMode = on;
    m_drag = Drag::None;
    setCursor(on ? Qt::CrossCursor : Qt::ArrowCursor);
    update();
}

void EventCanvas::setHudLines(const QStringList& lines)
{
    if (lines != m_hudLines) {
        m_hudLines = lines;
        if (m_hudVisible) {
            update();
        }
    }
}

void EventCanvas::setHudVisible(bool visible)
{
    m_hudVisible = visible;
    update();
}

void EventCanvas::setPixelText(const QString& text)
{
    if (text != m_pixelText) {
        m_pixelText = text;
        update();
    }
}

void EventCanvas::fitToCanvas()
{
    m_transform.fit();
    afterZoom();
}

void EventCanvas::showActualSize()
{
    m_transform.zoomTo(1.0, QRectF(rect()).center());
    afterZoom();
}

void EventCanvas::zoomBy(int steps)
{
    m_transform.zoomBy(steps, QRectF(rect()).center());
    afterZoom();
}

void EventCanvas::afterZoom()
{
    m_reduced = QImage();
    update();
    Q_EMIT zoomChanged(m_transform.scale());
}

void EventCanvas::updateViewport()
{
    m_transform.setViewport(size(), devicePixelRatioF());
    m_reduced = QImage();
}

void EventCanvas::resizeEvent(QResizeEvent*)
{
    updateViewport();
    Q_EMIT zoomChanged(m_transform.scale());
}

bool EventCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::ScreenChangeInternal) {
        updateViewport();
    }
    return QWidget::event(event);
}

void EventCanvas::paintEvent(QPaintEvent*)
{
    const auto begun = std::chrono::steady_clock::now();
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(ColorRole::Canvas));
    if (!m_image.isNull()) {
        drawImage(painter);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_region) {
        drawRegion(painter, *m_region);
    }
    if (m_drag == Drag::Region) {
        drawRegion(painter, m_transform.pixelsBetween(m_dragFrom, m_dragTo));
    }
    if (m_hudVisible && !m_hudLines.isEmpty() && !m_image.isNull()) {
        drawHud(painter);
    }
    if (!m_pixelText.isEmpty()) {
        drawPixelText(painter);
    }
    drawFrameLine(painter);
    painter.end();
    if (m_unpainted) {
        m_unpainted = false;
        Q_EMIT framePainted(m_serial, std::chrono::steady_clock::now() - begun);
    }
}

void EventCanvas::drawImage(QPainter& painter)
{
    painter.save();
    const qreal ratio = devicePixelRatioF();
    painter.scale(1 / ratio, 1 / ratio);
    const QRectF target = m_transform.deviceRect();
    if (m_transform.scale() < 0.5) {
        // Bilinear sampling would skip whole events below one half, so the frame is averaged down first.
        if (m_reduced.isNull()) {
            m_reduced = m_image.scaled(target.size().toSize().expandedTo(QSize(1, 1)), Qt::IgnoreAspectRatio,
                                       Qt::SmoothTransformation);
        }
        painter.drawImage(target.topLeft(), m_reduced);
    } else {
        painter.setRenderHint(QPainter::SmoothPixmapTransform,
                              m_transform.scale() != std::floor(m_transform.scale()));
        painter.drawImage(target, m_image);
    }
    painter.restore();
}

void EventCanvas::drawFrameLine(QPainter& painter) const
{
    // The corners are painted over: cheaper than drawing the frame through a rounded clip.
    const QRectF inside = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath line;
    line.addRoundedRect(inside, kPanelRadius, kPanelRadius);
    QPainterPath corners;
    corners.addRect(rect());
    painter.fillPath(corners.subtracted(line), m_theme.color(ColorRole::Background));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        QPen(m_theme.color(hasFocus() && m_focusShown ? ColorRole::AccentLabel : ColorRole::Line), 1));
    painter.drawPath(line);
}

void EventCanvas::drawRegion(QPainter& painter, const QRect& pixels) const
{
    const QRectF frame = m_transform.widgetRect(pixels);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_theme.color(ColorRole::Canvas), 3));
    painter.drawRect(frame);
    painter.setPen(QPen(m_theme.color(ColorRole::AccentLabel), 1.5));
    painter.drawRect(frame);
}

void EventCanvas::drawTextBlock(QPainter& painter, const QRectF& block, const QStringList& lines) const
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(ColorRole::Scrim));
    painter.drawRoundedRect(block, kTextRadius, kTextRadius);
    painter.setPen(m_theme.color(ColorRole::CanvasText));
    const QFontMetrics metrics = painter.fontMetrics();
    const int lineHeight = metrics.height() + kTextLineGap;
    double top = block.center().y() - lineHeight * static_cast<double>(lines.size()) / 2;
    for (const QString& line : lines) {
        painter.drawText(QRectF(block.left() + kTextPadding, top, block.width() - kTextPadding, lineHeight),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, line);
        top += lineHeight;
    }
}

void EventCanvas::drawHud(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Mono));
    const QFontMetrics metrics(painter.font());
    // Never narrower than usual contents, so that it does not twitch while numbers change.
    int widest = metrics.horizontalAdvance(QStringLiteral("window 10.0 ms"));
    for (const QString& line : m_hudLines) {
        widest = std::max(widest, metrics.horizontalAdvance(line));
    }
    const int high = (metrics.height() + kTextLineGap) * static_cast<int>(m_hudLines.size()) + 16;
    const QRectF block(width() - kTextMargin - widest - 2 * kTextPadding, height() - kTextMargin - high,
                       widest + 2 * kTextPadding, high);
    drawTextBlock(painter, block, m_hudLines);
}

void EventCanvas::drawPixelText(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Mono));
    const QFontMetrics metrics(painter.font());
    const int wide = metrics.horizontalAdvance(m_pixelText) + 2 * kTextPadding;
    const int high = metrics.height() + 12;
    QRectF block(kTextMargin, height() - kTextMargin - high, wide, high);
    if (block.adjusted(-kTextMargin, -kTextMargin, kTextMargin, kTextMargin).contains(m_pointer)) {
        block.moveTop(kTextMargin);
    }
    drawTextBlock(painter, block, {m_pixelText});
}

void EventCanvas::wheelEvent(QWheelEvent* event)
{
    m_wheelRest += event->angleDelta().y();
    const int steps = m_wheelRest / QWheelEvent::DefaultDeltasPerStep;
    m_wheelRest %= QWheelEvent::DefaultDeltasPerStep;
    if (steps != 0 && !m_image.isNull()) {
        m_transform.zoomBy(steps, event->position());
        afterZoom();
        hover(event->position());
    }
    event->accept();
}

void EventCanvas::mousePressEvent(QMouseEvent* event)
{
    const bool middle = event->button() == Qt::MiddleButton;
    if (m_image.isNull() || (event->button() != Qt::LeftButton && !middle)) {
        event->ignore();
        return;
    }
    m_dragFrom = event->position();
    m_dragTo = m_dragFrom;
    m_drag = m_regionMode && !middle ? Drag::Region : Drag::Pan;
    if (m_drag == Drag::Pan) {
        setCursor(Qt::ClosedHandCursor);
    }
}

void EventCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag == Drag::Pan) {
        m_transform.panBy(event->position() - m_dragTo);
        m_dragTo = event->position();
        update();
    } else if (m_drag == Drag::Region) {
        m_dragTo = event->position();
        update();
    }
    hover(event->position());
}

void EventCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    setCursor(m_regionMode ? Qt::CrossCursor : Qt::ArrowCursor);
    if (drag == Drag::Region) {
        update();
        Q_EMIT regionChosen(m_transform.pixelsBetween(m_dragFrom, event->position()));
    }
}

void EventCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !m_regionMode) {
        fitToCanvas();
    }
}

void EventCanvas::hover(QPointF point)
{
    m_pointer = point;
    const std::optional<QPoint> pixel = m_image.isNull() ? std::nullopt : m_transform.pixelAt(point);
    if (pixel) {
        Q_EMIT pixelHovered(*pixel);
    } else {
        Q_EMIT pixelLeft();
    }
}

void EventCanvas::focusInEvent(QFocusEvent* event)
{
    m_focusShown = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QWidget::focusInEvent(event);
}

void EventCanvas::leaveEvent(QEvent*)
{
    Q_EMIT pixelLeft();
}

} // namespace perihelion
