// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/orbit_view.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr double kMargin = 18;
constexpr double kLeastZoom = 0.02;
constexpr double kGreatestZoom = 200;
constexpr std::size_t kTrailSamples = 60;
constexpr double kTrailAngle = 1.6; ///< Radians around the star that a trail shows at most.
constexpr std::size_t kMostGuides = 40;
constexpr double kHitRadius = 6;

} // namespace

OrbitView::OrbitView(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMinimumSize(200, 140);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Orbits"));
    setToolTip(tr("Wheel or + and − zoom, dragging or arrows pan, 0 fits, a click selects a body"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void OrbitView::setRecording(std::shared_ptr<const OrbitRecording> recording, const QString& why)
{
    m_recording = std::move(recording);
    m_why = why;
    m_sample = 0;
    m_selected.reset();
    resetView();
    Q_EMIT selectionChanged();
}

void OrbitView::setSample(std::size_t sample)
{
    m_sample = m_recording && m_recording->samples() > 0 ? std::min(sample, m_recording->samples() - 1) : 0;
    update();
    if (m_selected) {
        Q_EMIT selectionChanged();
    }
}

void OrbitView::resetView()
{
    m_zoom = 1;
    m_pan = QPointF();
    update();
}

void OrbitView::zoomBy(double factor, QPointF around)
{
    const double zoom = std::clamp(m_zoom * factor, kLeastZoom, kGreatestZoom);
    const QPointF centre = QRectF(rect()).center() + m_pan;
    // What lies below the pointer stays there.
    m_pan += (around - centre) * (1 - zoom / m_zoom);
    m_zoom = zoom;
    update();
}

double OrbitView::scale() const
{
    const double radius = m_recording ? std::max(m_recording->startRadius(), 1e-6) : 1;
    return m_zoom * (std::min(width(), height()) / 2.0 - kMargin) / radius;
}

QPointF OrbitView::place(std::size_t body, std::size_t sample) const
{
    const std::size_t row = sample * m_recording->bodies.size();
    // The star stays in the middle, also where it drifts.
    const double dx = static_cast<double>(m_recording->x[row + body] - m_recording->x[row]);
    const double dy = static_cast<double>(m_recording->y[row + body] - m_recording->y[row]);
    return QRectF(rect()).center() + m_pan + QPointF(dx, -dy) * scale();
}

QColor OrbitView::colorOf(OrbitBodyKind kind) const
{
    return m_theme.color(kind == OrbitBodyKind::Star    ? ColorRole::Accent
                         : kind == OrbitBodyKind::Rocky ? ColorRole::On
                         : kind == OrbitBodyKind::Gas   ? ColorRole::Good
                                                        : ColorRole::Muted);
}

void OrbitView::paintGuides(QPainter& painter) const
{
    painter.setPen(m_theme.color(ColorRole::Line));
    painter.setBrush(Qt::NoBrush);
    const QPointF centre = place(0, 0);
    for (std::size_t body = 1; body < std::min(m_recording->bodies.size(), kMostGuides + 1); ++body) {
        if (m_recording->bodies[body].kind != OrbitBodyKind::Belt) {
            const QPointF arm = place(body, 0) - centre;
            const double radius = std::hypot(arm.x(), arm.y());
            painter.drawEllipse(centre, radius, radius);
        }
    }
}

void OrbitView::paintTrail(QPainter& painter, std::size_t body) const
{
    const std::size_t first = m_sample > kTrailSamples ? m_sample - kTrailSamples : 0;
    const QPointF centre = place(0, m_sample);
    QPolygonF line;
    double turned = 0;
    double angle = 0;
    for (std::size_t back = 0; back <= m_sample - first; ++back) {
        const QPointF at = place(body, m_sample - back);
        const double now = std::atan2(at.y() - centre.y(), at.x() - centre.x());
        if (back > 0) {
            turned += std::abs(std::remainder(now - angle, 2 * M_PI));
        }
        angle = now;
        line.append(at);
        if (turned > kTrailAngle) {
            break;
        }
    }
    QColor color = colorOf(m_recording->bodies[body].kind);
    color.setAlphaF(0.65F);
    painter.setPen(QPen(color, 1.3));
    painter.drawPolyline(line);
}

void OrbitView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (!m_recording || m_recording->samples() == 0) {
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.setFont(m_theme.font(FontRole::Body));
        painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap, m_why);
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    paintGuides(painter);
    for (std::size_t body = 1; body < m_recording->bodies.size(); ++body) {
        if (m_recording->bodies[body].kind != OrbitBodyKind::Belt) {
            paintTrail(painter, body);
        }
    }
    painter.setPen(Qt::NoPen);
    for (std::size_t back = m_recording->bodies.size(); back-- > 0;) {
        const OrbitBody& body = m_recording->bodies[back];
        painter.setBrush(colorOf(body.kind));
        painter.drawEllipse(place(back, m_sample), body.radius, body.radius);
    }
    if (m_selected) {
        painter.setPen(QPen(m_theme.color(ColorRole::Text), 1.5));
        painter.setBrush(Qt::NoBrush);
        const double ring = m_recording->bodies[*m_selected].radius + 4;
        painter.drawEllipse(place(*m_selected, m_sample), ring, ring);
    }
}

QString OrbitView::selectionText() const
{
    if (!m_recording || !m_selected) {
        return {};
    }
    const std::size_t body = *m_selected;
    const OrbitBody& shown = m_recording->bodies[body];
    const QString kind = shown.kind == OrbitBodyKind::Star    ? tr("star")
                         : shown.kind == OrbitBodyKind::Rocky ? tr("rocky")
                         : shown.kind == OrbitBodyKind::Gas   ? tr("gas")
                                                              : tr("belt");
    const std::size_t count = m_recording->bodies.size();
    const auto at = [&](std::size_t sample) {
        return QPointF(static_cast<double>(m_recording->x[sample * count + body]),
                       static_cast<double>(m_recording->y[sample * count + body]));
    };
    const auto starAt = QPointF(static_cast<double>(m_recording->x[m_sample * count]),
                                static_cast<double>(m_recording->y[m_sample * count]));
    const QPointF arm = at(m_sample) - starAt;
    const std::size_t other =
        m_sample > 0 ? m_sample - 1 : std::min(m_sample + 1, m_recording->samples() - 1);
    const double time = std::abs(m_recording->times[m_sample] - m_recording->times[other]);
    const QPointF way = at(m_sample) - at(other);
    const double speed = time > 0 ? std::hypot(way.x(), way.y()) / time : 0;
    return tr("%1 · %2 · %3 AU from the star · %4 AU/s")
        .arg(shown.name, kind, QString::number(std::hypot(arm.x(), arm.y()), 'f', 3),
             QString::number(speed, 'f', 3));
}

void OrbitView::selectAt(QPointF position)
{
    m_selected.reset();
    double nearest = 0;
    for (std::size_t body = 0; m_recording && body < m_recording->bodies.size(); ++body) {
        const QPointF away = place(body, m_sample) - position;
        const double distance = std::hypot(away.x(), away.y());
        if (distance <= m_recording->bodies[body].radius + kHitRadius &&
            (!m_selected || distance < nearest)) {
            m_selected = body;
            nearest = distance;
        }
    }
    update();
    Q_EMIT selectionChanged();
}

void OrbitView::wheelEvent(QWheelEvent* event)
{
    zoomBy(std::pow(1.2, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void OrbitView::mousePressEvent(QMouseEvent* event)
{
    m_pressed = event->position();
    m_panPressed = m_pan;
    m_dragged = false;
}

void OrbitView::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF way = event->position() - m_pressed;
    if ((event->buttons() & Qt::LeftButton) != 0 && (m_dragged || way.manhattanLength() > 4)) {
        m_dragged = true;
        m_pan = m_panPressed + way;
        update();
    }
}

void OrbitView::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_dragged) {
        selectAt(event->position());
    }
}

void OrbitView::mouseDoubleClickEvent(QMouseEvent*)
{
    resetView();
}

void OrbitView::keyPressEvent(QKeyEvent* event)
{
    constexpr double kStep = 30;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomBy(1.25, QRectF(rect()).center());
    case Qt::Key_Minus:
        return zoomBy(0.8, QRectF(rect()).center());
    case Qt::Key_0:
        return resetView();
    case Qt::Key_Left:
        m_pan += QPointF(kStep, 0);
        return update();
    case Qt::Key_Right:
        m_pan -= QPointF(kStep, 0);
        return update();
    case Qt::Key_Up:
        m_pan += QPointF(0, kStep);
        return update();
    case Qt::Key_Down:
        m_pan -= QPointF(0, kStep);
        return update();
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace perihelion
