// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OrbitView: star, planets and their trails at one moment of an OrbitRecording. Wheel zooms, dragging pans, a
// click selects a body. Paints values; it never runs a simulation.

#include "widgets/models/orbit_recording.h"

#include <QPointF>
#include <QWidget>

#include <optional>

namespace perihelion {

class Theme;

class OrbitView : public QWidget {
    Q_OBJECT

public:
    explicit OrbitView(const Theme& theme, QWidget* parent = nullptr);

    /// Null: nothing to draw; why is shown instead.
    void setRecording(std::shared_ptr<const OrbitRecording> recording, const QString& why = {});
    void setSample(std::size_t sample);
    std::size_t sample() const { return m_sample; }
    void resetView();
    void zoomBy(double factor, QPointF around);
    std::optional<std::size_t> selected() const { return m_selected; }
    /// Where a body stands now.
    QPointF place(std::size_t body, std::size_t sample) const;
    /// "Planet-3 · rocky · 0.71 AU from the star · 1.18 AU/s"; empty without a selection.
    QString selectionText() const;

Q_SIGNALS:
    void selectionChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    double scale() const; ///< Pixels per AU.
    QColor colorOf(OrbitBodyKind kind) const;
    void paintGuides(QPainter& painter) const;
    void paintTrail(QPainter& painter, std::size_t body) const;
    void selectAt(QPointF position);

    const Theme& m_theme;
    std::shared_ptr<const OrbitRecording> m_recording;
    QString m_why;
    std::size_t m_sample = 0;
    std::optional<std::size_t> m_selected;
    double m_zoom = 1;
    QPointF m_pan;
    QPointF m_pressed;
    QPointF m_panPressed;
    bool m_dragged = false;
};

} // namespace perihelion
