// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/phase_bar.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kBarHeight = 14;
constexpr int kLegendGap = 10;
constexpr int kSwatch = 9;
constexpr int kSwatchGap = 5;
constexpr int kEntryGap = 12;
constexpr int kBarRadius = 3;

std::int64_t positive(Nanoseconds duration)
{
    return std::max<std::int64_t>(duration.count(), 0);
}

QString exactText(const PhaseSegment& segment)
{
    return QString(segment.name % u' ' % QString::number(toMilliseconds(segment.duration), 'f', 3) % u" ms");
}

} // namespace

PhaseBar::PhaseBar(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Phases"));
}

void PhaseBar::setSegments(std::vector<PhaseSegment> segments)
{
    if (segments == m_segments) {
        return;
    }
    const bool sameLegend =
        std::equal(segments.begin(), segments.end(), m_segments.begin(), m_segments.end(),
                   [](const PhaseSegment& a, const PhaseSegment& b) { return a.name == b.name; });
    m_segments = std::move(segments);
    QStringList spoken;
    for (const PhaseSegment& segment : m_segments) {
        spoken << exactText(segment);
    }
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    if (!sameLegend) {
        updateGeometry();
    }
    update();
}

Nanoseconds PhaseBar::total() const
{
    std::int64_t sum = 0;
    for (const PhaseSegment& segment : m_segments) {
        sum += positive(segment.duration);
    }
    return Nanoseconds(sum);
}

std::vector<QRect> PhaseBar::segmentRects(const QRect& bar) const
{
    std::vector<QRect> rects;
    rects.reserve(m_segments.size());
    const double sum = static_cast<double>(total().count());
    double before = 0;
    int left = bar.left();
    for (const PhaseSegment& segment : m_segments) {
        before += static_cast<double>(positive(segment.duration));
        const int right = sum > 0 ? bar.left() + qRound(before / sum * bar.width()) : bar.left();
        rects.emplace_back(left, bar.top(), right - left, bar.height());
        left = right;
    }
    return rects;
}

QString PhaseBar::valueText(const PhaseSegment& segment) const
{
    const double ms = toMilliseconds(Nanoseconds(positive(segment.duration)));
    return QString::number(ms, 'f', ms < 99.95 ? 1 : 0);
}

std::vector<QRect> PhaseBar::legendRects(int width) const
{
    std::vector<QRect> rects;
    rects.reserve(m_segments.size());
    const QFontMetrics metrics(font());
    const int lineHeight = metrics.height() + 2;
    // Usual numbers keep the same room, so that the legend does not shift while they change.
    const int usual = metrics.horizontalAdvance(QStringLiteral("0.0"));
    int x = 0;
    int y = kBarHeight + kLegendGap;
    for (const PhaseSegment& segment : m_segments) {
        const int value = std::max(usual, metrics.horizontalAdvance(valueText(segment)));
        const int entry =
            kSwatch + kSwatchGap + metrics.horizontalAdvance(QString(segment.name % u' ')) + value;
        if (x > 0 && x + entry > width) {
            x = 0;
            y += lineHeight;
        }
        rects.emplace_back(x, y, std::min(entry, width), lineHeight);
        x += entry + kEntryGap;
    }
    return rects;
}

QSize PhaseBar::sizeHint() const
{
    return {220, heightForWidth(220)};
}

QSize PhaseBar::minimumSizeHint() const
{
    return {120, kBarHeight};
}

int PhaseBar::heightForWidth(int width) const
{
    const std::vector<QRect> legend = legendRects(std::max(width, 1));
    return legend.empty() ? kBarHeight : legend.back().bottom() + 1;
}

void PhaseBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect bar(0, 0, width(), kBarHeight);
    QPainterPath outline;
    outline.addRoundedRect(bar, kBarRadius, kBarRadius);
    painter.fillPath(outline, palette().color(QPalette::Button));
    painter.save();
    painter.setClipPath(outline);
    const std::vector<QRect> rects = segmentRects(bar);
    for (std::size_t i = 0; i < rects.size(); ++i) {
        painter.fillRect(rects[i], m_segments[i].color);
    }
    painter.restore();

    const std::vector<QRect> legend = legendRects(width());
    for (std::size_t i = 0; i < legend.size(); ++i) {
        const QRect& entry = legend[i];
        const QRect swatch(entry.left(), entry.top() + (entry.height() - kSwatch) / 2, kSwatch, kSwatch);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_segments[i].color);
        painter.drawRoundedRect(swatch, 2, 2);
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(entry.adjusted(kSwatch + kSwatchGap, 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         QString(m_segments[i].name % u' ' % valueText(m_segments[i])));
    }
}

bool PhaseBar::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        updateGeometry();
    }
    if (event->type() == QEvent::ToolTip) {
        QStringList lines;
        for (const PhaseSegment& segment : m_segments) {
            lines << exactText(segment);
        }
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), lines.join(u'\n'), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace perihelion
