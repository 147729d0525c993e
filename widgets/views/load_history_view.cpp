// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/load_history_view.h"

#include "widgets/theme/theme.h"

#include <QBarSet>
#include <QChart>
#include <QChartView>
#include <QCursor>
#include <QGraphicsLayout>
#include <QLabel>
#include <QStackedBarSeries>
#include <QToolTip>
#include <QVBoxLayout>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kChartHeight = 92;
/// Fewer loads than this leave room at the right, so that two bars do not fill the whole panel.
constexpr int kLeastSlots = 20;

/// 1, 2 or 5 times a power of ten, at least value.
double niceCeiling(double value)
{
    const double magnitude = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-3))));
    for (const double step : {1.0, 2.0, 5.0, 10.0}) {
        if (value <= step * magnitude) {
            return step * magnitude;
        }
    }
    return 10.0 * magnitude;
}

QString milliseconds(Nanoseconds duration)
{
    return QString::number(toMilliseconds(duration), 'f', 1);
}

} // namespace

LoadHistoryView::LoadHistoryView(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(4);
    m_empty = new QLabel(tr("Open the recording once and its load time appears here."), this);
    m_empty->setWordWrap(true);
    m_empty->setProperty("tone", QStringLiteral("muted"));
    m_empty->setFont(theme.font(FontRole::Small));
    m_layout->addWidget(m_empty);
    m_legend = new QLabel(this);
    m_legend->setFont(theme.font(FontRole::Small));
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);
    m_legend->hide();
    m_layout->addWidget(m_legend);
    setAccessibleName(tr("Load times"));
    connect(&theme, &Theme::changed, this, &LoadHistoryView::rebuild);
}

QString LoadHistoryView::describe(const LoadRecord& load)
{
    const QString index = load.index == IndexState::Kept ? tr("kept index") : tr("index built");
    return tr("%1 ms to first frame · %2 · %3 · %4")
        .arg(milliseconds(load.phases.total()), cacheStateWords(load.cache), index,
             load.at.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")));
}

void LoadHistoryView::setLoads(const std::vector<LoadRecord>& newestFirst)
{
    m_loads.assign(newestFirst.rbegin(), newestFirst.rend());
    rebuild();
}

void LoadHistoryView::rebuild()
{
    m_empty->setVisible(m_loads.empty());
    m_legend->setVisible(!m_loads.empty());
    if (m_chart != nullptr) {
        m_chart->setVisible(!m_loads.empty());
    }
    if (m_loads.empty()) {
        setAccessibleDescription(m_empty->text());
        return;
    }
    if (m_chart == nullptr) {
        m_chart = new QChartView(this);
        m_chart->setFixedHeight(kChartHeight);
        m_chart->setRenderHint(QPainter::Antialiasing);
        m_chart->setFrameShape(QFrame::NoFrame);
        m_chart->setFocusPolicy(Qt::NoFocus);
        m_chart->setBackgroundBrush(Qt::NoBrush);
        m_chart->setStyleSheet(QStringLiteral("background: transparent"));
        m_layout->insertWidget(0, m_chart);
    }
    constexpr std::array<CacheState, 3> kStates = {CacheState::Off, CacheState::Miss, CacheState::Hit};
    auto* series = new QStackedBarSeries();
    series->setBarWidth(0.74);
    double most = 0;
    QString legend;
    QStringList sentences;
    for (const CacheState state : kStates) {
        auto* set = new QBarSet(cacheStateWords(state));
        set->setColor(m_theme.cacheColor(state));
        set->setPen(Qt::NoPen);
        bool occurs = false;
        for (const LoadRecord& load : m_loads) {
            const double value = toMilliseconds(load.phases.total());
            most = std::max(most, value);
            *set << (load.cache == state ? value : 0.0);
            occurs = occurs || load.cache == state;
        }
        if (occurs) {
            legend += QStringLiteral("<span style=\"color:%1\">■</span> %2 &nbsp; ")
                          .arg(m_theme.cacheColor(state).name(), cacheStateWords(state));
        }
        connect(set, &QBarSet::hovered, this, [this](bool entered, int at) {
            if (entered && at >= 0 && at < static_cast<int>(m_loads.size())) {
                QToolTip::showText(QCursor::pos(), describe(m_loads.at(static_cast<std::size_t>(at))), this);
            }
        });
        series->append(set);
    }
    for (const LoadRecord& load : m_loads) {
        sentences.append(describe(load));
    }
    m_legend->setText(QStringLiteral("<span style=\"color:%1\">%2</span>")
                          .arg(m_theme.color(ColorRole::Muted).name(), legend));
    // A chart is nothing to a screen reader: the same numbers as text.
    setAccessibleDescription(sentences.join(u'\n'));

    auto* chart = new QChart();
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->legend()->hide();
    chart->setBackgroundVisible(false);
    chart->setMargins(QMargins(0, 4, 0, 0));
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->addSeries(series);
    auto* across = new QValueAxis();
    across->setRange(-0.5, std::max(kLeastSlots, static_cast<int>(m_loads.size())) - 0.5);
    across->setVisible(false);
    chart->addAxis(across, Qt::AlignBottom);
    series->attachAxis(across);
    auto* up = new QValueAxis();
    const double top = niceCeiling(most);
    up->setRange(0, top);
    up->setTickCount(3);
    up->setLabelFormat(top >= 2.0 ? QStringLiteral("%.0f ms") : QStringLiteral("%.2f ms"));
    up->setLabelsColor(m_theme.color(ColorRole::Muted));
    up->setLabelsFont(m_theme.font(FontRole::Caption));
    up->setGridLinePen(QPen(m_theme.color(ColorRole::Line), 1));
    up->setLineVisible(false);
    chart->addAxis(up, Qt::AlignLeft);
    series->attachAxis(up);
    QChart* former = m_chart->chart();
    m_chart->setChart(chart);
    delete former;
}

} // namespace perihelion
