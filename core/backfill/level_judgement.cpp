// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/level_judgement.h"

#include "core/base/counted.h"
#include "core/stats/order_statistics.h"

namespace perihelion {

namespace {

QString shownTime(double milliseconds)
{
    return QString(QString::number(milliseconds, 'g', 5) % u" ms");
}

} // namespace

LevelPair judgeLevels(std::span<const double> good, std::span<const double> bad, const LevelRule& rule)
{
    ComparisonRule compared;
    compared.confidence = rule.confidenceOfOneLook();
    compared.floor = rule.floor;
    LevelPair pair;
    pair.comparison = compareSamples(good, bad, compared);
    pair.border = (pair.comparison.aMedian + pair.comparison.bMedian) / 2;
    switch (pair.comparison.verdict) {
    case Verdict::Slower:
        pair.finding = LevelFinding::Apart;
        break;
    case Verdict::Faster:
        pair.finding = LevelFinding::Reversed;
        break;
    case Verdict::NoChange:
        pair.finding = pair.comparison.moreSamples == 0 ? LevelFinding::Alike : LevelFinding::Undecided;
        break;
    case Verdict::NotEnoughSamples:
        break;
    }
    return pair;
}

SideFinding judgeSide(std::span<const double> values, double border, const LevelRule& rule)
{
    SideFinding found;
    found.median = median(values);
    const auto interval = medianInterval(values, rule.confidenceOfOneLook());
    if (!interval) {
        found.sentence = QString(counted(static_cast<qint64>(values.size()), u"sample is", u"samples are") %
                                 u" too few to tell");
        return found;
    }
    found.side = interval->low > border    ? LevelSide::Bad
                 : interval->high < border ? LevelSide::Good
                                           : LevelSide::Undecided;
    const QString where = found.side == LevelSide::Bad    ? QStringLiteral("lies above")
                          : found.side == LevelSide::Good ? QStringLiteral("lies below")
                                                          : QStringLiteral("holds");
    found.sentence = QStringLiteral("median %1 of %2 samples; its interval from %3 to %4 %5 the border at %6")
                         .arg(shownTime(found.median))
                         .arg(values.size())
                         .arg(shownTime(interval->low), shownTime(interval->high), where, shownTime(border));
    return found;
}

} // namespace perihelion
