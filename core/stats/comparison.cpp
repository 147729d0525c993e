// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/comparison.h"

#include "core/stats/paired_comparison.h"
#include "core/stats/rank_test.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace perihelion {

namespace {

QString number(double value)
{
    const bool whole = value == std::round(value) && std::abs(value) < 1e9;
    return whole ? QString::number(value, 'f', 0) : QString::number(value, 'g', 5);
}

/// "3.462 → 3.210": both with the decimals of the one that needs more.
QString changeText(double from, double to)
{
    QString texts[2] = {number(from), number(to)};
    const auto decimals = [](const QString& text) {
        const qsizetype dot = text.indexOf(u'.');
        return text.contains(u'e') || dot < 0 ? 0 : text.size() - dot - 1;
    };
    const qsizetype most = std::max(decimals(texts[0]), decimals(texts[1]));
    for (QString& text : texts) {
        if (const qsizetype own = decimals(text); own < most && own > 0) {
            text += QString(most - own, u'0');
        }
    }
    return QString(texts[0] % u" → " % texts[1]);
}

QString probability(double p)
{
    return p < 0.001 ? QString::number(p, 'g', 2) : QString::number(p, 'f', 3);
}

QString percent(double share)
{
    return QString(QString::number(100 * share, 'g', 3) % u" %");
}

QString intervalText(const Interval& interval)
{
    return QString(formatChange(interval.low) % u" to " % formatChange(interval.high));
}

QString samplesText(std::size_t count)
{
    return count == 1 ? QStringLiteral("1 more sample") : QStringLiteral("%1 more samples").arg(count);
}

/// Samples missing on each side until so many values can give a significant result.
std::size_t missingSamples(std::size_t a, std::size_t b, double confidence)
{
    std::size_t more = 0;
    while (more < 1000 && smallestPossibleP(a + more, b + more) > 1 - confidence) {
        ++more;
    }
    return more;
}

/// Widths of intervals shrink with the root of the number of samples.
std::size_t samplesToShowFloor(const Interval& interval, std::size_t count, double floor)
{
    const double half = (interval.high - interval.low) / 2;
    if (!(floor > 0) || !(half > floor) || !std::isfinite(half)) {
        return 0;
    }
    const double needed = static_cast<double>(count) * (half / floor) * (half / floor);
    return static_cast<std::size_t>(std::ceil(std::min(needed, 1e9))) - count;
}

Verdict inDirection(bool higher, BetterDirection better)
{
    return higher == (better == BetterDirection::Higher) ? Verdict::Faster : Verdict::Slower;
}

/// Says in which direction, for quantities of any kind.
QString directionText(double ratio)
{
    return ratio > 1 ? QStringLiteral("above") : QStringLiteral("below");
}

QString mediansText(const Comparison& c, const ComparisonRule& rule)
{
    QString text = QString(u"Median " % changeText(c.aMedian, c.bMedian));
    if (!rule.unit.isEmpty()) {
        text += QString(u' ' % rule.unit);
    }
    if (!std::isnan(c.ratio)) {
        text += QString(u" (" % formatChange(c.ratio) % u')');
    }
    return text;
}

QString testText(const Comparison& c)
{
    return QStringLiteral("p = %1 with %2 and %3 samples (Mann–Whitney)")
        .arg(probability(c.p))
        .arg(c.aCount)
        .arg(c.bCount);
}

void judgeExact(Comparison& c, const ComparisonRule& rule)
{
    if (c.aCount == 0 || c.bCount == 0) {
        c.verdict = Verdict::NotEnoughSamples;
        c.moreSamples = 1;
        c.sentence = QStringLiteral("One side has no sample; 1 more sample there decides");
        return;
    }
    const bool equal = c.aMedian == c.bMedian;
    c.verdict = equal ? Verdict::NoChange : inDirection(c.bMedian > c.aMedian, rule.better);
    c.sentence =
        QString(mediansText(c, rule) % (equal ? QStringLiteral(": equal")
                                              : QStringLiteral(": this quantity has no noise, so any "
                                                               "difference is a change")));
}

/// shift and interval relative to the median of a, where values at or below zero leave no quotients.
std::optional<Interval> relativeInterval(const Comparison& c)
{
    if (c.ratioInterval) {
        return c.ratioInterval;
    }
    if (c.shiftInterval && c.aMedian > 0) {
        return Interval{1 + c.shiftInterval->low / c.aMedian, 1 + c.shiftInterval->high / c.aMedian};
    }
    return std::nullopt;
}

void judge(Comparison& c, const ComparisonRule& rule)
{
    if (rule.exact) {
        judgeExact(c, rule);
        return;
    }
    c.moreSamples = missingSamples(c.aCount, c.bCount, rule.confidence);
    if (c.moreSamples > 0) {
        c.verdict = Verdict::NotEnoughSamples;
        c.sentence =
            QStringLiteral("With %1 and %2 samples no difference can reach %3 confidence; %4 on each side "
                           "make it possible")
                .arg(c.aCount)
                .arg(c.bCount)
                .arg(percent(rule.confidence), samplesText(c.moreSamples));
        return;
    }
    const auto interval = relativeInterval(c);
    if (!interval || std::isnan(c.ratio)) {
        c.verdict = Verdict::NoChange;
        c.sentence =
            QString(mediansText(c, rule) %
                    u": no relative change can be given, because the median before is not above zero; " %
                    testText(c));
        return;
    }
    const QString level = percent(rule.confidence);
    const QString where = QString(u"; the " % level % u" interval of the change, " % intervalText(*interval));
    const bool higher = c.ratio > 1;
    if (interval->contains(1)) {
        c.verdict = Verdict::NoChange;
        c.moreSamples = samplesToShowFloor(*interval, std::min(c.aCount, c.bCount), rule.floor);
        c.sentence = QString(mediansText(c, rule) % where % u", includes no change; " % testText(c));
        if (c.moreSamples > 0) {
            c.sentence += QString(u"; to show a change of " % percent(rule.floor) % u" it would take about " %
                                  samplesText(c.moreSamples) % u" on each side");
        }
    } else if (std::abs(c.ratio - 1) <= rule.floor || higher != (interval->low > 1)) {
        c.verdict = Verdict::NoChange;
        c.sentence = QString(mediansText(c, rule) % where %
                             u", excludes zero, but the medians differ by no more than "
                             u"the floor of " %
                             percent(rule.floor) % u" in that direction; " % testText(c));
    } else {
        c.verdict = inDirection(higher, rule.better);
        c.sentence = QString(mediansText(c, rule) % where % u", lies " % directionText(c.ratio) %
                             u" zero and the change exceeds the floor of " % percent(rule.floor) % u"; " %
                             testText(c));
    }
}

} // namespace

QString verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Faster:
        return QStringLiteral("faster");
    case Verdict::Slower:
        return QStringLiteral("slower");
    case Verdict::NoChange:
        return QStringLiteral("no change");
    case Verdict::NotEnoughSamples:
        break;
    }
    return QStringLiteral("not enough samples");
}

QString formatChange(double ratio)
{
    if (!std::isfinite(ratio)) {
        return ratio > 0   ? QStringLiteral("+∞ %")
               : ratio < 0 ? QStringLiteral("−∞ %")
                           : QStringLiteral("unknown");
    }
    const double change = 100 * (ratio - 1);
    const double size = std::abs(change);
    const int decimals = size >= 100 ? 0 : size >= 9.995 ? 1 : 2;
    const QString digits = QString::number(size, 'f', decimals);
    const bool zero = digits.toDouble() == 0;
    return QString((zero         ? QStringLiteral("±")
                    : change > 0 ? QStringLiteral("+")
                                 : QStringLiteral("−")) %
                   digits % u" %");
}

Comparison compareSamples(std::span<const double> a, std::span<const double> b, const ComparisonRule& rule)
{
    const std::vector<double> before = sortedSample(a);
    const std::vector<double> after = sortedSample(b);
    Comparison c;
    c.aCount = before.size();
    c.bCount = after.size();
    c.aMedian = quantileOfSorted(before, 0.5);
    c.bMedian = quantileOfSorted(after, 0.5);
    c.ratio = c.aMedian > 0 ? c.bMedian / c.aMedian : std::numeric_limits<double>::quiet_NaN();
    if (!before.empty() && !after.empty()) {
        const PairShift shift = shiftBetween(before, after, rule.confidence);
        c.shift = shift.estimate;
        c.shiftInterval = shift.interval;
        if (before.front() > 0 && after.front() > 0) {
            c.ratioInterval = ratioBetween(before, after, rule.confidence).interval;
        }
        c.p = mannWhitney(before, after).p;
        c.agreement = exceedanceShare(before, after);
    }
    for (const auto& side : {before, after}) {
        const std::vector<bool> labels = labelOutliers(side);
        c.outliers += static_cast<std::size_t>(std::count(labels.begin(), labels.end(), true));
    }
    judge(c, rule);
    return c;
}

Verdict verdictOf(const PairedComparison& paired, const ComparisonRule& rule)
{
    if (!paired.interval) {
        return Verdict::NotEnoughSamples;
    }
    if (paired.interval->contains(1) || std::abs(paired.ratio - 1) <= rule.floor) {
        return Verdict::NoChange;
    }
    return inDirection(paired.ratio > 1, rule.better);
}

QString sentenceOf(const PairedComparison& paired, const ComparisonRule& rule)
{
    if (!paired.interval) {
        return QStringLiteral("%1 rounds are too few for an interval at %2 confidence; %3 make it possible")
            .arg(paired.rounds)
            .arg(percent(rule.confidence), QStringLiteral("%1 more").arg(paired.moreRounds));
    }
    QString text =
        QString(u"In " % QString::number(paired.rounds) % u" interleaved rounds the median change was " %
                formatChange(paired.ratio) % u"; its " % percent(rule.confidence) % u" interval, " %
                intervalText(*paired.interval) %
                (paired.interval->contains(1) ? QStringLiteral(", includes no change")
                                              : QStringLiteral(", excludes zero")));
    if (!paired.interval->contains(1)) {
        text += std::abs(paired.ratio - 1) <= rule.floor
                    ? QStringLiteral(", but the change is within the floor of ")
                    : QStringLiteral(" and the change exceeds the floor of ");
        text += percent(rule.floor);
    }
    text += QString(u"; p = " % probability(paired.p) % u" (sign test)");
    if (paired.ties > 0 || paired.dropped > 0) {
        text += QStringLiteral("; %1 rounds were exactly equal, %2 unusable")
                    .arg(paired.ties)
                    .arg(paired.dropped);
    }
    return text;
}

} // namespace perihelion
