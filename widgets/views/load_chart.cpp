// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/load_chart.h"

#include "widgets/theme/theme.h"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChart>
#include <QGraphicsLayout>
#include <QHelpEvent>
#include <QHorizontalBarSeries>
#include <QLogValueAxis>
#include <QPainter>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kStates = static_cast<int>(kLoadStates.size());
constexpr double kGroupShare = 0.86; ///< Of a recording's place that its bars take.
constexpr int kBarHeight = 14;
constexpr int kNameWidth = 104;
constexpr int kTextWidth = 112;
constexpr int kSwatchSide = 9;
constexpr int kPlotPadding = 20; ///< That Qt Charts leaves above a plot without a title.

/// A round number not below value, and not much above it.
double roundUp(double value)
{
    const double magnitude = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-6))));
    for (const double step : {1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
        if (value <= step * magnitude) {
            return step * magnitude;
        }
    }
    return 10 * magnitude;
}

} // namespace

LoadChart::LoadChart(const Theme& theme, QWidget* parent) : QChartView(parent), m_theme(theme)
{
    setFrameShape(QFrame::NoFrame);
    setStyleSheet(QStringLiteral("background: transparent"));
    setRenderHint(QPainter::Antialiasing, false);
    setFocusPolicy(Qt::NoFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Load times by recording and state"));
    connect(&theme, &Theme::changed, this, &LoadChart::rebuild);
    rebuild();
}

void LoadChart::setComparison(LoadComparison comparison)
{
    m_comparison = std::move(comparison);
    rebuild();
}

QColor LoadChart::stateColor(LoadState state) const
{
    switch (state) {
    case LoadState::ColdFile:
        return m_theme.phaseColor(1);
    case LoadState::KeptIndex:
        return m_theme.phaseColor(4);
    case LoadState::CacheOff:
        return m_theme.cacheColor(CacheState::Off);
    case LoadState::CacheMiss:
        return m_theme.cacheColor(CacheState::Miss);
    case LoadState::CacheHit:
        break;
    }
    return m_theme.cacheColor(CacheState::Hit);
}

int LoadChart::rowHeight() const
{
    return QFontMetrics(m_theme.font(FontRole::Caption)).height() + 4;
}

/// Calls entry(state, place) for every entry, row by row in the width there is.
template <typename Entry>
void LoadChart::layLegend(Entry entry) const
{
    const QFontMetrics metrics(m_theme.font(FontRole::Caption));
    int x = 0;
    int row = 0;
    for (const LoadState state : kLoadStates) {
        const int width = kSwatchSide + 5 + metrics.horizontalAdvance(loadStateWords(state)) + 2;
        if (x > 0 && x + width > viewport()->width()) {
            x = 0;
            ++row;
        }
        entry(state, QRect(x, row * rowHeight(), width, rowHeight()), row);
        x += width + 14;
    }
}

int LoadChart::legendRows() const
{
    int rows = 1;
    layLegend([&rows](LoadState, const QRect&, int row) { rows = row + 1; });
    return rows;
}

void LoadChart::rebuild()
{
    const auto groups = static_cast<int>(m_comparison.groups.size());
    setMinimumHeight((legendRows() + 1) * rowHeight() + 22 +
                     std::max(1, groups) * static_cast<int>(kStates * kBarHeight / kGroupShare));
    setAccessibleDescription(m_comparison.isEmpty() ? tr("Nothing measured yet") : m_comparison.toText());

    const bool logarithmic = isLogarithmic();
    const double least = m_comparison.leastMillis();
    const double most = std::max(m_comparison.mostMillis(), 1e-3);
    m_axisLeast = logarithmic ? std::pow(10.0, std::floor(std::log10(least * 0.7))) : 0.0;

    auto* chart = new QChart();
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->legend()->hide();
    chart->setBackgroundVisible(false);
    chart->setMargins(QMargins(kNameWidth, legendRows() * rowHeight() - kPlotPadding, kTextWidth, 0));
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    // Both run upwards in Qt Charts, while people read downwards.
    auto* series = new QHorizontalBarSeries();
    series->setBarWidth(kGroupShare);
    for (auto state = kLoadStates.rbegin(); state != kLoadStates.rend(); ++state) {
        auto* set = new QBarSet(loadStateWords(*state));
        set->setColor(stateColor(*state));
        set->setBorderColor(Qt::transparent);
        for (auto group = m_comparison.groups.rbegin(); group != m_comparison.groups.rend(); ++group) {
            // A value of 0 would hide the whole series on a logarithmic axis.
            set->append(group->time(*state) ? group->time(*state)->p50Millis : m_axisLeast);
        }
        series->append(set);
    }
    chart->addSeries(series);
    auto* up = new QBarCategoryAxis();
    for (int group = 0; group < groups; ++group) {
        up->append(QString::number(group)); // Names may be equal, and equal categories are dropped.
    }
    up->setVisible(false);
    chart->addAxis(up, Qt::AlignLeft);
    series->attachAxis(up);
    QAbstractAxis* across = nullptr;
    if (logarithmic) {
        auto* axis = new QLogValueAxis();
        axis->setBase(10);
        axis->setRange(m_axisLeast, roundUp(most));
        axis->setLabelFormat(QStringLiteral("%g ms"));
        across = axis;
    } else {
        auto* axis = new QValueAxis();
        axis->setRange(0, roundUp(most));
        axis->setTickCount(3);
        axis->setLabelFormat(QStringLiteral("%g ms"));
        across = axis;
    }
    across->setLabelsColor(m_theme.color(ColorRole::Muted));
    across->setLabelsFont(m_theme.font(FontRole::Caption));
    across->setGridLinePen(QPen(m_theme.color(ColorRole::Line), 1));
    across->setLineVisible(false);
    chart->addAxis(across, Qt::AlignBottom);
    series->attachAxis(across);
    across->setVisible(!m_comparison.isEmpty());
    QChart* former = this->chart();
    setChart(chart);
    delete former;
    viewport()->update();
}

QPointF LoadChart::barTip(std::size_t group, LoadState state) const
{
    const auto& series = chart()->series();
    const std::optional<LoadTime>& time = m_comparison.groups.at(group).time(state);
    const auto category = static_cast<double>(m_comparison.groups.size() - 1 - group);
    const double place = kStates - 1 - static_cast<int>(state);
    const double y = category + kGroupShare * ((place + 0.5) / kStates - 0.5);
    const QPointF onChart =
        chart()->mapToPosition(QPointF(time ? time->p50Millis : m_axisLeast, y), series.front());
    return mapFromScene(chart()->mapToScene(onChart));
}

void LoadChart::paintEvent(QPaintEvent* event)
{
    QChartView::paintEvent(event);
    if (m_comparison.groups.empty()) {
        return;
    }
    QPainter painter(viewport());
    painter.setFont(m_theme.font(FontRole::Caption));
    layLegend([&](LoadState state, const QRect& place, int) {
        painter.fillRect(QRect(place.left(), place.top() + 4, kSwatchSide, kSwatchSide), stateColor(state));
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(place.adjusted(kSwatchSide + 5, 0, 0, -2), Qt::AlignLeft | Qt::AlignVCenter,
                         loadStateWords(state));
    });
    const QFontMetrics metrics = painter.fontMetrics();
    for (std::size_t group = 0; group < m_comparison.groups.size(); ++group) {
        for (const LoadState state : kLoadStates) {
            const bool measured = m_comparison.groups[group].time(state).has_value();
            const QPointF tip = barTip(group, state);
            painter.setPen(m_theme.color(measured ? ColorRole::Text : ColorRole::Muted));
            painter.drawText(QRectF(tip.x() + 6, tip.y() - 10, viewport()->width() - tip.x() - 6, 20),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             measured ? m_comparison.barText(group, state) : QStringLiteral("–"));
        }
        const double middle = barTip(group, LoadState::CacheOff).y();
        const auto line = [&](double top, const QString& text, ColorRole color) {
            painter.setPen(m_theme.color(color));
            painter.drawText(QRectF(0, top, kNameWidth - 6, rowHeight()), Qt::AlignLeft | Qt::AlignVCenter,
                             metrics.elidedText(text, Qt::ElideMiddle, kNameWidth - 6));
        };
        line(middle - rowHeight(), m_comparison.groups[group].name(), ColorRole::Text);
        line(middle, m_comparison.groups[group].storage(), ColorRole::Muted);
    }
}

QString LoadChart::tipAt(const QPoint& position) const
{
    for (std::size_t group = 0; group < m_comparison.groups.size(); ++group) {
        for (const LoadState state : kLoadStates) {
            const std::optional<LoadTime>& time = m_comparison.groups[group].time(state);
            const double reach =
                std::abs(barTip(group, LoadState::ColdFile).y() - barTip(group, LoadState::KeptIndex).y()) /
                2;
            if (time && std::abs(barTip(group, state).y() - position.y()) <= reach) {
                const auto number = [](double value) { return QString::number(value, 'f', 3); };
                return tr("%1, %2: median %3 ms of %n iteration(s), from %4 to %5 ms (run %6)", nullptr,
                          static_cast<int>(time->count))
                    .arg(m_comparison.groups[group].name(), loadStateWords(state), number(time->p50Millis),
                         number(time->minMillis), number(time->maxMillis))
                    .arg(time->run);
            }
        }
    }
    return {};
}

bool LoadChart::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString tip = tipAt(help->pos());
        tip.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), tip, this);
        return true;
    }
    return QChartView::viewportEvent(event);
}

} // namespace perihelion
