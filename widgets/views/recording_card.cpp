// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/recording_card.h"

#include "widgets/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kRadius = 8;
constexpr int kPadding = 11;
constexpr double kPictureAspect = 150.0 / 322.0;

QRectF crisp(const QRect& rect)
{
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

/// Paints a badge right-aligned to right; returns its left edge.
int paintBadge(QPainter& painter, int right, int middle, const QString& text, ColorRole role, ColorRole edge,
               const Theme& theme)
{
    QFont font = theme.font(FontRole::Caption);
    if (role != ColorRole::Muted) {
        font.setWeight(QFont::DemiBold);
    }
    const QFontMetrics metrics(font);
    const QRect box(right - metrics.horizontalAdvance(text) - 12, middle - 8,
                    metrics.horizontalAdvance(text) + 12, 17);
    painter.setPen(theme.color(edge));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(crisp(box), 4, 4);
    painter.setPen(theme.color(role));
    painter.setFont(font);
    painter.drawText(box, Qt::AlignCenter, text);
    return box.left();
}

/// Wraps a sentence into the rectangle, centred; the last line that fits is elided.
void paintWrapped(QPainter& painter, const QRect& rect, const QString& text, const QFont& font)
{
    const QFontMetrics metrics(font);
    const int most = std::max(1, rect.height() / metrics.lineSpacing());
    QTextLayout layout(text, font);
    QStringList lines;
    layout.beginLayout();
    while (lines.size() < most) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) {
            break;
        }
        line.setLineWidth(rect.width());
        const bool last = lines.size() + 1 == most;
        const QString rest = text.mid(line.textStart());
        lines.append(last ? metrics.elidedText(rest, Qt::ElideRight, rect.width())
                          : text.mid(line.textStart(), line.textLength()).trimmed());
    }
    layout.endLayout();
    painter.setFont(font);
    painter.drawText(rect, Qt::AlignHCenter | Qt::AlignTop, lines.join(u'\n'));
}

void paintPicture(QPainter& painter, const QRect& rect, const CardValues& values, const Theme& theme)
{
    painter.fillRect(rect, theme.color(values.waiting ? ColorRole::Skeleton : ColorRole::Canvas));
    if (!values.error.isEmpty()) {
        const QRect icon(rect.center().x() - 10, rect.top() + 22, 20, 20);
        theme.icon(QStringLiteral("warning"), ColorRole::Bad).paint(&painter, icon);
        painter.setPen(theme.color(ColorRole::CanvasText));
        paintWrapped(
            painter,
            QRect(rect.left() + 16, icon.bottom() + 8, rect.width() - 32, rect.bottom() - icon.bottom() - 18),
            values.error, theme.font(FontRole::Small));
    } else if (!values.picture.isNull()) {
        const QSizeF size = values.picture.deviceIndependentSize();
        painter.drawImage(QPointF(rect.left() + (rect.width() - size.width()) / 2,
                                  rect.top() + (rect.height() - size.height()) / 2),
                          values.picture);
    }
}

ColorRole cacheDotRole(CachePresence presence)
{
    switch (presence) {
    case CachePresence::Full:
    case CachePresence::Partly:
        return ColorRole::CacheHit;
    case CachePresence::Prefetching:
        return ColorRole::Accent;
    case CachePresence::None:
    case CachePresence::Off:
        break;
    }
    return ColorRole::NoCache;
}

/// A dot in front of the name: a ring while only a part is in the cache. Returns where the name begins.
int paintCacheDot(QPainter& painter, int left, int middle, CachePresence presence, const Theme& theme)
{
    if (presence == CachePresence::Off) {
        return left;
    }
    const QColor color = theme.color(cacheDotRole(presence));
    if (presence == CachePresence::Partly) {
        painter.setPen(QPen(color, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QRectF(left + 1, middle - 3, 6, 6));
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QRectF(left, middle - 4, 8, 8));
    }
    return left + 16;
}

/// The facts that fit whole, the first ones first: half a number is worse than none.
QString factsThatFit(const QString& summary, const QFontMetrics& metrics, int width)
{
    QStringList facts = summary.split(QStringLiteral(" · "));
    while (facts.size() > 1 && metrics.horizontalAdvance(facts.join(QStringLiteral(" · "))) > width) {
        facts.removeLast();
    }
    return metrics.elidedText(facts.join(QStringLiteral(" · ")), Qt::ElideRight, width);
}

/// "prefetching 64 %" as "64 %" where the words would push the recording's own facts out: the dot tells
/// which.
QString cacheWordsFor(const QString& cacheText, const QString& summary, const QFontMetrics& metrics,
                      int width)
{
    const QString least = summary.section(QStringLiteral(" · "), 0, 1);
    const qsizetype number = cacheText.lastIndexOf(u' ', cacheText.size() - 3);
    const bool crowded = metrics.horizontalAdvance(least) + 10 + metrics.horizontalAdvance(cacheText) > width;
    return crowded && cacheText.endsWith(u'%') && number > 0 ? cacheText.mid(number + 1) : cacheText;
}

void paintText(QPainter& painter, const QRect& rect, const CardValues& values, const Theme& theme)
{
    const int firstLine = rect.top() + 17;
    const int secondLine = rect.top() + 37;
    int nameRight = rect.right();
    if (!values.error.isEmpty()) {
        nameRight = paintBadge(painter, rect.right() + 1, firstLine, QStringLiteral("cannot be read"),
                               ColorRole::Bad, ColorRole::Bad, theme);
    } else if (!values.layout.isEmpty()) {
        const QString text = values.contiguous ? QString(values.layout % u" · contiguous") : values.layout;
        const ColorRole role = values.contiguous ? ColorRole::AccentLabel : ColorRole::Muted;
        nameRight = paintBadge(painter, rect.right() + 1, firstLine, text, role,
                               values.contiguous ? ColorRole::AccentLabel : ColorRole::Line, theme);
    }
    const int nameLeft = values.error.isEmpty()
                             ? paintCacheDot(painter, rect.left(), firstLine, values.cache, theme)
                             : rect.left();
    const QFont nameFont = theme.font(FontRole::Strong);
    const int nameWidth = nameRight - nameLeft - 8;
    painter.setFont(nameFont);
    painter.setPen(theme.color(ColorRole::Text));
    painter.drawText(QRect(nameLeft, firstLine - 10, nameWidth, 20), Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(nameFont).elidedText(values.name, Qt::ElideMiddle, nameWidth));
    if (values.waiting) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(ColorRole::Skeleton));
        painter.drawRoundedRect(QRect(rect.left(), secondLine - 5, rect.width() * 55 / 100, 10), 4, 4);
        return;
    }
    const QFont body = theme.font(FontRole::Body);
    painter.setFont(body);
    painter.setPen(theme.color(ColorRole::Muted));
    const QFontMetrics metrics(body);
    const QString cache = values.error.isEmpty()
                              ? cacheWordsFor(values.cacheText, values.summary, metrics, rect.width())
                              : QString();
    const int cacheWidth = cache.isEmpty() ? 0 : metrics.horizontalAdvance(cache);
    const QRect line(rect.left(), secondLine - 10, rect.width(), 20);
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight, cache);
    const int summaryWidth = rect.width() - (cacheWidth > 0 ? cacheWidth + 10 : 0);
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                     factsThatFit(values.summary, metrics, summaryWidth));
}

} // namespace

int cardHeight(int width)
{
    return cardPictureRect(width).height() + kCardTextHeight + 2;
}

QRect cardPictureRect(int cardWidth)
{
    return QRect(1, 1, cardWidth - 2, static_cast<int>(std::lround((cardWidth - 2) * kPictureAspect)));
}

QImage cardPicture(const QImage& thumbnail, const QSize& size, qreal scale, const Theme& theme)
{
    if (thumbnail.isNull() || thumbnail.format() != QImage::Format_Indexed8 || size.isEmpty()) {
        return {};
    }
    const QSize target = thumbnail.size().scaled((QSizeF(size) * scale).toSize(), Qt::KeepAspectRatio);
    const int width = std::max(1, target.width());
    const int height = std::max(1, target.height());
    const QRgb ground = theme.color(ColorRole::Canvas).rgb();
    const std::array<QRgb, 3> colors = {ground, theme.color(ColorRole::On).rgb(),
                                        theme.color(ColorRole::Off).rgb()};
    QImage picture(width, height, QImage::Format_RGB32);
    picture.fill(ground);
    const bool shrinks = width < thumbnail.width();
    // Shrinking walks the source so that no event is lost; enlarging walks the target so that no gap opens.
    const int rows = shrinks ? thumbnail.height() : height;
    const int columns = shrinks ? thumbnail.width() : width;
    for (int y = 0; y < rows; ++y) {
        const int sourceY = shrinks ? y : std::min(thumbnail.height() - 1, y * thumbnail.height() / height);
        const int targetY = shrinks ? std::min(height - 1, y * height / thumbnail.height()) : y;
        const uchar* source = thumbnail.constScanLine(sourceY);
        QRgb* line = reinterpret_cast<QRgb*>(picture.scanLine(targetY));
        for (int x = 0; x < columns; ++x) {
            const int sourceX = shrinks ? x : std::min(thumbnail.width() - 1, x * thumbnail.width() / width);
            const uchar value = source[sourceX];
            if (value == 1 || value == 2) {
                line[shrinks ? std::min(width - 1, x * width / thumbnail.width()) : x] = colors.at(value);
            }
        }
    }
    picture.setDevicePixelRatio(scale);
    return picture;
}

void paintRecordingCard(QPainter& painter, const QRect& rect, const CardValues& values, const Theme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath outline;
    outline.addRoundedRect(crisp(rect), kRadius, kRadius);
    painter.fillPath(outline, theme.color(ColorRole::Panel));
    const QRect picture = cardPictureRect(rect.width()).translated(rect.topLeft());
    painter.setClipPath(outline);
    paintPicture(painter, picture, values, theme);
    painter.setClipping(false);
    paintText(
        painter,
        QRect(rect.left() + kPadding, picture.bottom() + 1, rect.width() - 2 * kPadding, kCardTextHeight),
        values, theme);
    painter.setBrush(Qt::NoBrush);
    if (values.selected) {
        // The edge is thick where the keys go.
        const qreal edge = values.focused ? 2.0 : 1.0;
        painter.setPen(QPen(theme.color(ColorRole::AccentLabel), edge));
        painter.drawRoundedRect(QRectF(rect).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2), kRadius,
                                kRadius);
    } else {
        painter.setPen(theme.color(values.hovered ? ColorRole::Outline : ColorRole::Line));
        painter.drawPath(outline);
    }
    painter.restore();
}

} // namespace perihelion
