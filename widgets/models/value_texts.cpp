// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/value_texts.h"

#include <QCoreApplication>

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
    return changeWords(comparison.ratio, comparison.ratioInterval);
}

QString timeLeftWords(std::chrono::milliseconds left)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ValueTexts", text); };
    const auto seconds = static_cast<int>((left.count() + 500) / 1000);
    return seconds < 1    ? tr("nearly done")
           : seconds < 60 ? tr("about %1 s left").arg(seconds)
                          : tr("about %1 min left").arg((seconds + 30) / 60);
}

QString changeWords(double ratio, const std::optional<Interval>& interval)
{
    QString change = std::isfinite(ratio) ? formatChange(ratio) : QStringLiteral("–");
    if (interval) {
        QString low = formatChange(interval->low);
        QString high = formatChange(interval->high);
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
