// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/golden_picture.h"

#include <QCoreApplication>
#include <QDir>
#include <QPainter>
#include <QTest>
#include <QWidget>

#include <algorithm>
#include <cstdlib>

namespace perihelion::test {

namespace {

constexpr int kBlock = 8;
/// A block differs when a channel's mean does by more than this …
constexpr int kChannelTolerance = 40;
/// … and a picture when more than this share of its blocks do.
constexpr double kBlockTolerance = 0.012;

QImage prepared(const QImage& picture, const QList<QRect>& masked)
{
    QImage image = picture.convertToFormat(QImage::Format_RGB32);
    image.setDevicePixelRatio(1.0);
    QPainter painter(&image);
    for (const QRect& place : masked) {
        painter.fillRect(place, Qt::gray);
    }
    painter.end();
    return image.scaled(image.width() / kBlock, image.height() / kBlock, Qt::IgnoreAspectRatio,
                        Qt::SmoothTransformation);
}

bool differ(QRgb a, QRgb b)
{
    return std::max({std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)),
                     std::abs(qBlue(a) - qBlue(b))}) > kChannelTolerance;
}

} // namespace

QString compareWithGolden(const QImage& picture, const QString& name, const QList<QRect>& masked)
{
    const QString kept = QStringLiteral(PERIHELION_GOLDEN_DIR "/%1.png").arg(name);
    if (qEnvironmentVariableIsSet("PERIHELION_UPDATE_GOLDEN")) {
        return picture.save(kept) ? QString() : QStringLiteral("%1 cannot be written").arg(kept);
    }
    const QString shown =
        QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("%1_actual.png").arg(name));
    const QImage golden(kept);
    if (golden.size() != picture.size()) {
        picture.save(shown);
        return QStringLiteral("%1 has another size than %2 or is missing").arg(kept, shown);
    }
    const QImage a = prepared(picture, masked);
    const QImage b = prepared(golden, masked);
    int different = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            different += differ(a.pixel(x, y), b.pixel(x, y)) ? 1 : 0;
        }
    }
    const double share = static_cast<double>(different) / (a.width() * a.height());
    if (share <= kBlockTolerance) {
        return {};
    }
    picture.save(shown);
    return QStringLiteral("%1 % of the blocks of %2 differ from %3")
        .arg(share * 100, 0, 'f', 1)
        .arg(shown, kept);
}

QString compareWithGolden(QWidget& shown, const QString& name, const QList<QRect>& masked)
{
    QCoreApplication::processEvents();
    QString difference;
    static_cast<void>(QTest::qWaitFor([&] {
        difference = compareWithGolden(shown.grab().toImage(), name, masked);
        return difference.isEmpty();
    }));
    return difference;
}

} // namespace perihelion::test
