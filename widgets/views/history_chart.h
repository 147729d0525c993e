// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HistoryChart: a history that can be walked with the arrows, zoomed and panned with wheel, mouse and keys.
// Paints values itself: hundreds of stacked commits are beyond what a ready-made chart redraws in a frame.

#include "widgets/views/history_painter.h"

#include <QWidget>

#include <optional>

namespace perihelion {

class HistoryChart : public QWidget {
    Q_OBJECT

public:
    explicit HistoryChart(const Theme& theme, QWidget* parent = nullptr);

    /// Keeps the zoom where runs and spacing are the same as before, and the chosen runs where they exist.
    void setValues(HistoryValues values);
    const HistoryValues& values() const { return m_values; }
    /// Shown instead of a chart while there are no runs.
    void setEmptyText(const QString& text);
    const QString& emptyText() const { return m_emptyText; }

    const HistorySelection& selection() const { return m_selection; }
    /// Chooses a run and brings it into view; tells runSelected(). Out of range: nothing is chosen.
    void select(std::size_t run);
    /// Chooses the run that the first is compared with; tells compared().
    void selectSecond(std::size_t run);
    void clearSelection();

    HistoryRange range() const { return m_range; }
    void zoomTo(const HistoryRange& range);
    /// factor below 1 zooms in; centre: a place that stays where it is.
    void zoom(double factor, double centre);
    void fit();

    /// The run nearest to a point of the plot; nothing without runs.
    std::optional<std::size_t> runAt(const QPointF& position) const;
    /// Where a run's value stands.
    QPointF pointOf(std::size_t run) const;
    /// A run in words, with its values and what happened at it.
    QString describe(std::size_t run) const;

    /// The chart as it stands, drawn anew at this factor.
    QImage picture(double factor) const;
    QByteArray svg() const;

Q_SIGNALS:
    void runSelected(std::size_t run);
    void compared(std::size_t first, std::size_t second);
    void selectionCleared();

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Drag { None, Pressed, Band, Pan };

    HistoryPainter painterFor(QSizeF size) const;
    void walk(int step, bool second);
    void reveal(std::size_t run);
    void pan(double share);
    void speak();

    const Theme& m_theme;
    HistoryValues m_values;
    std::vector<double> m_places;
    HistoryRange m_range;
    HistorySelection m_selection;
    QString m_emptyText;
    Drag m_drag = Drag::None;
    QPointF m_pressed;
    QPointF m_now;
    HistoryRange m_rangeAtPress;
};

} // namespace perihelion
