// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/history_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace perihelion {

namespace {

/// 1, 2 or 5 times a power of ten, of which at most most fit into span.
double tickStep(double span, int most)
{
    const double least = std::max(span / std::max(1, most), 1e-12);
    const double magnitude = std::pow(10.0, std::floor(std::log10(least)));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (step * magnitude >= least) {
            return step * magnitude;
        }
    }
    return 10 * magnitude;
}

class Extremes {
public:
    void add(double value)
    {
        if (std::isfinite(value)) {
            m_low = std::min(m_low, value);
            m_high = std::max(m_high, value);
            if (value > 0) {
                m_positive = std::min(m_positive, value);
            }
        }
    }
    bool isEmpty() const { return m_low > m_high; }
    double low() const { return m_low; }
    double high() const { return m_high; }
    double positive() const { return m_positive; }

private:
    double m_low = std::numeric_limits<double>::infinity();
    double m_high = -std::numeric_limits<double>::infinity();
    double m_positive = std::numeric_limits<double>::infinity();
};

/// What a stack reaches, in one mode.
double stackHeight(const HistoryValues& values, std::size_t run, bool cold)
{
    double sum = 0;
    for (const ChartSeries& series : values.series) {
        if (series.isPart && series.cold == cold && std::isfinite(series.points[run].value)) {
            sum += std::max(0.0, series.points[run].value);
        }
    }
    return sum;
}

} // namespace

double HistoryScale::x(double place) const
{
    return m_plot.left() + (place - m_range.from) / m_range.length() * m_plot.width();
}

double HistoryScale::placeAt(double x) const
{
    return m_range.from + (x - m_plot.left()) / m_plot.width() * m_range.length();
}

double HistoryScale::y(double value) const
{
    double share = 0;
    if (m_log) {
        const double low = std::log(m_values.low);
        share = value > 0 ? (std::log(value) - low) / (std::log(m_values.high) - low) : 0;
        share = std::max(share, 0.0);
    } else {
        share = (value - m_values.low) / (m_values.high - m_values.low);
    }
    return m_plot.bottom() - share * m_plot.height();
}

std::vector<double> runPlaces(const HistoryValues& values)
{
    std::vector<double> places(values.runs.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i] = values.spacing == HistorySpacing::Commits ? static_cast<double>(i)
                                                              : static_cast<double>(values.runs[i].millis);
    }
    return places;
}

HistoryRange wholeRange(const HistoryValues& values, std::span<const double> places)
{
    if (places.empty()) {
        return {};
    }
    const auto [least, most] = std::minmax_element(places.begin(), places.end());
    const double margin =
        values.spacing == HistorySpacing::Commits ? 0.5 : std::max((*most - *least) * 0.01, 3'600'000.0);
    return {*least - margin, *most + margin};
}

ValueRange valueRange(const HistoryValues& values, std::span<const double> places, const HistoryRange& range)
{
    const bool stacked = values.form == HistoryForm::Stacked;
    Extremes extremes;
    for (std::size_t run = 0; run < places.size(); ++run) {
        if (places[run] < range.from || places[run] > range.to) {
            continue;
        }
        if (stacked) {
            extremes.add(stackHeight(values, run, false));
            extremes.add(stackHeight(values, run, true));
        }
        for (const ChartSeries& series : values.series) {
            const ChartPoint& point = series.points[run];
            if (std::isfinite(point.value) && (!stacked || !series.isPart)) {
                extremes.add(point.value);
                extremes.add(point.low);
                extremes.add(point.high);
            }
        }
    }
    if (extremes.isEmpty() || extremes.high() <= 0) {
        return values.logScale ? ValueRange{0.1, 1} : ValueRange{0, 1};
    }
    if (values.logScale) {
        return {extremes.positive() * (stacked ? 0.5 : 0.8), extremes.high() * 1.25};
    }
    const double span = extremes.high() - extremes.low();
    // Small changes of a large value would not show on a scale that begins at zero.
    const bool fromZero = stacked || extremes.low() < 0.7 * extremes.high();
    const double margin = span > 0 ? 0.06 * span : 0.06 * extremes.high();
    return {fromZero ? std::min(0.0, extremes.low()) : extremes.low() - margin,
            fromZero ? extremes.high() * 1.1 : extremes.high() + 2 * margin};
}

std::vector<double> valueTicks(const ValueRange& range, bool logarithmic, int most)
{
    std::vector<double> ticks;
    if (logarithmic) {
        const int first = static_cast<int>(std::floor(std::log10(range.low)));
        const int last = static_cast<int>(std::ceil(std::log10(range.high)));
        const bool few = last - first <= most / 2;
        const int step = std::max(1, (last - first) / std::max(1, most));
        for (int power = first; power <= last; power += step) {
            for (const double digit : {1.0, 2.0, 5.0}) {
                const double tick = digit * std::pow(10.0, power);
                if (tick >= range.low && tick <= range.high && (few || digit == 1.0)) {
                    ticks.push_back(tick);
                }
            }
        }
        return ticks;
    }
    const double step = tickStep(range.high - range.low, most);
    for (double at = std::ceil(range.low / step); at * step <= range.high; ++at) {
        ticks.push_back(at * step);
    }
    return ticks;
}

QString tickText(double value)
{
    const double size = std::abs(value);
    if (size >= 1e9) {
        return QString(QString::number(value / 1e9, 'g', 4) % u" G");
    }
    if (size >= 1e6) {
        return QString(QString::number(value / 1e6, 'g', 4) % u" M");
    }
    if (size >= 1e4) {
        return QString(QString::number(value / 1e3, 'g', 4) % u" k");
    }
    return size < 1e-12 ? QStringLiteral("0") : QString::number(value, 'g', 4);
}

QPolygonF decimated(std::span<const QPointF> points)
{
    QPolygonF kept;
    kept.reserve(static_cast<qsizetype>(points.size()));
    std::size_t begin = 0;
    while (begin < points.size()) {
        const double column = std::floor(points[begin].x());
        std::size_t end = begin + 1;
        while (end < points.size() && std::floor(points[end].x()) == column) {
            ++end;
        }
        if (end - begin <= 4) {
            kept.append(QList<QPointF>(points.begin() + static_cast<std::ptrdiff_t>(begin),
                                       points.begin() + static_cast<std::ptrdiff_t>(end)));
        } else {
            const auto column0 = points.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto column1 = points.begin() + static_cast<std::ptrdiff_t>(end);
            const auto [low, high] = std::minmax_element(
                column0, column1, [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); });
            kept << *column0 << *std::min(low, high) << *std::max(low, high) << *(column1 - 1);
        }
        begin = end;
    }
    return kept;
}

std::vector<std::size_t> thinned(std::span<const double> pixels, double distance)
{
    std::vector<std::size_t> order(pixels.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return pixels[a] < pixels[b]; });
    std::vector<std::size_t> kept;
    for (const std::size_t at : order) {
        if (kept.empty() || pixels[at] - pixels[kept.back()] >= distance) {
            kept.push_back(at);
        }
    }
    return kept;
}

std::vector<std::pair<QPointF, QPointF>> levelSteps(std::span<const ChartLevel> levels,
                                                    std::span<const double> places, double half,
                                                    const HistoryScale& scale)
{
    std::vector<std::pair<QPointF, QPointF>> steps;
    for (const ChartLevel& level : levels) {
        if (level.begin >= level.end || level.end > places.size()) {
            continue;
        }
        const double y = scale.y(level.value);
        const double from = scale.x(places[level.begin] - half);
        const double to = scale.x(places[level.end - 1] + half);
        if (to >= scale.plot().left() && from <= scale.plot().right()) {
            steps.emplace_back(QPointF(std::max(from, scale.plot().left()), y),
                               QPointF(std::min(to, scale.plot().right()), y));
        }
    }
    return steps;
}

} // namespace perihelion
