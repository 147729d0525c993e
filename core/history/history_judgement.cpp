// SPDX-License-Identifier: GPL-3.0-or-later
// From the points of a history to its levels, changes and alarms: each environment of each row becomes a
// series of core/stats, whose indexes count groups of runs, and what it says is told in indexes of runs.
#include "core/history/change_sentences.h"
#include "core/history/workload_history.h"
#include "core/stats/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace perihelion {

namespace {

/// Runs of one commit in one environment, which count as one value.
struct RunGroup {
    std::vector<std::size_t> runs; ///< Indexes, rising.
};

/// The groups of one environment, in the order of the history.
struct EnvironmentGroups {
    std::int64_t series = 0;
    std::vector<RunGroup> groups;
    std::optional<std::size_t> accepted; ///< The last group that a note made the new normal.
};

std::vector<EnvironmentGroups> environmentsOf(const WorkloadHistory& history, std::span<const RunNote> notes)
{
    std::vector<EnvironmentGroups> environments;
    for (std::size_t i = 0; i < history.runs.size(); ++i) {
        const HistoryRun& each = history.runs[i];
        auto at =
            std::find_if(environments.begin(), environments.end(),
                         [&each](const EnvironmentGroups& other) { return other.series == each.series; });
        if (at == environments.end()) {
            environments.push_back({each.series, {}, std::nullopt});
            at = std::prev(environments.end());
        }
        const SeriesRun& run = each.run;
        const SeriesRun* last =
            at->groups.empty() ? nullptr : &history.runs[at->groups.back().runs.back()].run;
        const bool joins = last != nullptr && !run.commit.isEmpty() && !run.dirty && !last->dirty &&
                           last->commit == run.commit;
        if (!joins) {
            at->groups.emplace_back();
        }
        at->groups.back().runs.push_back(i);
        const bool accepted = std::any_of(notes.begin(), notes.end(), [&](const RunNote& note) {
            return note.kind == RunNote::Kind::Accepted && note.project == history.project &&
                   note.commit == run.commit && (note.series == 0 || note.series == each.series);
        });
        if (accepted) {
            at->accepted = at->groups.size() - 1;
        }
    }
    return environments;
}

double valueOf(const HistorySeries& series, const RunGroup& group, PointStatistic statistic)
{
    std::vector<double> values;
    for (const std::size_t run : group.runs) {
        if (const double value = statisticOf(series.points[run], statistic); std::isfinite(value)) {
            values.push_back(value);
        }
    }
    return values.empty() ? std::numeric_limits<double>::quiet_NaN() : median(values);
}

/// One environment of one row: where it came from, and what was asked of core/stats.
struct JudgedInput {
    std::size_t history = 0;
    std::size_t series = 0;
    std::size_t environment = 0;
};

class SeriesJudge {
public:
    SeriesJudge(const WorkloadHistory& history, HistorySeries& series, const EnvironmentGroups& environment,
                const SeriesInput& input, const HistoryRule& rule)
        : m_history(history),
          m_series(series),
          m_environment(environment),
          m_input(input),
          m_wholeRule(rule),
          m_rule(rule.series)
    {
    }

    void add(const SeriesAnalysis& analysis, bool newestEnvironment)
    {
        for (const SeriesLevel& level : analysis.levels) {
            m_series.levels.push_back({firstRun(level.begin), lastRun(level.end - 1) + 1, level.median});
        }
        for (const SeriesChange& each : analysis.changes) {
            HistoryChange change = changeOf(each);
            change.gates = m_series.exact ? std::vector<QString>() : gateLadder(each.candidate, m_rule);
            change.sentence = confirmedSentence(m_history, m_series, change, each.candidate);
            m_series.changes.push_back(std::move(change));
        }
        for (const SeriesChange& each : analysis.stopped) {
            HistoryChange change = changeOf(each);
            change.gates = gateLadder(each.candidate, m_rule);
            change.sentence = stoppedSentence(m_history, m_series, change, each.candidate, m_rule);
            m_series.stopped.push_back(std::move(change));
        }
        if (newestEnvironment) {
            addAlarm(analysis);
        }
    }

private:
    std::size_t firstRun(std::size_t group) const { return m_environment.groups[group].runs.front(); }
    std::size_t lastRun(std::size_t group) const { return m_environment.groups[group].runs.back(); }

    void tell(HistoryChange& change) const
    {
        change.commit = m_history.runs[change.index].run.commit;
        change.commitBefore = m_history.runs[change.lastBefore].run.commit;
        change.ratio =
            change.before > 0 ? change.after / change.before : std::numeric_limits<double>::quiet_NaN();
        change.worse = (change.after > change.before) != m_series.row.higherIsBetter;
    }

    HistoryChange changeOf(const SeriesChange& from) const
    {
        HistoryChange change;
        change.index = firstRun(from.index);
        change.lastBefore = lastRun(from.lastBefore);
        change.before = from.candidate.medianBefore;
        change.after = from.candidate.medianAfter;
        change.commitsBefore = from.candidate.valuesBefore;
        change.commitsAfter = from.candidate.valuesAfter;
        change.p = from.candidate.point.p;
        change.accepted = m_environment.accepted && from.index <= *m_environment.accepted;
        tell(change);
        return change;
    }

    void addAlarm(const SeriesAnalysis& analysis)
    {
        std::optional<NewestAlarm> alarm = analysis.alarm;
        const std::size_t from = m_environment.accepted.value_or(0);
        if (alarm && from > 0) {
            alarm = analyseSeries(std::span(m_input.samples).subspan(from), m_rule).alarm;
            if (alarm) {
                alarm->index += from;
            }
        }
        if (!alarm) {
            return;
        }
        std::size_t before = alarm->index;
        while (before > 0 && !std::isfinite(m_input.samples[before - 1].value)) {
            --before;
        }
        HistoryChange change;
        change.index = firstRun(alarm->index);
        change.lastBefore = lastRun(before > 0 ? before - 1 : 0);
        change.before = alarm->expected;
        change.after = alarm->value;
        change.p = alarm->p;
        change.commitsAfter = 1;
        change.provisional = true;
        tell(change);
        const HistoryPair* pair = pairOf(m_environment.groups[alarm->index]);
        if (pair == nullptr) {
            change.sentence = provisionalSentence(m_history, m_series, change, *alarm, m_rule);
            m_series.changes.push_back(std::move(change));
            return;
        }
        const AlarmFinding finding = alarmFinding(pair->rounds, change, m_wholeRule);
        change.sentence = remeasuredSentence(m_history, m_series, change, *pair, m_wholeRule);
        change.remeasured = finding != AlarmFinding::Undecided;
        change.provisional = !change.remeasured;
        change.p = finding == AlarmFinding::Confirmed ? pair->rounds.p : change.p;
        (finding == AlarmFinding::Withdrawn ? m_series.stopped : m_series.changes)
            .push_back(std::move(change));
    }

    /// The newest rounds of the commit of a group; null when there are none.
    const HistoryPair* pairOf(const RunGroup& group) const
    {
        const HistoryPair* newest = nullptr;
        for (const HistoryPair& pair : m_series.pairs) {
            const bool isOfGroup =
                std::find(group.runs.begin(), group.runs.end(), pair.second) != group.runs.end();
            if (isOfGroup && pair.first < group.runs.front()) {
                newest = &pair;
            }
        }
        return newest;
    }

    const WorkloadHistory& m_history;
    HistorySeries& m_series;
    const EnvironmentGroups& m_environment;
    const SeriesInput& m_input;
    const HistoryRule& m_wholeRule;
    const SeriesRule& m_rule;
};

void inOrder(HistorySeries& series)
{
    std::sort(series.levels.begin(), series.levels.end(),
              [](const SeriesLevel& a, const SeriesLevel& b) { return a.begin < b.begin; });
    const auto earlier = [](const HistoryChange& a, const HistoryChange& b) {
        return a.provisional == b.provisional ? a.index < b.index : b.provisional;
    };
    std::sort(series.changes.begin(), series.changes.end(), earlier);
    std::sort(series.stopped.begin(), series.stopped.end(), earlier);
}

/// The environment that has the newest value of a row.
std::size_t newestEnvironment(const HistorySeries& series, const std::vector<EnvironmentGroups>& environments)
{
    std::size_t newest = 0;
    std::size_t latest = 0;
    for (std::size_t e = 0; e < environments.size(); ++e) {
        for (const RunGroup& group : environments[e].groups) {
            for (const std::size_t run : group.runs) {
                if (series.points[run].count > 0 && run >= latest) {
                    latest = run;
                    newest = e;
                }
            }
        }
    }
    return newest;
}

} // namespace

Result<std::vector<WorkloadHistory>> judgeHistories(std::vector<WorkloadHistory> histories,
                                                    std::span<const RunNote> notes, const HistoryRule& rule,
                                                    DecodePool& pool, const CancelToken& cancel)
{
    std::vector<std::vector<EnvironmentGroups>> environments;
    std::vector<JudgedInput> origins;
    std::vector<SeriesInput> inputs;
    for (std::size_t h = 0; h < histories.size(); ++h) {
        environments.push_back(environmentsOf(histories[h], notes));
        for (std::size_t s = 0; s < histories[h].series.size(); ++s) {
            const HistorySeries& series = histories[h].series[s];
            for (std::size_t e = 0; e < environments[h].size(); ++e) {
                SeriesInput input;
                input.exact = series.exact;
                for (const RunGroup& group : environments[h][e].groups) {
                    input.samples.push_back({valueOf(series, group, rule.statistic), 0});
                }
                inputs.push_back(std::move(input));
                origins.push_back({h, s, e});
            }
        }
    }
    const auto analyses = analyseSeriesSet(inputs, rule.series, pool, cancel);
    if (!analyses) {
        return analyses.error();
    }
    for (WorkloadHistory& history : histories) {
        for (HistorySeries& series : history.series) {
            series.levels.clear();
            series.changes.clear();
            series.stopped.clear();
        }
    }
    for (std::size_t i = 0; i < origins.size(); ++i) {
        const JudgedInput& origin = origins[i];
        const std::vector<EnvironmentGroups>& around = environments[origin.history];
        WorkloadHistory& history = histories[origin.history];
        HistorySeries& series = history.series[origin.series];
        SeriesJudge(history, series, around[origin.environment], inputs[i], rule)
            .add((*analyses)[i], newestEnvironment(series, around) == origin.environment);
    }
    for (WorkloadHistory& history : histories) {
        for (HistorySeries& series : history.series) {
            inOrder(series);
        }
    }
    return histories;
}

} // namespace perihelion
