// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/timeline.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kTimelineSide = 2; ///< Room for half the handle at both ends.
constexpr int kTimelineTop = 6;  ///< Room for bookmark flags above the curve.
constexpr int kTimelineBottom = 3;

} // namespace

double TimelineScale::toX(EventTime time) const
{
    const double span = static_cast<double>((last - first).count());
    if (span <= 0) {
        return left;
    }
    return left + std::clamp(static_cast<double>((time - first).count()) / span, 0.0, 1.0) * width;
}

EventTime TimelineScale::toTime(double x) const
{
    if (width <= 0) {
        return first;
    }
    const double share = std::clamp((x - left) / width, 0.0, 1.0);
    return first + EventTime(std::llround(share * static_cast<double>((last - first).count())));
}

Timeline::Timeline(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Timeline"));
    setToolTip(
        tr("Click or drag to go to a time; Page Up and Page Down move by a tenth, Home and End to the ends"));
    connect(&theme, &Theme::changed, this, [this] {
        m_curve = QPixmap();
        update();
    });
}

void Timeline::setReference(const TimeReference& reference, EventTime last)
{
    m_reference = reference;
    m_last = std::max(reference.first, last);
    m_curve = QPixmap();
    update();
}

void Timeline::setRate(const RateCurve& rate)
{
    m_rate = rate;
    m_curve = QPixmap();
    update();
}

void Timeline::setPosition(EventTime position, EventTime window)
{
    if (position == m_position && window == m_window) {
        return;
    }
    const QRect before = handlePlace();
    m_position = position;
    m_window = window;
    update(before);
    update(handlePlace());
}

void Timeline::setBookmarks(std::vector<EventTime> times)
{
    m_bookmarks = std::move(times);
    update();
}

void Timeline::setProgress(std::optional<double> share)
{
    m_progress = share;
    update();
}

TimelineScale Timeline::scale() const
{
    return {m_reference.first, m_last, static_cast<double>(kTimelineSide),
            static_cast<double>(width() - 2 * kTimelineSide)};
}

QRect Timeline::handlePlace() const
{
    const double from = scale().toX(m_position);
    const double to = scale().toX(m_position + m_window);
    return QRectF(from - 2, 0, to - from + 4, height()).toAlignedRect();
}

const QPixmap& Timeline::curvePicture()
{
    const qreal ratio = devicePixelRatioF();
    if (m_curve.isNull() || m_curve.devicePixelRatioF() != ratio) {
        m_curve = QPixmap(size() * ratio);
        m_curve.setDevicePixelRatio(ratio);
        m_curve.fill(Qt::transparent);
        QPainter painter(&m_curve);
        painter.setRenderHint(QPainter::Antialiasing);
        const TimelineScale map = scale();
        drawCurve(painter,
                  QRectF(map.left, kTimelineTop, map.width, height() - kTimelineTop - kTimelineBottom));
    }
    return m_curve;
}

void Timeline::drawCurve(QPainter& painter, const QRectF& area) const
{
    const TimelineScale map = scale();
    const auto& bins = m_rate.eventsPerBin;
    // The last bin covers only the rest of the recording; it is drawn with the rate of that rest.
    const double binMicros = static_cast<double>(m_rate.binWidth.count());
    const double span = static_cast<double>((m_last - m_reference.first).count()) + 1.0;
    const double rest = span - binMicros * static_cast<double>(bins.size() - 1);
    const double lastFactor = rest > 0 && rest < binMicros ? binMicros / rest : 1.0;
    // Extremes per pixel column, so that a short burst is never lost.
    const auto columns = static_cast<std::size_t>(std::max(1.0, area.width()));
    std::vector<double> highest(columns, -1.0);
    double most = 1.0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const double begin = static_cast<double>(i) * binMicros;
        const double end = std::min(begin + binMicros, span);
        const double value =
            static_cast<double>(bins[i]) * (i + 1 == bins.size() && i > 0 ? lastFactor : 1.0);
        const auto from =
            static_cast<std::size_t>(std::clamp(begin / span, 0.0, 1.0) * static_cast<double>(columns - 1));
        const auto to =
            static_cast<std::size_t>(std::clamp(end / span, 0.0, 1.0) * static_cast<double>(columns - 1));
        for (std::size_t column = from; column <= to; ++column) {
            highest[column] = std::max(highest[column], value);
        }
        most = std::max(most, value);
    }
    QPainterPath curve;
    for (std::size_t column = 0; column < columns; ++column) {
        const double share = std::max(0.0, highest[column]) / most;
        const QPointF point(map.left + static_cast<double>(column) * map.width / static_cast<double>(columns),
                            area.bottom() - share * (area.height() - 2));
        column == 0 ? curve.moveTo(point) : curve.lineTo(point);
    }
    QPainterPath filled = curve;
    filled.lineTo(area.bottomRight());
    filled.lineTo(area.bottomLeft());
    filled.closeSubpath();
    painter.fillPath(filled, m_theme.color(ColorRole::Line));
    painter.setPen(QPen(m_theme.color(ColorRole::Muted), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(curve);
}

QString Timeline::rateText(EventTime time) const
{
    if (m_rate.eventsPerBin.empty() || m_rate.binWidth.count() <= 0) {
        return {};
    }
    const auto bin = std::clamp<std::int64_t>((time - m_reference.first) / m_rate.binWidth, 0,
                                              static_cast<std::int64_t>(m_rate.eventsPerBin.size()) - 1);
    const double seconds = static_cast<double>(m_rate.binWidth.count()) / 1e6;
    return formatEventRate(m_rate.eventsPerBin[static_cast<std::size_t>(bin)] / seconds);
}

void Timeline::drawHover(QPainter& painter, const QRectF& area) const
{
    const EventTime time = scale().toTime(*m_hoverX);
    QString text = formatPlayerTime(time, m_reference);
    const QString rate = rateText(time);
    if (!rate.isEmpty()) {
        text += QString(u" · " % rate);
    }
    painter.setFont(m_theme.font(FontRole::Mono));
    const QFontMetrics metrics(painter.font());
    const double wide = metrics.horizontalAdvance(text) + 12;
    const double x = std::clamp(*m_hoverX, area.left(), area.right());
    painter.setPen(QPen(m_theme.color(ColorRole::Muted), 1, Qt::DashLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const double beside = x + 8 + wide <= area.right() ? x + 8 : x - 8 - wide;
    const QRectF block(beside, area.top(), wide, metrics.height() + 4);
    painter.setPen(QPen(m_theme.color(ColorRole::Line), 1));
    painter.setBrush(m_theme.color(ColorRole::Raised));
    painter.drawRoundedRect(block, 4, 4);
    painter.setPen(m_theme.color(ColorRole::Text));
    painter.drawText(block, Qt::AlignCenter, text);
}

void Timeline::drawHandle(QPainter& painter, const QRectF& area) const
{
    const double from = scale().toX(m_position);
    const double to = scale().toX(m_position + m_window);
    if (to - from >= 3) {
        painter.fillRect(QRectF(from, area.top(), to - from, area.height()),
                         m_theme.color(ColorRole::Accent, 0.25));
    }
    painter.fillRect(QRectF(from - 1, 0, 2, height()), m_theme.color(ColorRole::AccentLabel));
}

void Timeline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const TimelineScale map = scale();
    const QRectF area(map.left, kTimelineTop, map.width, height() - kTimelineTop - kTimelineBottom);

    painter.setPen(Qt::NoPen);
    if (!m_rate.eventsPerBin.empty() && m_rate.binWidth.count() > 0) {
        painter.drawPixmap(0, 0, curvePicture());
    } else {
        painter.setBrush(m_theme.color(ColorRole::Skeleton));
        painter.drawRoundedRect(QRectF(area.left(), area.bottom() - 8, area.width(), 8), 3, 3);
        if (m_progress) {
            painter.setBrush(m_theme.color(ColorRole::Outline));
            painter.drawRoundedRect(QRectF(area.left(), area.bottom() - 8, area.width() * *m_progress, 8), 3,
                                    3);
            painter.setPen(m_theme.color(ColorRole::Muted));
            painter.setFont(m_theme.font(FontRole::Caption));
            painter.drawText(area.adjusted(0, 0, 0, -12), Qt::AlignLeft | Qt::AlignBottom,
                             tr("Reading the whole recording once for its event-rate curve: %1 %")
                                 .arg(qRound(*m_progress * 100)));
        }
    }

    for (const EventTime bookmark : m_bookmarks) {
        const double x = map.toX(bookmark);
        painter.setPen(QPen(m_theme.color(ColorRole::AccentLabel), 1));
        painter.drawLine(QPointF(x, 1), QPointF(x, area.bottom()));
        QPainterPath flag;
        flag.moveTo(x, 0);
        flag.lineTo(x + 7, 3.5);
        flag.lineTo(x, 7);
        flag.closeSubpath();
        painter.fillPath(flag, m_theme.color(ColorRole::AccentLabel));
    }

    if (isEnabled()) {
        drawHandle(painter, area);
    }
    if (m_hoverX && !m_dragging && isEnabled()) {
        drawHover(painter, area);
    }
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.color(ColorRole::AccentLabel), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

void Timeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    m_dragging = true;
    Q_EMIT seekRequested(scale().toTime(event->position().x()));
}

void Timeline::mouseMoveEvent(QMouseEvent* event)
{
    m_hoverX = event->position().x();
    if (m_dragging) {
        Q_EMIT scrubbed(scale().toTime(*m_hoverX));
    }
    update();
}

void Timeline::mouseReleaseEvent(QMouseEvent* event)
{
    if (std::exchange(m_dragging, false)) {
        Q_EMIT seekRequested(scale().toTime(event->position().x()));
    }
    update();
}

void Timeline::resizeEvent(QResizeEvent*)
{
    m_curve = QPixmap();
}

void Timeline::leaveEvent(QEvent*)
{
    m_hoverX.reset();
    update();
}

void Timeline::keyPressEvent(QKeyEvent* event)
{
    const EventTime tenth = (m_last - m_reference.first) / 10;
    switch (event->key()) {
    case Qt::Key_PageUp:
        Q_EMIT seekRequested(m_position - tenth);
        return;
    case Qt::Key_PageDown:
        Q_EMIT seekRequested(m_position + tenth);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool Timeline::event(QEvent* event)
{
    // The time under the pointer says it better than a tool tip that covers the curve.
    if (event->type() == QEvent::ToolTip && m_hoverX) {
        return true;
    }
    return QWidget::event(event);
}

} // namespace perihelion
