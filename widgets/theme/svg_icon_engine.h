// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Icon engine that draws one SVG of the resources in a given colour, sharp at any size and scale.

#include <QColor>
#include <QIconEngine>
#include <QString>

namespace perihelion {

class SvgIconEngine : public QIconEngine {
public:
    SvgIconEngine(QString file, QColor color, QColor disabled);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QIconEngine* clone() const override;

private:
    QString m_file;
    QColor m_color;
    QColor m_disabled;
};

} // namespace perihelion
