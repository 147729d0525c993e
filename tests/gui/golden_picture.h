// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Golden pictures: a grabbed page beside the picture kept in tests/golden. Compared in blocks of 8 × 8
// pixels, so that other fonts' edges pass and a missing, moved or wrongly coloured part does not.

#include <QImage>
#include <QList>
#include <QRect>
#include <QString>

class QWidget;

namespace perihelion::test {

/// Empty when the picture matches tests/golden/<name>.png, else a sentence that says where both are. Masked
/// places (timings, frame rates) are left out. With PERIHELION_UPDATE_GOLDEN set the kept picture is
/// replaced.
QString compareWithGolden(const QImage& picture, const QString& name, const QList<QRect>& masked = {});
/// The same of a widget, which gets some seconds to be laid out: what it shows last may have moved its parts.
QString compareWithGolden(QWidget& shown, const QString& name, const QList<QRect>& masked = {});

} // namespace perihelion::test
