// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/history_chart.h"

#include "widgets/theme/theme.h"
#include "widgets/views/painted_picture.h"

#include <QAccessible>
#include <QDateTime>
#include <QHelpEvent>
#include <QImage>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr double kStep = 1.25;
constexpr double kClickDistance = 5;
constexpr double kLeastRuns = 3;
constexpr double kLeastMillis = 60'000;

} // namespace

HistoryChart::HistoryChart(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMinimumSize(320, 200);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("History chart"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HistoryChart::setValues(HistoryValues values)
{
    const bool sameRuns =
        values.spacing == m_values.spacing &&
        std::equal(values.runs.begin(), values.runs.end(), m_values.runs.begin(), m_values.runs.end(),
                   [](const ChartRun& a, const ChartRun& b) { return a.run == b.run; });
    const auto sameRun = [&](std::optional<std::size_t> at) -> std::optional<std::size_t> {
        if (!at || *at >= m_values.runs.size()) {
            return std::nullopt;
        }
        const std::int64_t id = m_values.runs[*at].run;
        const auto found = std::find_if(values.runs.begin(), values.runs.end(),
                                        [id](const ChartRun& run) { return run.run == id; });
        return found == values.runs.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - values.runs.begin()));
    };
    const HistorySelection kept{sameRun(m_selection.first), sameRun(m_selection.second)};
    m_values = std::move(values);
    m_selection = kept.first ? kept : HistorySelection();
    m_places = runPlaces(m_values);
    if (!sameRuns) {
        m_range = wholeRange(m_values, m_places);
    }
    speak();
    update();
}

void HistoryChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    speak();
    update();
}

HistoryPainter HistoryChart::painterFor(QSizeF size) const
{
    return {m_values, m_places, m_theme, size, m_range};
}

void HistoryChart::select(std::size_t run)
{
    if (run >= m_values.runs.size()) {
        clearSelection();
        return;
    }
    m_selection = {run, std::nullopt};
    reveal(run);
    speak();
    update();
    Q_EMIT runSelected(run);
}

void HistoryChart::selectSecond(std::size_t run)
{
    if (run >= m_values.runs.size() || !m_selection.first || *m_selection.first == run) {
        select(run);
        return;
    }
    m_selection.second = run;
    reveal(run);
    speak();
    update();
    Q_EMIT compared(*m_selection.first, run);
}

void HistoryChart::clearSelection()
{
    m_selection = {};
    speak();
    update();
    Q_EMIT selectionCleared();
}

void HistoryChart::reveal(std::size_t run)
{
    const double place = m_places[run];
    if (place < m_range.from || place > m_range.to) {
        const double half = m_range.length() / 2;
        zoomTo({place - half, place + half});
    }
}

void HistoryChart::zoomTo(const HistoryRange& range)
{
    const HistoryRange whole = wholeRange(m_values, m_places);
    const double least =
        std::min(whole.length(), m_values.spacing == HistorySpacing::Commits ? kLeastRuns : kLeastMillis);
    const double length = std::clamp(range.length(), least, whole.length());
    const double middle = range.from + range.length() / 2;
    const double from = std::clamp(middle - length / 2, whole.from, whole.to - length);
    m_range = {from, from + length};
    update();
}

void HistoryChart::zoom(double factor, double centre)
{
    zoomTo({centre - (centre - m_range.from) * factor, centre + (m_range.to - centre) * factor});
}

void HistoryChart::fit()
{
    m_range = wholeRange(m_values, m_places);
    update();
}

void HistoryChart::pan(double share)
{
    const double by = share * m_range.length();
    zoomTo({m_range.from + by, m_range.to + by});
}

std::optional<std::size_t> HistoryChart::runAt(const QPointF& position) const
{
    const double place = painterFor(size()).scale().placeAt(position.x());
    const auto nearest = std::min_element(m_places.begin(), m_places.end(), [place](double a, double b) {
        return std::abs(a - place) < std::abs(b - place);
    });
    return nearest == m_places.end() ? std::nullopt
                                     : std::optional(static_cast<std::size_t>(nearest - m_places.begin()));
}

QPointF HistoryChart::pointOf(std::size_t run) const
{
    return painterFor(size()).pointOf(run);
}

QString HistoryChart::describe(std::size_t run) const
{
    const ChartRun& shown = m_values.runs.at(run);
    QStringList lines{QString(
        shown.label % (shown.subject.isEmpty() ? QString() : QString(u' ' % shown.subject)) % u", " %
        QDateTime::fromMSecsSinceEpoch(shown.millis, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd hh:mm")))};
    if (shown.gap) {
        lines.append(shown.failure.isEmpty() ? tr("could not be built") : shown.failure);
    } else if (shown.failed) {
        lines.append(shown.failure.isEmpty() ? tr("failed, whole or in part") : shown.failure);
    }
    for (const ChartSeries& series : m_values.series) {
        const ChartPoint& point = series.points[run];
        if (std::isfinite(point.value)) {
            lines.append(
                tr("%1: %2 %3").arg(series.name, QString::number(point.value, 'g', 5), m_values.unit));
        }
    }
    for (const ChartChange& change : m_values.changes) {
        if (change.run == run) {
            lines.append(tr("change: %1").arg(change.text));
        }
    }
    if (shown.accepted) {
        lines.append(tr("accepted as the new normal"));
    }
    return lines.join(u'\n');
}

/// What a screen reader says: the chosen run, or how much there is.
void HistoryChart::speak()
{
    QString text = m_values.runs.empty() ? m_emptyText
                                         : tr("%1 runs, %2 change points; arrow keys walk the commits")
                                               .arg(m_values.runs.size())
                                               .arg(m_values.changes.size());
    if (m_selection.first) {
        text = describe(*m_selection.first);
        if (m_selection.second) {
            text = tr("%1\ncompared with %2").arg(text, describe(*m_selection.second));
        }
    }
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

QImage HistoryChart::picture(double factor) const
{
    return paintedImage(size(), factor, m_theme.color(ColorRole::Panel),
                        [this](QPainter& painter) { painterFor(size()).paint(painter, m_selection); });
}

QByteArray HistoryChart::svg() const
{
    return paintedSvg(size(), m_theme.color(ColorRole::Panel), accessibleName(), accessibleDescription(),
                      [this](QPainter& painter) { painterFor(size()).paint(painter, m_selection); });
}

void HistoryChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_values.runs.empty()) {
        painter.setFont(m_theme.font(FontRole::Body));
        painter.setPen(m_theme.color(ColorRole::Muted));
        painter.drawText(rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const HistoryPainter chart = painterFor(size());
    chart.paint(painter, m_selection);
    if (m_drag == Drag::Band) {
        const QRectF plot = chart.scale().plot();
        const QRectF band(QPointF(std::min(m_pressed.x(), m_now.x()), plot.top()),
                          QPointF(std::max(m_pressed.x(), m_now.x()), plot.bottom()));
        painter.fillRect(band, m_theme.color(ColorRole::Accent, 0.18));
        painter.setPen(m_theme.color(ColorRole::AccentLabel));
        painter.drawRect(band);
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(m_theme.color(ColorRole::Outline));
        painter.drawRect(QRectF(chart.scale().plot()).adjusted(-0.5, -0.5, 0.5, 0.5));
    }
}

void HistoryChart::wheelEvent(QWheelEvent* event)
{
    if (m_values.runs.empty()) {
        return;
    }
    const QPoint turned = event->angleDelta();
    if (turned.x() != 0 || event->modifiers().testFlag(Qt::ShiftModifier)) {
        pan(-(turned.x() != 0 ? turned.x() : turned.y()) / 1200.0);
    } else {
        zoom(std::pow(kStep, -turned.y() / 120.0), painterFor(size()).scale().placeAt(event->position().x()));
    }
    event->accept();
}

void HistoryChart::mousePressEvent(QMouseEvent* event)
{
    if (m_values.runs.empty()) {
        return;
    }
    const bool pans = event->button() != Qt::LeftButton || event->modifiers().testFlag(Qt::ControlModifier);
    m_drag = pans ? Drag::Pan : Drag::Pressed;
    m_pressed = event->position();
    m_now = m_pressed;
    m_rangeAtPress = m_range;
}

void HistoryChart::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag == Drag::None) {
        return;
    }
    m_now = event->position();
    const double moved = m_now.x() - m_pressed.x();
    if (m_drag == Drag::Pan) {
        const double by = -moved / painterFor(size()).scale().plot().width() * m_rangeAtPress.length();
        zoomTo({m_rangeAtPress.from + by, m_rangeAtPress.to + by});
    } else if (m_drag == Drag::Band || std::abs(moved) > kClickDistance) {
        m_drag = Drag::Band;
        update();
    }
}

void HistoryChart::mouseReleaseEvent(QMouseEvent* event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    if (drag == Drag::Band) {
        const HistoryScale scale = painterFor(size()).scale();
        zoomTo({scale.placeAt(std::min(m_pressed.x(), m_now.x())),
                scale.placeAt(std::max(m_pressed.x(), m_now.x()))});
    } else if (drag == Drag::Pressed) {
        if (const auto run = runAt(event->position())) {
            event->modifiers().testFlag(Qt::ShiftModifier) ? selectSecond(*run) : select(*run);
        }
    }
    update();
}

void HistoryChart::mouseDoubleClickEvent(QMouseEvent*)
{
    fit();
}

void HistoryChart::walk(int step, bool second)
{
    if (m_places.empty()) {
        return;
    }
    const auto from = second && m_selection.second ? m_selection.second : m_selection.first;
    const auto last = static_cast<std::ptrdiff_t>(m_places.size()) - 1;
    const std::ptrdiff_t to =
        from ? std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(*from) + step, 0, last) : last;
    second ? selectSecond(static_cast<std::size_t>(to)) : select(static_cast<std::size_t>(to));
}

void HistoryChart::keyPressEvent(QKeyEvent* event)
{
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const double centre = m_selection.first && *m_selection.first < m_places.size() &&
                                  m_places[*m_selection.first] >= m_range.from &&
                                  m_places[*m_selection.first] <= m_range.to
                              ? m_places[*m_selection.first]
                              : m_range.from + m_range.length() / 2;
    switch (event->key()) {
    case Qt::Key_Left:
        control ? pan(-0.2) : walk(-1, shift);
        break;
    case Qt::Key_Right:
        control ? pan(0.2) : walk(1, shift);
        break;
    case Qt::Key_Home:
        walk(-static_cast<int>(m_places.size()), shift);
        break;
    case Qt::Key_End:
        walk(static_cast<int>(m_places.size()), shift);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(1 / kStep, centre);
        break;
    case Qt::Key_Minus:
        zoom(kStep, centre);
        break;
    case Qt::Key_0:
        fit();
        break;
    case Qt::Key_Escape:
        clearSelection();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool HistoryChart::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const auto run = runAt(help->pos())) {
            QToolTip::showText(help->globalPos(), describe(*run), this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace perihelion
