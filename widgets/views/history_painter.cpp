// SPDX-License-Identifier: GPL-3.0-or-later
// HistoryPainter: the measured values. Axes, marks and legend are in history_painter_marks.cpp.
#include "widgets/views/history_painter.h"

#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr double kLeftMargin = 58;
constexpr double kRightMargin = 14;
constexpr double kTopMargin = 66; ///< Legend, and two rows of change labels.
constexpr double kLabelMargin = 62;
constexpr double kDateMargin = 26;
constexpr double kBarShare = 0.74;
constexpr double kWidestBar = 40;
constexpr double kDotSlot = 7;      ///< From this room on points are dots.
constexpr double kBoxSlot = 9;      ///< From this room on points have boxes.
constexpr qsizetype kSmooth = 2000; ///< Lines of more points are drawn without antialiasing.

} // namespace

HistoryPainter::HistoryPainter(const HistoryValues& values, std::span<const double> places,
                               const Theme& theme, QSizeF size, HistoryRange range)
    : m_values(values),
      m_places(places),
      m_theme(theme),
      m_size(size)
{
    const double bottom = values.spacing == HistorySpacing::Commits ? kLabelMargin : kDateMargin;
    const QRectF plot(kLeftMargin, kTopMargin, std::max(10.0, size.width() - kLeftMargin - kRightMargin),
                      std::max(10.0, size.height() - kTopMargin - bottom));
    m_scale = HistoryScale(plot, range, valueRange(values, places, range), values.logScale);
    m_byPlace = visibleRuns();
    m_slot =
        values.spacing == HistorySpacing::Commits
            ? plot.width() / range.length()
            : std::min(18.0, plot.width() / static_cast<double>(std::max<std::size_t>(1, m_byPlace.size())));
}

/// With one run more at each side, so that lines go on to the edges.
std::vector<std::size_t> HistoryPainter::visibleRuns() const
{
    std::vector<std::size_t> order(m_places.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return m_places[a] < m_places[b]; });
    auto first = std::find_if(order.begin(), order.end(),
                              [this](std::size_t run) { return m_places[run] >= m_scale.range().from; });
    auto last = std::find_if(first, order.end(),
                             [this](std::size_t run) { return m_places[run] > m_scale.range().to; });
    first = first == order.begin() ? first : std::prev(first);
    last = last == order.end() ? last : std::next(last);
    return {first, last};
}

QColor HistoryPainter::colorOf(const ChartSeries& series) const
{
    if (series.color == kTotalColor) {
        return m_theme.color(ColorRole::Text);
    }
    return series.color == kRestColor ? m_theme.color(ColorRole::Disabled) : m_theme.phaseColor(series.color);
}

QPointF HistoryPainter::pointOf(std::size_t run) const
{
    double top = 0;
    double cold = 0;
    bool found = false;
    for (const ChartSeries& series : m_values.series) {
        const double value = series.points[run].value;
        if (!std::isfinite(value)) {
            continue;
        }
        found = true;
        if (m_values.form != HistoryForm::Stacked) {
            top = std::max(top, value);
        } else if (series.isPart) {
            (series.cold ? cold : top) += std::max(0.0, value);
        }
    }
    const double x = m_scale.x(m_places[run]);
    return {x, found ? m_scale.y(std::max(top, cold)) : m_scale.plot().bottom()};
}

void HistoryPainter::paint(QPainter& painter, const HistorySelection& selection) const
{
    painter.save();
    paintLegend(painter);
    paintValueAxis(painter);
    painter.save();
    painter.setClipRect(m_scale.plot().adjusted(0, -kTopMargin, 0, 0));
    paintSelection(painter, selection);
    paintEnvironments(painter);
    if (m_values.form == HistoryForm::Stacked) {
        paintStacks(painter);
    } else {
        for (const ChartSeries& series : m_values.series) {
            paintBand(painter, series);
        }
        for (const ChartSeries& series : m_values.series) {
            m_values.form == HistoryForm::Lines ? paintLine(painter, series) : paintPoints(painter, series);
        }
    }
    for (const ChartSeries& series : m_values.series) {
        if (m_values.form != HistoryForm::Stacked || !series.isPart) {
            paintLevels(painter, series);
        }
    }
    paintFailures(painter);
    paintNotes(painter);
    paintChanges(painter);
    painter.restore();
    m_values.spacing == HistorySpacing::Commits ? paintRunLabels(painter) : paintDates(painter);
    painter.restore();
}

/// Where runs are narrower than a pixel the tallest of each pixel column stands for all of it.
void HistoryPainter::paintStacks(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const bool cold : {true, false}) {
        std::optional<std::size_t> tallest;
        double column = 0;
        for (const std::size_t run : m_byPlace) {
            const double at = std::floor(m_scale.x(m_places[run]));
            if (m_slot >= 1) {
                paintStack(painter, run, cold);
                continue;
            }
            if (tallest && at != column) {
                paintStack(painter, *tallest, cold);
                tallest.reset();
            }
            column = at;
            if (!tallest || pointOf(run).y() < pointOf(*tallest).y()) {
                tallest = run;
            }
        }
        if (tallest) {
            paintStack(painter, *tallest, cold);
        }
    }
}

void HistoryPainter::paintStack(QPainter& painter, std::size_t run, bool cold) const
{
    const double whole = m_slot < 3 ? std::ceil(m_slot) : std::min(kWidestBar, m_slot * kBarShare);
    const double width = std::max(1.0, m_values.bothModes ? whole / 2 : whole);
    const double left = m_scale.x(m_places[run]) - whole / 2 + (m_values.bothModes && !cold ? width : 0);
    const int x = static_cast<int>(std::lround(left));
    const int right = std::max(x + 1, static_cast<int>(std::lround(left + width)));
    const bool hollow = m_values.runs[run].failed;
    double sum = 0;
    int bottom = static_cast<int>(std::lround(m_scale.plot().bottom()));
    const ChartSeries* total = nullptr;
    for (const ChartSeries& series : m_values.series) {
        const double value = series.points[run].value;
        if (series.cold != cold || !std::isfinite(value)) {
            continue;
        }
        if (!series.isPart) {
            total = &series;
            continue;
        }
        sum += std::max(0.0, value);
        const int top = static_cast<int>(std::lround(m_scale.y(sum)));
        if (bottom > top) {
            const QRect part(x, top, right - x, bottom - top);
            if (hollow && part.width() > 2) {
                painter.setPen(colorOf(series));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(part.adjusted(0, 0, -1, -1));
            } else {
                painter.fillRect(part, colorOf(series));
            }
            bottom = top;
        }
    }
    if (m_values.bothModes && cold && m_slot >= 6 && sum > 0) {
        painter.fillRect(QRect(x, bottom, right - x, 2), m_theme.color(ColorRole::CacheMiss));
    }
    if (total != nullptr && m_slot >= kDotSlot && total->points[run].high > total->points[run].low) {
        const ChartPoint& point = total->points[run];
        const int middle = (x + right) / 2;
        painter.setPen(m_theme.color(ColorRole::Text));
        painter.drawLine(QPointF(middle, m_scale.y(point.low)), QPointF(middle, m_scale.y(point.high)));
    }
}

void HistoryPainter::paintBand(QPainter& painter, const ChartSeries& series) const
{
    if (m_values.form != HistoryForm::Lines) {
        return;
    }
    QColor color = colorOf(series);
    color.setAlphaF(0.16F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    std::vector<QPointF> upper;
    std::vector<QPointF> lower;
    bool visible = false;
    const auto close = [&] {
        if (visible && upper.size() > 1) {
            QPolygonF outline = decimated(upper);
            QPolygonF back = decimated(lower);
            std::reverse(back.begin(), back.end());
            outline += back;
            painter.drawPolygon(outline);
        }
        upper.clear();
        lower.clear();
        visible = false;
    };
    for (const std::size_t run : m_byPlace) {
        const ChartPoint& point = series.points[run];
        if (!std::isfinite(point.value)) {
            close();
            continue;
        }
        const double x = m_scale.x(m_places[run]);
        upper.emplace_back(x, m_scale.y(point.high));
        lower.emplace_back(x, m_scale.y(point.low));
        visible = visible || point.high > point.low;
    }
    close();
}

void HistoryPainter::paintLine(QPainter& painter, const ChartSeries& series) const
{
    std::vector<QPolygonF> pieces;
    std::vector<QPointF> piece;
    qsizetype count = 0;
    for (const std::size_t run : m_byPlace) {
        const double value = series.points[run].value;
        if (std::isfinite(value)) {
            piece.emplace_back(m_scale.x(m_places[run]), m_scale.y(value));
        } else if (!piece.empty()) {
            pieces.push_back(decimated(piece));
            piece.clear();
        }
    }
    pieces.push_back(decimated(piece));
    for (const QPolygonF& each : pieces) {
        count += each.size();
    }
    const bool few = count * static_cast<qsizetype>(m_values.series.size()) < kSmooth;
    QColor color = colorOf(series);
    if (!series.levels.empty() && !few) {
        color.setAlphaF(0.6F); // The levels are what is to be seen.
    }
    QPen pen(color, few ? 1.4 : 0);
    if (m_values.bothModes && series.cold) {
        pen.setDashPattern({4, 3});
    }
    painter.setRenderHint(QPainter::Antialiasing, few);
    painter.setBrush(Qt::NoBrush);
    for (const QPolygonF& each : pieces) {
        painter.setPen(pen);
        painter.drawPolyline(each);
    }
    if (m_slot >= kDotSlot) {
        for (const std::size_t run : m_byPlace) {
            const double value = series.points[run].value;
            if (std::isfinite(value)) {
                const bool hollow = m_values.runs[run].failed;
                painter.setPen(QPen(colorOf(series), 1.2));
                painter.setBrush(hollow ? m_theme.color(ColorRole::Panel) : colorOf(series));
                painter.drawEllipse(QPointF(m_scale.x(m_places[run]), m_scale.y(value)), 2.6, 2.6);
            }
        }
    }
}

void HistoryPainter::paintPoints(QPainter& painter, const ChartSeries& series) const
{
    const QColor color = colorOf(series);
    const bool boxes = m_slot >= kBoxSlot;
    painter.setRenderHint(QPainter::Antialiasing, boxes);
    std::vector<QPointF> points;
    for (const std::size_t run : m_byPlace) {
        const ChartPoint& point = series.points[run];
        if (!std::isfinite(point.value)) {
            continue;
        }
        const QPointF at(m_scale.x(m_places[run]), m_scale.y(point.value));
        if (!boxes) {
            points.push_back(at);
            continue;
        }
        const double half = std::min(6.0, m_slot * 0.3);
        painter.setPen(QPen(color, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawLine(QPointF(at.x(), m_scale.y(point.low)), QPointF(at.x(), m_scale.y(point.high)));
        painter.setBrush(m_theme.color(ColorRole::Panel));
        painter.drawRect(
            QRectF(QPointF(at.x() - half, m_scale.y(point.q3)), QPointF(at.x() + half, m_scale.y(point.q1))));
        painter.setBrush(m_values.runs[run].failed ? m_theme.color(ColorRole::Panel) : color);
        painter.drawEllipse(at, 2.4, 2.4);
    }
    for (const QPointF& at : decimated(points)) {
        painter.fillRect(QRectF(std::floor(at.x()) - 1, std::floor(at.y()) - 1, 2, 2), color);
    }
}

void HistoryPainter::paintLevels(QPainter& painter, const ChartSeries& series) const
{
    const double half = m_values.spacing == HistorySpacing::Commits ? 0.5 : 0;
    painter.setRenderHint(QPainter::Antialiasing, false);
    const bool stacked = m_values.form == HistoryForm::Stacked;
    painter.setPen(QPen(colorOf(series), 2, stacked ? Qt::DotLine : Qt::SolidLine, Qt::FlatCap));
    for (const auto& [from, to] : levelSteps(series.levels, m_places, half, m_scale)) {
        painter.drawLine(from, to);
    }
}

} // namespace perihelion
