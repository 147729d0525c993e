// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/cache_gauge.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kBarWidth = 120;
constexpr int kBarHeight = 8;
constexpr int kGap = 9;
constexpr int kHeight = 28;
/// The figures move while they change; room for the widest keeps the toolbar still.
constexpr const char16_t* kWidest = u"88.8 MiB / 88.8 GiB";

} // namespace

QString describeCache(const CacheFigures& figures)
{
    if (!figures.offReason.isEmpty()) {
        return figures.offReason;
    }
    if (!figures.on) {
        return CacheGauge::tr("Cache mode is off. %1 of memory available.")
            .arg(shortMemory(figures.available));
    }
    return CacheGauge::tr("%1 used of a budget of %2, %3 of memory available.\n"
                          "Chunks: %4 hits, %5 misses, %6 evicted.")
        .arg(shortMemory(figures.used), shortMemory(figures.budget), shortMemory(figures.available),
             formatCount(figures.hits), formatCount(figures.misses), formatCount(figures.evictions));
}

void paintCacheBar(QPainter& painter, const QRectF& track, const CacheFigures& figures, const Theme& theme)
{
    const qreal radius = track.height() / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(ColorRole::Line));
    painter.drawRoundedRect(track, radius, radius);
    const double share = figures.on && figures.budget.value > 0
                             ? std::min(1.0, static_cast<double>(figures.used.value) /
                                                 static_cast<double>(figures.budget.value))
                             : 0.0;
    if (share > 0) {
        QPainterPath inside;
        inside.addRoundedRect(track, radius, radius);
        painter.setClipPath(inside);
        // However little is used, it shows.
        const qreal width = std::max(2.0, track.width() * share);
        painter.fillRect(QRectF(track.left(), track.top(), width, track.height()),
                         theme.color(ColorRole::Accent));
    }
    painter.restore();
}

CacheGauge::CacheGauge(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Cache gauge"));
    setFont(theme.font(FontRole::Mono));
    setFigures({});
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CacheGauge::setFigures(const CacheFigures& figures)
{
    const bool switched = figures.on != m_figures.on;
    m_figures = figures;
    const QString sentences = describeCache(figures);
    setToolTip(sentences);
    setAccessibleDescription(sentences);
    if (switched) {
        updateGeometry();
    }
    update();
}

void CacheGauge::setCompact(bool compact)
{
    m_compact = compact;
    updateGeometry();
    update();
}

QSize CacheGauge::sizeHint() const
{
    const QFontMetrics metrics(m_theme.font(FontRole::Mono));
    const QString widest = m_figures.on ? QString::fromUtf16(kWidest) : cacheGaugeWords(m_figures);
    const int bar = m_compact || !m_figures.on ? 0 : kBarWidth + kGap;
    return {bar + metrics.horizontalAdvance(widest), kHeight};
}

void CacheGauge::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event)
    QPainter painter(this);
    QRect text = rect();
    if (!m_compact && m_figures.on) {
        paintCacheBar(painter, QRectF(0, (height() - kBarHeight) / 2.0, kBarWidth, kBarHeight), m_figures,
                      m_theme);
        text.setLeft(kBarWidth + kGap);
    }
    painter.setFont(m_theme.font(FontRole::Mono));
    painter.setPen(m_theme.color(ColorRole::Muted));
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, cacheGaugeWords(m_figures));
}

} // namespace perihelion
