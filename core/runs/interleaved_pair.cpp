// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/interleaved_pair.h"

#include "core/stats/order_statistics.h"

#include <algorithm>
#include <map>
#include <utility>

namespace perihelion {

namespace {

std::map<int, std::vector<double>> byProcess(const ModeSamples& samples)
{
    std::map<int, std::vector<double>> processes;
    for (std::size_t i = 0; i < samples.values.size(); ++i) {
        processes[samples.processes[i]].push_back(samples.values[i]);
    }
    return processes;
}

void addOnce(QStringList& texts, const QStringList& more)
{
    for (const QString& text : more) {
        if (!texts.contains(text)) {
            texts.append(text);
        }
    }
}

QString parentName(const std::vector<RunPhase>& phases, const RunPhase& of)
{
    return of.parent < 0 ? QString() : phases[static_cast<std::size_t>(of.parent)].name;
}

/// Place in phases of each phase of more, which are added where they are new. A parent comes before its
/// children.
std::vector<int> placesOf(std::vector<RunPhase>& phases, const std::vector<RunPhase>& more)
{
    std::vector<int> places;
    for (const RunPhase& each : more) {
        const auto at = std::find_if(phases.begin(), phases.end(), [&](const RunPhase& known) {
            return known.name == each.name && known.ofProcess == each.ofProcess &&
                   parentName(phases, known) == parentName(more, each);
        });
        if (at != phases.end()) {
            places.push_back(static_cast<int>(at - phases.begin()));
            continue;
        }
        RunPhase added = each;
        if (each.parent >= 0) {
            added.parent = places[static_cast<std::size_t>(each.parent)];
        }
        places.push_back(static_cast<int>(phases.size()));
        phases.push_back(std::move(added));
    }
    return places;
}

} // namespace

bool areInterleaved(const RunRecord& a, const RunRecord& b)
{
    return !a.interleaved.isEmpty() && a.interleaved == b.interleaved && a.uuid != b.uuid;
}

PairedFinding findInRounds(const ModeSamples& a, const ModeSamples& b, const ComparisonRule& rule)
{
    const auto before = byProcess(a);
    const auto after = byProcess(b);
    std::vector<double> first;
    std::vector<double> second;
    for (const auto& [process, values] : before) {
        if (const auto at = after.find(process); at != after.end()) {
            first.push_back(median(values));
            second.push_back(median(at->second));
        }
    }
    PairedFinding finding;
    finding.comparison = comparePaired(first, second, rule.confidence);
    finding.comparison.dropped += before.size() + after.size() - 2 * first.size();
    finding.verdict = verdictOf(finding.comparison, rule);
    finding.sentence = sentenceOf(finding.comparison, rule);
    if (!finding.comparison.interval && finding.comparison.dropped > 0) {
        finding.sentence +=
            QStringLiteral("; %1 more rounds were unusable, because a side has no time above zero")
                .arg(finding.comparison.dropped);
    }
    return finding;
}

void appendRound(RunRecord& whole, RunRecord measured, int round)
{
    if (round == 0) {
        whole = std::move(measured);
        return;
    }
    const std::vector<int> places = placesOf(whole.phases, measured.phases);
    const int first = round * (measured.plan.coldRuns + measured.plan.warmProcesses);
    for (RunProcess& process : measured.processes) {
        process.number += first;
        whole.processes.push_back(std::move(process));
    }
    for (RunIteration& iteration : measured.iterations) {
        iteration.process += first;
        for (PhaseTime& time : iteration.phases) {
            time.phase = places[static_cast<std::size_t>(time.phase)];
        }
        whole.iterations.push_back(std::move(iteration));
    }
    addOnce(whole.warnings, measured.warnings);
    addOnce(whole.notes, measured.notes);
    addOnce(whole.higherIsBetter, measured.higherIsBetter);
    whole.finished = measured.finished;
    whole.plan.coldRuns += measured.plan.coldRuns;
    whole.plan.warmRuns += measured.plan.warmRuns;
    whole.plan.warmProcesses += measured.plan.warmProcesses;
    if (measured.state == RunState::Finished) {
        whole.state = RunState::Finished;
    }
}

} // namespace perihelion
