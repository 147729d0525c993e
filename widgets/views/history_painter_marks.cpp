// SPDX-License-Identifier: GPL-3.0-or-later
// HistoryPainter: axes, legend, and marks of runs.
#include "widgets/views/history_painter.h"

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kSwatch = 9;
constexpr double kLegendHeight = 20;
constexpr double kChangeRow = 17;
constexpr double kRunLabelRoom = 15;
constexpr double kDateRoom = 92;
constexpr double kTickRoom = 44;
constexpr double kLabelAngle = 60;

QString tr(const char* text)
{
    return QCoreApplication::translate("HistoryPainter", text);
}

} // namespace

/// Between a run and the one before it.
double HistoryPainter::edgeBefore(std::size_t run) const
{
    const double x = m_scale.x(m_places[run]);
    return std::round(m_values.spacing == HistorySpacing::Commits ? x - m_slot / 2 : x - 1) + 0.5;
}

void HistoryPainter::paintSelection(QPainter& painter, const HistorySelection& selection) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double width = std::max(3.0, std::min(m_slot, 46.0));
    for (const auto& [run, role] :
         {std::pair{selection.first, ColorRole::Accent}, std::pair{selection.second, ColorRole::CacheMiss}}) {
        if (run && *run < m_places.size()) {
            const QRectF plot = m_scale.plot();
            const QRectF band(m_scale.x(m_places[*run]) - width / 2, plot.top(), width, plot.height());
            painter.fillRect(band, m_theme.color(role, 0.22));
            painter.fillRect(QRectF(band.left(), plot.bottom() - 2, width, 2), m_theme.color(role));
        }
    }
}

void HistoryPainter::paintValueAxis(QPainter& painter) const
{
    const QRectF plot = m_scale.plot();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(m_theme.font(FontRole::Caption));
    const int most = std::max(2, static_cast<int>(plot.height() / kTickRoom));
    double lowest = plot.bottom() + 20;
    for (const double tick : valueTicks(m_scale.values(), m_values.logScale, most)) {
        const double y = std::round(m_scale.y(tick));
        painter.setPen(m_theme.color(ColorRole::Line));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (lowest - y >= 14) {
            painter.setPen(m_theme.color(ColorRole::Muted));
            painter.drawText(QRectF(0, y - 9, plot.left() - 10, 18), Qt::AlignRight | Qt::AlignVCenter,
                             tickText(tick));
            lowest = y;
        }
    }
}

void HistoryPainter::paintRunLabels(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Mono));
    painter.setPen(m_theme.color(ColorRole::Muted));
    painter.setRenderHint(QPainter::Antialiasing, true);
    std::vector<std::size_t> inside;
    std::vector<double> pixels;
    for (const std::size_t run : m_byPlace) {
        const double x = m_scale.x(m_places[run]);
        if (x >= m_scale.plot().left() && x <= m_scale.plot().right()) {
            inside.push_back(run);
            pixels.push_back(x);
        }
    }
    for (const std::size_t at : thinned(pixels, std::max(kRunLabelRoom, m_scale.plot().width() / 48))) {
        painter.save();
        painter.translate(pixels[at] - 3, m_scale.plot().bottom() + 8);
        painter.rotate(kLabelAngle);
        painter.drawText(QPointF(0, 4), m_values.runs[inside[at]].label.left(7));
        painter.restore();
    }
}

void HistoryPainter::paintDates(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    painter.setPen(m_theme.color(ColorRole::Muted));
    const QRectF plot = m_scale.plot();
    const int count = std::max(1, static_cast<int>(plot.width() / kDateRoom));
    const bool days = m_scale.range().length() / count > 86'400'000.0;
    for (int i = 0; i < count; ++i) {
        const double x = plot.left() + (i + 0.5) * plot.width() / count;
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(m_scale.placeAt(x)), Qt::UTC);
        painter.drawText(QRectF(x - kDateRoom / 2, plot.bottom() + 6, kDateRoom, 18), Qt::AlignCenter,
                         at.toString(days ? QStringLiteral("yyyy-MM-dd") : QStringLiteral("MM-dd hh:mm")));
    }
}

void HistoryPainter::paintLegend(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    const QString spread = m_values.form == HistoryForm::Stacked ? tr("whiskers p5–p95 of the total")
                           : m_values.form == HistoryForm::Lines ? tr("band p5–p95, steps: levels")
                                                                 : tr("box p25–p75, whiskers p5–p95");
    const QString about = QString((m_values.unit == u"1" ? QString() : QString(m_values.unit % u' ')) %
                                  m_values.statistic % u" per run · " % spread);
    const int aboutWidth = painter.fontMetrics().horizontalAdvance(about) + 4;
    const double right = m_size.width() - 8;
    painter.setPen(m_theme.color(ColorRole::Muted));
    painter.drawText(QRectF(right - aboutWidth, 0, aboutWidth, kLegendHeight),
                     Qt::AlignRight | Qt::AlignVCenter, about);
    double x = 4;
    std::size_t left = m_values.series.size();
    for (const ChartSeries& series : m_values.series) {
        const int width = painter.fontMetrics().horizontalAdvance(series.name) + 2;
        const QString rest = tr("and %1 more").arg(left);
        const int restWidth = left > 1 ? painter.fontMetrics().horizontalAdvance(rest) + 12 : 0;
        if (x + kSwatch + 6 + width + restWidth > right - aboutWidth - 12) {
            painter.setPen(m_theme.color(ColorRole::Muted));
            painter.drawText(QRectF(x, 0, restWidth + 40, kLegendHeight), Qt::AlignLeft | Qt::AlignVCenter,
                             rest);
            return;
        }
        const QRectF swatch(x, (kLegendHeight - kSwatch) / 2, kSwatch, kSwatch);
        painter.fillRect(m_values.bothModes && series.cold ? swatch.adjusted(0, 3, 0, -3) : swatch,
                         colorOf(series));
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(QRectF(x + kSwatch + 6, 0, width, kLegendHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         series.name);
        x += kSwatch + 6 + width + 14;
        --left;
    }
}

void HistoryPainter::paintFailures(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    for (const std::size_t run : m_byPlace) {
        const ChartRun& shown = m_values.runs[run];
        const QPointF at(m_scale.x(m_places[run]), m_scale.plot().bottom() - 8);
        if (shown.gap) {
            painter.setPen(QPen(m_theme.color(ColorRole::Muted), 1.6));
            painter.drawLine(at + QPointF(-3.5, -3.5), at + QPointF(3.5, 3.5));
            painter.drawLine(at + QPointF(-3.5, 3.5), at + QPointF(3.5, -3.5));
        } else if (shown.failed) {
            painter.setPen(QPen(m_theme.color(ColorRole::Bad), 1.4));
            painter.drawEllipse(at, 4, 4);
        }
    }
}

void HistoryPainter::paintEnvironments(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QRectF plot = m_scale.plot();
    double free = plot.left();
    for (const std::size_t run : m_values.environments) {
        const double x = edgeBefore(run);
        if (x < plot.left() || x > plot.right()) {
            continue;
        }
        painter.setPen(QPen(m_theme.color(ColorRole::Muted), 1, Qt::DotLine));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        const QString text = tr("other environment");
        const int width = painter.fontMetrics().horizontalAdvance(text);
        if (x + 4 >= free && x + 4 + width <= plot.right()) {
            painter.setPen(m_theme.color(ColorRole::Muted));
            painter.drawText(QPointF(x + 4, plot.top() + 11), text);
            free = x + 10 + width;
        }
    }
}

/// Labels in two rows above the plot; one that has no room in either is left to the table.
void HistoryPainter::paintChanges(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QRectF plot = m_scale.plot();
    std::array<double, 2> free{0, 0};
    for (const ChartChange& change : m_values.changes) {
        const double x = edgeBefore(change.run);
        if (x < plot.left() || x > plot.right()) {
            continue;
        }
        const QColor color = m_theme.color(change.accepted ? ColorRole::Muted
                                           : change.worse  ? ColorRole::Bad
                                                           : ColorRole::Good);
        const QString text =
            change.provisional ? QString(change.text % u' ' % tr("(provisional)")) : change.text;
        const int width = painter.fontMetrics().horizontalAdvance(text);
        // Near the right edge the label stands at the left of its line.
        const double left = x + 5 + width <= plot.right() + 8 ? x + 5 : x - 5 - width;
        double top = plot.top();
        for (std::size_t row = 0; row < free.size(); ++row) {
            if (left >= free.at(row)) {
                top = kLegendHeight + 6 + static_cast<double>(row) * kChangeRow;
                painter.setPen(color);
                painter.drawText(QPointF(left, top + 12), text);
                free.at(row) = std::max(left + width, x) + 12;
                break;
            }
        }
        painter.setPen(QPen(color, 1, change.provisional ? Qt::DotLine : Qt::DashLine));
        painter.drawLine(QPointF(x, top), QPointF(x, plot.bottom()));
    }
}

void HistoryPainter::paintNotes(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    for (const std::size_t run : m_byPlace) {
        const ChartRun& shown = m_values.runs[run];
        if (shown.noted || shown.accepted) {
            const QPointF at(m_scale.x(m_places[run]), m_scale.plot().top() - 2);
            painter.setBrush(m_theme.color(shown.accepted ? ColorRole::Good : ColorRole::AccentLabel));
            painter.drawPolygon(QPolygonF{{at + QPointF(-4, -5), at + QPointF(4, -5), at + QPointF(0, 2)}});
        }
    }
}

} // namespace perihelion
