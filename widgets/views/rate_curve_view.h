// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RateCurveView: events per second over a recording as a filled line, drawn by its extremes per pixel column;
// hover tells time and rate. While events are still being counted it shows how far that is.

#include "datasets/index/event_file.h"

#include <QWidget>

namespace perihelion {

class Theme;

class RateCurveView : public QWidget {
    Q_OBJECT

public:
    explicit RateCurveView(const Theme& theme, QWidget* parent = nullptr);

    void setCurve(const RateCurve& curve);
    const RateCurve& curve() const { return m_curve; }
    /// What to show while there is no curve; empty for nothing.
    void setPlaceholder(const QString& text);

    QSize sizeHint() const override { return QSize(240, 52); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    const Theme& m_theme;
    RateCurve m_curve;
    QString m_placeholder;
};

} // namespace perihelion
