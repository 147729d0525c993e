// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/painted_picture.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>

namespace perihelion {

QImage paintedImage(QSize size, double factor, const QColor& ground, const PaintPicture& paint)
{
    QImage image(size * factor, QImage::Format_RGB32);
    image.setDevicePixelRatio(factor);
    image.fill(ground);
    QPainter painter(&image);
    paint(painter);
    return image;
}

QByteArray paintedSvg(QSize size, const QColor& ground, const QString& title, const QString& description,
                      const PaintPicture& paint)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(title);
    generator.setDescription(description);
    QPainter painter(&generator);
    painter.fillRect(QRect(QPoint(), size), ground);
    paint(painter);
    painter.end();
    return bytes;
}

QByteArray pngOf(const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

} // namespace perihelion
