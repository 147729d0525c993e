// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/change_sentences.h"

#include "core/base/counted.h"
#include "core/stats/comparison.h"
#include "core/stats/paired_comparison.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

QString figure(double value)
{
    const bool whole = value == std::round(value) && std::abs(value) < 1e9;
    return whole ? QString::number(value, 'f', 0) : QString::number(value, 'g', 4);
}

QString quantity(const HistorySeries& series, double value)
{
    const QString unit = series.shownUnit();
    const bool plain = unit.isEmpty() || unit == u"1";
    return QString(figure(series.shown(value)) % (plain ? QString() : QString(u' ' % unit)));
}

QString share(double value)
{
    return QString(QString::number(100 * value, 'g', 3) % u" %");
}

QString times(double ratio)
{
    return QString::number(ratio, 'f', ratio < 10 ? 1 : 0);
}

QString chance(double p)
{
    return QString(u"p = " % QString::number(p, 'g', 2));
}

QString commits(std::size_t count)
{
    return counted(static_cast<qint64>(count), u"commit", u"commits");
}

QString subject(const HistorySeries& series)
{
    return QString(series.row.name % u" (" % iterationModeName(series.mode) % u')');
}

/// "sum (warm) rose from 9.2 ms to 11.5 ms (+25 %) at 8eaa110c46".
QString movement(const WorkloadHistory& history, const HistorySeries& series, const HistoryChange& change)
{
    const QString verb =
        change.after > change.before ? QStringLiteral(" rose from ") : QStringLiteral(" fell from ");
    const QString relative =
        std::isfinite(change.ratio) ? QString(u" (" % formatChange(change.ratio) % u')') : QString();
    return QString(subject(series) % verb % quantity(series, change.before) % u" to " %
                   quantity(series, change.after) % relative % u" at " %
                   shortCommit(history.runs[change.index]));
}

QString gateText(const ChangeCandidate& candidate, ChangeGate gate, const SeriesRule& rule)
{
    const GateRule& gates = rule.gates;
    switch (gate) {
    case ChangeGate::ShortSide:
        return QStringLiteral("the shorter side has %1, of %2 needed")
            .arg(commits(std::min(candidate.valuesBefore, candidate.valuesAfter)))
            .arg(gates.shortestSide);
    case ChangeGate::SmallChange:
        return QString(u"the medians differ by " % share(std::abs(candidate.change)) % u", of " %
                       share(gates.minChange) % u" needed");
    case ChangeGate::WithinNoise:
        return QString(u"the change is " % times(candidate.noiseRatio) % u" times the noise, of " %
                       figure(gates.minNoiseRatio) % u" needed");
    case ChangeGate::LittleAgreement:
        return QString(share(candidate.agreement) % u" of the pairs of values agree, of " %
                       share(gates.minAgreement) % u" needed");
    case ChangeGate::Correlated:
        if (candidate.correlatedP > gates.maxCorrelatedP && candidate.gap >= gates.evidentGap) {
            return QString(u"the sides keep " % times(candidate.gap) %
                           u" times the range of either apart, of " % figure(gates.evidentGap) %
                           u" needed where so few values leave a test undecided (" %
                           chance(candidate.correlatedP) % u')');
        }
        return QString(u"with neighbouring values resembling each other " % chance(candidate.correlatedP) %
                       u", at most " % QString::number(gates.maxCorrelatedP, 'g', 2) % u" is allowed");
    case ChangeGate::FalseDiscovery:
        break;
    }
    return QString(chance(candidate.point.p) %
                   u" is not small enough among all series that are judged together");
}

} // namespace

QString shortCommit(const HistoryRun& run)
{
    const QString name =
        run.run.commit.isEmpty() ? QStringLiteral("run %1").arg(run.run.run) : run.run.commit.left(10);
    return run.run.dirty ? QString(name % u" with changes") : name;
}

QString confirmedSentence(const WorkloadHistory& history, const HistorySeries& series,
                          const HistoryChange& change, const ChangeCandidate& candidate)
{
    const QString moved = movement(history, series, change);
    if (series.exact) {
        return QString(moved % u"; it has no noise, so every difference is a change");
    }
    const QString noise = std::isfinite(candidate.noiseRatio)
                              ? QString(times(candidate.noiseRatio) % u" times the noise")
                              : QStringLiteral("without any noise");
    return QString(moved % u": medians of " % commits(change.commitsBefore) % u" before and " %
                   QString::number(change.commitsAfter) % u" from it on, " % noise % u", " %
                   share(candidate.agreement) % u" of the pairs of values agree, " %
                   chance(candidate.point.p));
}

QString provisionalSentence(const WorkloadHistory& history, const HistorySeries& series,
                            const HistoryChange& change, const NewestAlarm& alarm, const SeriesRule& rule)
{
    return QString(subject(series) % u" took " % quantity(series, alarm.value) % u" at " %
                   shortCommit(history.runs[change.index]) % u", the newest: outside " %
                   quantity(series, alarm.low) % u" to " % quantity(series, alarm.high) % u", where " %
                   share(rule.alarmConfidence) % u" of the next values lie after a mean of " %
                   quantity(series, alarm.expected) % u" (" % formatChange(change.ratio) % u", " %
                   chance(alarm.p) % u"); one commit proves no new level: measure it again");
}

AlarmFinding alarmFinding(const PairedComparison& rounds, const HistoryChange& alarm, const HistoryRule& rule)
{
    if (!rounds.interval) {
        return AlarmFinding::Undecided;
    }
    const bool higher = alarm.after > alarm.before;
    const bool sameWay = (rounds.ratio > 1) == higher;
    if (sameWay && !rounds.interval->contains(1) && std::abs(rounds.ratio - 1) > rule.remeasuredFloor) {
        return AlarmFinding::Confirmed;
    }
    const bool excluded = higher ? rounds.interval->high < alarm.ratio : rounds.interval->low > alarm.ratio;
    return excluded ? AlarmFinding::Withdrawn : AlarmFinding::Undecided;
}

QString remeasuredSentence(const WorkloadHistory& history, const HistorySeries& series,
                           const HistoryChange& change, const HistoryPair& pair, const HistoryRule& rule)
{
    const QString moved = movement(history, series, change);
    const ComparisonRule floor{.floor = rule.remeasuredFloor};
    const QString rounds = QString(u"; measured again in turn with " % shortCommit(history.runs[pair.first]) %
                                   u": " % sentenceOf(pair.rounds, floor));
    switch (alarmFinding(pair.rounds, change, rule)) {
    case AlarmFinding::Confirmed:
        return QString(moved % u", which rounds confirm" % rounds);
    case AlarmFinding::Withdrawn:
        return QString(moved % u", which is not counted: rounds exclude so large a change" % rounds);
    case AlarmFinding::Undecided:
        break;
    }
    return QString(moved %
                   u", the newest; one commit proves no new level, and the rounds so far do not decide" %
                   rounds % u"; measure more rounds");
}

QString stoppedSentence(const WorkloadHistory& history, const HistorySeries& series,
                        const HistoryChange& change, const ChangeCandidate& candidate, const SeriesRule& rule)
{
    return QString(movement(history, series, change) % u", which is not counted: " %
                   gateText(candidate, candidate.stoppedBy.value_or(ChangeGate::FalseDiscovery), rule));
}

std::vector<QString> gateLadder(const ChangeCandidate& candidate, const SeriesRule& rule)
{
    std::vector<QString> steps;
    for (const ChangeGate gate :
         {ChangeGate::ShortSide, ChangeGate::SmallChange, ChangeGate::WithinNoise,
          ChangeGate::LittleAgreement, ChangeGate::Correlated, ChangeGate::FalseDiscovery}) {
        const bool stopped = candidate.stoppedBy == gate;
        if (gate == ChangeGate::FalseDiscovery && !stopped) {
            break;
        }
        steps.push_back(QString((stopped ? QStringLiteral("Stopped: ") : QStringLiteral("Passed: ")) %
                                gateText(candidate, gate, rule)));
        if (stopped) {
            break;
        }
    }
    return steps;
}

} // namespace perihelion
