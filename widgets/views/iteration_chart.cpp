// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/iteration_chart.h"

#include "core/runs/run_summary.h"
#include "widgets/theme/theme.h"
#include "widgets/views/painted_picture.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr int kLegendHeight = 22;
constexpr int kLabelHeight = 20;
constexpr int kScaleWidth = 58;
constexpr int kColdGap = 22;
constexpr double kBarShare = 0.69;
constexpr int kWidestBar = 86;
constexpr int kSwatchSide = 9;
constexpr int kLabelGap = 8;
constexpr std::size_t kMostSpoken = 20; ///< More bars than a person wants to hear one by one.

double milli(Nanoseconds time)
{
    return toMilliseconds(std::max(time, Nanoseconds(0)));
}

QString milliText(double value)
{
    return QString::number(value, 'f', value < 10 ? 3 : value < 100 ? 2 : 1);
}

/// 1, 2 or 5 times a power of ten, at most three of which fit below value.
double tickStep(double value)
{
    const double magnitude = std::pow(10.0, std::floor(std::log10(std::max(value / 3, 1e-6))));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (value / (step * magnitude) <= 4) {
            return step * magnitude;
        }
    }
    return 10 * magnitude;
}

} // namespace

IterationBars IterationBars::of(const RunRecord& run)
{
    IterationBars chart;
    chart.coldPlanned = run.plan.coldRuns;
    chart.warmPlanned = run.plan.warmRuns;
    std::vector<int> partOf(run.phases.size(), -1);
    for (std::size_t phase = 0; phase < run.phases.size(); ++phase) {
        if (run.phases[phase].parent < 0 && !run.phases[phase].ofProcess) {
            partOf[phase] = static_cast<int>(chart.parts.size());
            chart.parts.push_back(run.phases[phase].name);
        }
    }
    for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
        int number = 0;
        for (const RunIteration& iteration : run.iterations) {
            if (iteration.mode != mode) {
                continue;
            }
            IterationBar bar;
            bar.label = QString(iterationModeName(mode) % u' ' % QString::number(++number));
            bar.cold = mode == IterationMode::Cold;
            bar.failed = iteration.failed;
            bar.failure = iteration.failure;
            bar.elapsed = iteration.elapsed;
            bar.parts.assign(chart.parts.size(), Nanoseconds(0));
            for (const PhaseTime& time : iteration.phases) {
                const auto at = static_cast<std::size_t>(time.phase);
                if (time.phase >= 0 && at < partOf.size() && partOf[at] >= 0) {
                    bar.parts[static_cast<std::size_t>(partOf[at])] = time.total;
                }
            }
            chart.bars.push_back(std::move(bar));
        }
    }
    return chart;
}

IterationChart::IterationChart(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMinimumSize(260, 130);
    setAccessibleName(tr("Iterations"));
    setFont(theme.font(FontRole::Caption));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void IterationChart::setBars(IterationBars bars)
{
    m_bars = std::move(bars);
    m_cold = 0;
    m_longest = Nanoseconds(0);
    std::size_t failed = 0;
    for (const IterationBar& bar : m_bars.bars) {
        m_cold += bar.cold ? 1 : 0;
        failed += bar.failed ? 1 : 0;
        m_longest = std::max(m_longest, bar.elapsed);
    }
    const std::size_t count = m_bars.bars.size();
    QStringList spoken;
    if (count > kMostSpoken) {
        spoken.append(tr("%1 cold and %2 warm iterations, %3 of them failed; the last:")
                          .arg(m_cold)
                          .arg(static_cast<int>(count) - m_cold)
                          .arg(failed));
    }
    for (std::size_t bar = count > kMostSpoken ? count - 1 : 0; bar < count; ++bar) {
        spoken.append(describe(bar));
    }
    setAccessibleDescription(spoken.isEmpty() ? tr("No iterations yet") : spoken.join(u'\n'));
    update();
}

QString IterationChart::describe(std::size_t bar) const
{
    const IterationBar& shown = m_bars.bars.at(bar);
    if (shown.failed) {
        return tr("%1 failed: %2").arg(shown.label, shown.failure);
    }
    QStringList parts;
    Nanoseconds left = shown.elapsed;
    for (std::size_t part = 0; part < shown.parts.size(); ++part) {
        left -= shown.parts[part];
        if (shown.parts[part] > Nanoseconds(0)) {
            parts.append(QString(m_bars.parts[part] % u' ' % milliText(milli(shown.parts[part]))));
        }
    }
    if (left > Nanoseconds(0)) {
        parts.append(QString(kUnattributedRow % u' ' % milliText(milli(left))));
    }
    return tr("%1: %2 ms – %3").arg(shown.label, milliText(milli(shown.elapsed)), parts.join(u", "));
}

int IterationChart::slotOf(std::size_t bar) const
{
    const auto at = static_cast<int>(bar);
    return m_bars.bars.at(bar).cold ? at : std::max(m_bars.coldPlanned, m_cold) + at - m_cold;
}

IterationChart::Plot IterationChart::plot() const
{
    Plot plot;
    plot.area = rect().adjusted(kScaleWidth, kLegendHeight, 0, -kLabelHeight);
    plot.top = m_longest > Nanoseconds(0) ? milli(m_longest) * 1.06 : 1;
    const int coldSlots = std::max(m_bars.coldPlanned, m_cold);
    const int warmSlots = std::max(m_bars.warmPlanned, static_cast<int>(m_bars.bars.size()) - m_cold);
    plot.gap = coldSlots > 0 && warmSlots > 0 ? kColdGap : 0;
    plot.slot = static_cast<double>(plot.area.width() - plot.gap) / std::max(1, coldSlots + warmSlots);
    return plot;
}

QRect IterationChart::barRect(std::size_t bar) const
{
    const Plot where = plot();
    const IterationBar& shown = m_bars.bars.at(bar);
    const double width = std::clamp(where.slot * kBarShare, 1.0, static_cast<double>(kWidestBar));
    const double middle = (slotOf(bar) + 0.5) * where.slot + (shown.cold ? 0 : where.gap);
    // A failed one has no time: as high as the plot, and hollow.
    const double share = shown.failed ? 1.0 : milli(shown.elapsed) / where.top;
    const int height = std::max(1, static_cast<int>(std::lround(share * where.area.height())));
    return {where.area.left() + static_cast<int>(std::lround(middle - width / 2)),
            where.area.bottom() + 1 - height, std::max(1, static_cast<int>(std::lround(width))), height};
}

QColor IterationChart::partColor(std::size_t part) const
{
    return m_theme.phaseColor(part);
}

void IterationChart::paintScale(QPainter& painter, const Plot& plot) const
{
    const double step = tickStep(plot.top);
    painter.setFont(m_theme.font(FontRole::Caption));
    for (int tick = 0; tick * step <= plot.top; ++tick) {
        const double value = tick * step;
        const int y =
            plot.area.bottom() + 1 - static_cast<int>(std::lround(value / plot.top * plot.area.height()));
        painter.setPen(m_theme.color(ColorRole::Line));
        painter.drawLine(plot.area.left() - 4, y, plot.area.right(), y);
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(QRect(0, y - 9, kScaleWidth - 10, 18), Qt::AlignRight | Qt::AlignVCenter,
                         tr("%1 ms").arg(QString::number(value, 'g', 4)));
    }
}

void IterationChart::paintBar(QPainter& painter, const Plot& plot, std::size_t bar) const
{
    const IterationBar& shown = m_bars.bars[bar];
    const QRect whole = barRect(bar);
    if (shown.failed) {
        painter.setPen(QPen(m_theme.color(ColorRole::Bad), 1, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(whole.adjusted(0, 0, -1, -1));
        return;
    }
    // What lies in no phase shows through on top.
    painter.fillRect(whole, m_theme.color(ColorRole::Disabled));
    double below = 0;
    int bottom = whole.bottom() + 1;
    for (std::size_t part = 0; part < shown.parts.size(); ++part) {
        below += milli(shown.parts[part]);
        const int top =
            std::max(whole.top(), plot.area.bottom() + 1 -
                                      static_cast<int>(std::lround(below / plot.top * plot.area.height())));
        painter.fillRect(QRect(whole.left(), top, whole.width(), bottom - top), partColor(part));
        bottom = top;
    }
}

void IterationChart::paintLabels(QPainter& painter, const Plot& plot) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    painter.setPen(m_theme.color(ColorRole::Muted));
    int room = painter.fontMetrics().horizontalAdvance(QStringLiteral("warm 000"));
    room = std::max(room, painter.fontMetrics().horizontalAdvance(m_bars.bars.back().label));
    int free = 0;
    for (std::size_t bar = 0; bar < m_bars.bars.size(); ++bar) {
        const int middle = barRect(bar).center().x();
        const QRect place(middle - room / 2, plot.area.bottom() + 4, room, kLabelHeight - 4);
        if (place.left() >= free &&
            place.right() <= width()) { // Of crowded labels only those that fit are drawn.
            painter.drawText(place, Qt::AlignCenter, m_bars.bars[bar].label);
            free = place.right() + kLabelGap;
        }
    }
}

void IterationChart::paintLegend(QPainter& painter) const
{
    painter.setFont(m_theme.font(FontRole::Caption));
    int x = kScaleWidth - 4;
    const auto entry = [&](const QString& name, const QColor& color) {
        const int width = painter.fontMetrics().horizontalAdvance(name);
        if (x + kSwatchSide + 5 + width > this->width()) {
            return;
        }
        painter.fillRect(QRect(x, 5, kSwatchSide, kSwatchSide), color);
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(QRect(x + kSwatchSide + 5, 0, width + 2, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         name);
        x += kSwatchSide + 5 + width + 16;
    };
    for (std::size_t part = 0; part < m_bars.parts.size(); ++part) {
        entry(m_bars.parts[part], partColor(part));
    }
    entry(kUnattributedRow.toString(), m_theme.color(ColorRole::Disabled));
}

QImage IterationChart::picture(double factor) const
{
    return paintedImage(size(), factor, m_theme.color(ColorRole::Panel),
                        [this](QPainter& painter) { paintInto(painter); });
}

QByteArray IterationChart::svg() const
{
    return paintedSvg(size(), m_theme.color(ColorRole::Panel), accessibleName(), accessibleDescription(),
                      [this](QPainter& painter) { paintInto(painter); });
}

void IterationChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintInto(painter);
}

void IterationChart::paintInto(QPainter& painter) const
{
    if (m_bars.bars.empty()) {
        painter.setFont(m_theme.font(FontRole::Body));
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Each iteration of a profile run becomes a bar here."));
        return;
    }
    const Plot where = plot();
    paintScale(painter, where);
    for (std::size_t bar = 0; bar < m_bars.bars.size(); ++bar) {
        paintBar(painter, where, bar);
    }
    paintLabels(painter, where);
    paintLegend(painter);
}

bool IterationChart::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (std::size_t bar = 0; bar < m_bars.bars.size(); ++bar) {
            const QRect where = barRect(bar);
            if (help->pos().x() >= where.left() && help->pos().x() <= where.right()) {
                QToolTip::showText(help->globalPos(), describe(bar), this);
                return true;
            }
        }
        QToolTip::hideText();
        event->ignore();
        return true;
    }
    return QWidget::event(event);
}

} // namespace perihelion
