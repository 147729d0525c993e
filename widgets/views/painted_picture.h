// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a chart paints, as a picture to keep: the same drawing on screen, in a PNG and in an SVG.

#include <QByteArray>
#include <QColor>
#include <QImage>
#include <QSize>
#include <QString>

#include <functional>

class QPainter;

namespace perihelion {

using PaintPicture = std::function<void(QPainter&)>;

/// The drawing on a ground at this factor of its size on screen.
QImage paintedImage(QSize size, double factor, const QColor& ground, const PaintPicture& paint);
/// title and description are for those who cannot see it.
QByteArray paintedSvg(QSize size, const QColor& ground, const QString& title, const QString& description,
                      const PaintPicture& paint);
QByteArray pngOf(const QImage& image);

} // namespace perihelion
