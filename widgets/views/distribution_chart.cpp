// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/distribution_chart.h"

#include "widgets/models/value_texts.h"
#include "widgets/theme/theme.h"
#include "widgets/views/history_scale.h"
#include "widgets/views/painted_picture.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace perihelion {

namespace {

constexpr double kLeft = 46;
constexpr double kRight = 12;
constexpr double kLegend = 20;
constexpr double kTickLabels = 20;
constexpr double kGap = 6;
constexpr double kLeastStrip = 20;
constexpr double kMostStrip = 44;
constexpr double kMark = 2.6;
constexpr int kKeySteps = 100;
constexpr std::array kShares{0.0, 0.25, 0.5, 0.75, 1.0};

/// Heights that spread marks over a strip without chance, so that a picture is always the same.
double spread(std::size_t i)
{
    return std::fmod(static_cast<double>(i) * 0.618'033'988'749'895, 1.0) - 0.5;
}

QString withUnit(double value, const QString& unit)
{
    return unit.isEmpty() ? shownNumber(value) : QString(shownNumber(value) % u' ' % unit);
}

QString percent(double share)
{
    return QString(QString::number(100 * share, 'f', 0) % u" %");
}

} // namespace

DistributionChart::DistributionChart(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMinimumSize(240, 130);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Distributions of A and B"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void DistributionChart::setValues(DistributionValues values)
{
    m_values = std::move(values);
    m_cursor.reset();
    fitAxis();
    speak();
    update();
}

void DistributionChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    speak();
    update();
}

/// All values with some room; never from zero, because what matters is how the two lie to each other.
void DistributionChart::fitAxis()
{
    bool first = true;
    for (const SampleSide* side : {&m_values.a, &m_values.b}) {
        for (const double value : side->sorted) {
            if (std::isfinite(value)) {
                m_axis = first ? Axis{value, value}
                               : Axis{std::min(m_axis.low, value), std::max(m_axis.high, value)};
                first = false;
            }
        }
    }
    const double span = m_axis.high - m_axis.low;
    const double room = span > 0 ? 0.05 * span : m_axis.high != 0 ? 0.05 * std::abs(m_axis.high) : 1.0;
    m_axis = first ? Axis() : Axis{m_axis.low - room, m_axis.high + room};
}

QRectF DistributionChart::curvePlot() const
{
    const double bottom = stripPlot(false).top() - kTickLabels - kGap;
    return {kLeft, kLegend + kGap, std::max(10.0, width() - kLeft - kRight),
            std::max(10.0, bottom - kLegend - kGap)};
}

QRectF DistributionChart::stripPlot(bool second) const
{
    const double strip = std::clamp(height() * 0.14, kLeastStrip, kMostStrip);
    const double top = height() - 2 * strip - kGap - 2 + (second ? strip + kGap : 0);
    return {kLeft, top, std::max(10.0, width() - kLeft - kRight), strip};
}

double DistributionChart::xOf(double value) const
{
    const double share = (value - m_axis.low) / (m_axis.high - m_axis.low);
    return kLeft + share * std::max(10.0, width() - kLeft - kRight);
}

QString DistributionChart::reading() const
{
    if (!m_cursor || m_values.isEmpty()) {
        return {};
    }
    QStringList parts;
    for (const auto& [letter, side] : {std::pair(u'A', &m_values.a), std::pair(u'B', &m_values.b)}) {
        if (!side->sorted.empty()) {
            parts.append(QString(QChar(letter) % u' ' % percent(shareAtOrBelow(side->sorted, *m_cursor))));
        }
    }
    return tr("at or below %1: %2").arg(withUnit(*m_cursor, m_values.unit), parts.join(u", "));
}

void DistributionChart::setCursorValue(std::optional<double> value)
{
    m_cursor = value;
    speak();
    update();
}

/// What a screen reader says: medians and ranges, or what the cursor reads.
void DistributionChart::speak()
{
    QString text = m_emptyText;
    if (!m_values.isEmpty()) {
        QStringList parts{m_values.title};
        for (const auto& [letter, side] : {std::pair(u'A', &m_values.a), std::pair(u'B', &m_values.b)}) {
            if (side->sorted.empty()) {
                parts.append(tr("%1: no sample").arg(QChar(letter)));
            } else {
                parts.append(tr("%1: %2 samples from %3 to %4, median %5")
                                 .arg(QString(QChar(letter)), QString::number(side->sorted.size()),
                                      withUnit(side->sorted.front(), m_values.unit),
                                      withUnit(side->sorted.back(), m_values.unit),
                                      withUnit(side->median, m_values.unit)));
            }
        }
        if (m_cursor) {
            parts.append(reading());
        }
        text = parts.join(u'\n');
    }
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

QImage DistributionChart::picture(double factor) const
{
    return paintedImage(size(), factor, m_theme.color(ColorRole::Panel),
                        [this](QPainter& painter) { paintInto(painter); });
}

QByteArray DistributionChart::svg() const
{
    return paintedSvg(size(), m_theme.color(ColorRole::Panel), accessibleName(), accessibleDescription(),
                      [this](QPainter& painter) { paintInto(painter); });
}

void DistributionChart::paintInto(QPainter& painter) const
{
    const QColor a = m_theme.phaseColor(0);
    const QColor b = m_theme.phaseColor(1);
    paintAxes(painter);
    paintLegend(painter);
    paintCurve(painter, m_values.a, a, false);
    paintCurve(painter, m_values.b, b, true);
    paintStrip(painter, m_values.a, a, false);
    paintStrip(painter, m_values.b, b, true);
}

void DistributionChart::paintAxes(QPainter& painter) const
{
    const QRectF plot = curvePlot();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(m_theme.font(FontRole::Caption));
    for (const double share : kShares) {
        const double y = std::round(plot.bottom() - share * plot.height());
        painter.setPen(m_theme.color(ColorRole::Line));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        const bool crowded = plot.height() < 90 && share != 0.0 && share != 0.5 && share != 1.0;
        if (!crowded) {
            painter.setPen(m_theme.color(ColorRole::Muted));
            painter.drawText(QRectF(0, y - 9, plot.left() - 8, 18), Qt::AlignRight | Qt::AlignVCenter,
                             percent(share));
        }
    }
    const double labels = painter.fontMetrics().horizontalAdvance(QStringLiteral("00000.00 ms"));
    const int most = std::max(2, static_cast<int>(plot.width() / (labels + 14)));
    double free = -1;
    for (const double tick : valueTicks({m_axis.low, m_axis.high}, false, most)) {
        const double x = std::round(xOf(tick));
        painter.setPen(m_theme.color(ColorRole::Line));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter.drawLine(QPointF(x, stripPlot(false).top()), QPointF(x, stripPlot(true).bottom()));
        const QString text =
            m_values.unit.isEmpty() ? tickText(tick) : QString(tickText(tick) % u' ' % m_values.unit);
        const double width = painter.fontMetrics().horizontalAdvance(text) + 2.0;
        const double left = std::clamp(x - width / 2, 0.0, this->width() - width);
        if (left > free) {
            painter.setPen(m_theme.color(ColorRole::Muted));
            painter.drawText(QRectF(left, plot.bottom() + 2, width, kTickLabels), Qt::AlignCenter, text);
            free = left + width + 8;
        }
    }
}

/// Where there is no room for the words, the medians stand alone.
void DistributionChart::paintLegend(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    const QFontMetrics metrics = painter.fontMetrics();
    const auto text = [this](const SampleSide& side, bool words) {
        const QString median = withUnit(side.median, m_values.unit);
        return side.sorted.empty() ? tr("%1, no sample").arg(side.label)
               : words             ? tr("%1, median %2").arg(side.label, median)
                                   : QString(side.label % u' ' % median);
    };
    constexpr double kLine = 24;
    constexpr double kBetween = 14;
    const double wanted = metrics.horizontalAdvance(text(m_values.a, true)) +
                          metrics.horizontalAdvance(text(m_values.b, true)) + 2 * kLine + kBetween + 8;
    const bool words = kLeft + wanted <= width();
    double x = words ? kLeft : 4;
    std::size_t at = 0;
    for (const SampleSide* side : {&m_values.a, &m_values.b}) {
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(QPen(m_theme.phaseColor(at), 2, at == 0 ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(x, kLegend / 2), QPointF(x + kLine - 6, kLegend / 2));
        const double room = metrics.horizontalAdvance(text(*side, words)) + 4.0;
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(QRectF(x + kLine, 0, room, kLegend), Qt::AlignLeft | Qt::AlignVCenter,
                         text(*side, words));
        x += kLine + room + kBetween;
        ++at;
    }
}

/// At most two points a pixel column, however many samples there are.
void DistributionChart::paintCurve(QPainter& painter, const SampleSide& side, const QColor& color,
                                   bool dashed) const
{
    if (side.sorted.empty()) {
        return;
    }
    const QRectF plot = curvePlot();
    const auto y = [&](std::size_t count) {
        return plot.bottom() -
               plot.height() * static_cast<double>(count) / static_cast<double>(side.sorted.size());
    };
    QPainterPath path(QPointF(plot.left(), plot.bottom()));
    std::size_t i = 0;
    while (i < side.sorted.size()) {
        const double x = xOf(side.sorted[i]);
        path.lineTo(x, y(i));
        const double column = std::floor(x);
        while (i < side.sorted.size() && std::floor(xOf(side.sorted[i])) <= column &&
               (side.sorted.size() > 500 || xOf(side.sorted[i]) <= x)) {
            ++i;
        }
        path.lineTo(x, y(i));
    }
    path.lineTo(plot.right(), plot.top());
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    QPen pen(color, 2);
    if (dashed) {
        pen.setDashPattern({4, 1.5});
    }
    painter.setPen(pen);
    painter.drawPath(path);
}

void DistributionChart::paintStrip(QPainter& painter, const SampleSide& side, const QColor& color,
                                   bool second) const
{
    const QRectF strip = stripPlot(second);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(m_theme.font(FontRole::Caption));
    painter.setPen(m_theme.color(ColorRole::Muted));
    painter.drawText(QRectF(0, strip.top(), kLeft - 8, strip.height()), Qt::AlignRight | Qt::AlignVCenter,
                     second ? QStringLiteral("B") : QStringLiteral("A"));
    if (side.sorted.empty()) {
        return;
    }
    std::set<std::pair<int, int>> drawn; // A mark on top of a mark would not be seen.
    for (std::size_t i = 0; i < side.sorted.size(); ++i) {
        const QPointF at(xOf(side.sorted[i]),
                         strip.center().y() + spread(i) * std::max(0.0, strip.height() - 4 * kMark));
        if (!drawn.emplace(static_cast<int>(at.x()), static_cast<int>(at.y())).second) {
            continue;
        }
        QColor fill = color;
        fill.setAlphaF(0.75F);
        painter.setPen(QPen(color, 1.2));
        painter.setBrush(side.outliers[i] ? QBrush(Qt::NoBrush) : QBrush(fill));
        if (second) {
            const double r = kMark + 0.8;
            painter.drawPolygon(QPolygonF{
                {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)}});
        } else {
            painter.drawEllipse(at, kMark, kMark);
        }
    }
    const double x = xOf(side.median);
    painter.setPen(QPen(m_theme.color(ColorRole::Text), 2));
    painter.drawLine(QPointF(x, strip.top()), QPointF(x, strip.bottom()));
}

void DistributionChart::paintCursor(QPainter& painter) const
{
    const QRectF plot = curvePlot();
    const double x = xOf(*m_cursor);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(m_theme.color(ColorRole::AccentLabel));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, stripPlot(true).bottom()));
    painter.setFont(m_theme.font(FontRole::Caption));
    const QString text = reading();
    const double width = painter.fontMetrics().horizontalAdvance(text) + 12.0;
    const bool right = x + width + 8 < this->width();
    const QRectF box(right ? x + 6 : std::max(0.0, x - width - 6), plot.bottom() - 24, width, 18);
    painter.fillRect(box, m_theme.color(ColorRole::Raised));
    painter.setPen(m_theme.color(ColorRole::Text));
    painter.drawText(box, Qt::AlignCenter, text);
}

void DistributionChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_values.isEmpty()) {
        painter.setFont(m_theme.font(FontRole::Body));
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(rect().adjusted(24, 8, -24, -8), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    paintInto(painter);
    if (m_cursor) {
        paintCursor(painter);
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(m_theme.color(ColorRole::Outline));
        painter.drawRect(curvePlot().adjusted(-0.5, -0.5, 0.5, 0.5));
    }
}

void DistributionChart::mouseMoveEvent(QMouseEvent* event)
{
    const QRectF plot = curvePlot();
    const double x = std::clamp(event->position().x(), plot.left(), plot.right());
    setCursorValue(m_axis.low + (x - plot.left()) / plot.width() * (m_axis.high - m_axis.low));
}

void DistributionChart::leaveEvent(QEvent*)
{
    setCursorValue(std::nullopt);
}

void DistributionChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    setCursorValue(std::nullopt);
}

void DistributionChart::keyPressEvent(QKeyEvent* event)
{
    const double step = (m_axis.high - m_axis.low) / kKeySteps;
    const double from = m_cursor.value_or(m_values.b.sorted.empty() ? m_values.a.median : m_values.b.median);
    double to = from;
    switch (event->key()) {
    case Qt::Key_Left:
        to = from - step;
        break;
    case Qt::Key_Right:
        to = from + step;
        break;
    case Qt::Key_Home:
        to = m_axis.low;
        break;
    case Qt::Key_End:
        to = m_axis.high;
        break;
    case Qt::Key_Escape:
        if (m_cursor) {
            setCursorValue(std::nullopt);
            return;
        }
        QWidget::keyPressEvent(event);
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (!m_values.isEmpty()) {
        setCursorValue(std::clamp(to, m_axis.low, m_axis.high));
    }
}

} // namespace perihelion
