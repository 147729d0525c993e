// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/value_texts.h"

#include <cmath>

namespace perihelion {

QString shownNumber(double value)
{
    if (!std::isfinite(value)) {
        return QStringLiteral("–");
    }
    const double size = std::abs(value);
    if (size >= 1e9) {
        return QString(QString::number(value / 1e9, 'g', 4) % u" G");
    }
    if (size >= 1e6) {
        return QString(QString::number(value / 1e6, 'g', 4) % u" M");
    }
    return size >= 1e4 ? QString::number(value, 'f', 0) : QString::number(value, 'g', 4);
}

QString shownChange(const Comparison& comparison)
{
    QString change = std::isfinite(comparison.ratio) ? formatChange(comparison.ratio) : QStringLiteral("–");
    if (comparison.ratioInterval) {
        QString low = formatChange(comparison.ratioInterval->low);
        QString high = formatChange(comparison.ratioInterval->high);
        low.chop(low.endsWith(u'%') ? 2 : 0);
        high.chop(high.endsWith(u'%') ? 2 : 0);
        change += QString(u" (" % low % u" … " % high % u')');
    }
    return change;
}

CellTone verdictTone(Verdict verdict)
{
    return verdict == Verdict::Slower   ? CellTone::Bad
           : verdict == Verdict::Faster ? CellTone::Good
                                        : CellTone::Plain;
}

} // namespace perihelion
