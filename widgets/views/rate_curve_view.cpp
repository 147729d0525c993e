// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/rate_curve_view.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace perihelion {

namespace {

/// Pixels of a column; finer ones show the noise of the counting, not the rate.
constexpr int kColumnWidth = 2;

} // namespace

RateCurveView::RateCurveView(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Event rate over the recording"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RateCurveView::setCurve(const RateCurve& curve)
{
    m_curve = curve;
    const auto most = std::max_element(curve.eventsPerBin.begin(), curve.eventsPerBin.end());
    if (most != curve.eventsPerBin.end() && curve.binWidth.count() > 0) {
        const double seconds = static_cast<double>(curve.binWidth.count()) / 1e6;
        setAccessibleDescription(tr("At most %1").arg(formatEventRate(*most / seconds)));
    }
    update();
}

void RateCurveView::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    update();
}

void RateCurveView::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event)
    QPainter painter(this);
    const std::vector<std::uint32_t>& bins = m_curve.eventsPerBin;
    if (bins.empty()) {
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.setFont(m_theme.font(FontRole::Small));
        painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft, m_placeholder);
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const std::size_t columns =
        std::min(bins.size(), static_cast<std::size_t>(std::max(1, width() / kColumnWidth)));
    std::vector<double> means(columns, 0.0);
    for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t from = column * bins.size() / columns;
        const std::size_t to = std::max(from + 1, (column + 1) * bins.size() / columns);
        const double sum = std::accumulate(bins.begin() + static_cast<std::ptrdiff_t>(from),
                                           bins.begin() + static_cast<std::ptrdiff_t>(to), 0.0);
        means.at(column) = sum / static_cast<double>(to - from);
    }
    const double bottom = height() - 1.0;
    const double scale = (bottom - 2.0) / std::max(1.0, *std::max_element(means.begin(), means.end()));
    // Steps: every column is as wide as its time, and a single one is a bar, not a peak between slopes.
    const double step = static_cast<double>(width()) / static_cast<double>(columns);
    QPainterPath line(QPointF(0, bottom - means.front() * scale));
    for (std::size_t column = 0; column < columns; ++column) {
        const double y = bottom - means.at(column) * scale;
        line.lineTo(static_cast<double>(column) * step, y);
        line.lineTo(static_cast<double>(column + 1) * step, y);
    }
    QPainterPath area = line;
    area.lineTo(width(), bottom + 1);
    area.lineTo(0, bottom + 1);
    area.closeSubpath();
    painter.fillPath(area, m_theme.color(ColorRole::On, 0.18));
    painter.setPen(QPen(m_theme.color(ColorRole::On), 1.2));
    painter.drawPath(line);
}

bool RateCurveView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !m_curve.eventsPerBin.empty() && width() > 0) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto bins = static_cast<std::int64_t>(m_curve.eventsPerBin.size());
        const std::int64_t bin = std::clamp<std::int64_t>(help->x() * bins / width(), 0, bins - 1);
        const double seconds = std::max(1e-6, static_cast<double>(m_curve.binWidth.count()) / 1e6);
        const double rate = m_curve.eventsPerBin.at(static_cast<std::size_t>(bin)) / seconds;
        QToolTip::showText(help->globalPos(),
                           tr("%1 at %2").arg(formatEventRate(rate), formatClock(m_curve.binWidth * bin)),
                           this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace perihelion
