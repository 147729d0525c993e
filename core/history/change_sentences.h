// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What is said about a change of a series, with every number it rests on, so that a person can check it.
// Pure functions.

#include "core/history/workload_history.h"

#include <QString>

#include <vector>

namespace perihelion {

/// "run 17" for a run without a commit, else the first ten letters of it; says when it had changes.
QString shortCommit(const HistoryRun& run);

/// Of a confirmed change.
QString confirmedSentence(const WorkloadHistory& history, const HistorySeries& series,
                          const HistoryChange& change, const ChangeCandidate& candidate);
/// Of an alarm on the newest commit.
QString provisionalSentence(const WorkloadHistory& history, const HistorySeries& series,
                            const HistoryChange& change, const NewestAlarm& alarm, const SeriesRule& rule);
/// What rounds measured in turn made of an alarm.
enum class AlarmFinding { Confirmed, Withdrawn, Undecided };
/// Confirmed: their interval excludes no change and their median quotient exceeds the floor, in the direction
/// of the alarm. Withdrawn: it excludes a change as large as the alarm's. Else undecided.
AlarmFinding alarmFinding(const PairedComparison& rounds, const HistoryChange& alarm,
                          const HistoryRule& rule);
/// Of an alarm with such rounds; alarm: as of provisionalSentence().
QString remeasuredSentence(const WorkloadHistory& history, const HistorySeries& series,
                           const HistoryChange& change, const HistoryPair& pair, const HistoryRule& rule);

/// Of a candidate that is not counted.
QString stoppedSentence(const WorkloadHistory& history, const HistorySeries& series,
                        const HistoryChange& change, const ChangeCandidate& candidate,
                        const SeriesRule& rule);

/// What each gate looked at, in the order of the gates, up to the one that stopped it.
std::vector<QString> gateLadder(const ChangeCandidate& candidate, const SeriesRule& rule);

} // namespace perihelion
