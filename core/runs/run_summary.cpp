// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_summary.h"

#include "core/stats/order_statistics.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

Nanoseconds rounded(double nanoseconds)
{
    return Nanoseconds(std::llround(nanoseconds));
}

/// Time of a phase in one iteration; nothing where it was not entered.
std::optional<Nanoseconds> timeOf(const RunIteration& iteration, int phase)
{
    for (const PhaseTime& time : iteration.phases) {
        if (time.phase == phase) {
            return time.total;
        }
    }
    return std::nullopt;
}

template <typename TimeOf>
SampleSet collect(const RunRecord& run, IterationMode mode, TimeOf timeOfIteration)
{
    SampleSet samples;
    for (const RunIteration& iteration : run.iterations) {
        if (iteration.failed || iteration.mode != mode) {
            continue;
        }
        if (const std::optional<Nanoseconds> time = timeOfIteration(iteration)) {
            samples.values.push_back(*time);
            samples.processes.push_back(iteration.process);
        }
    }
    return samples;
}

SampleSet samplesOfPhase(const RunRecord& run, int phase, IterationMode mode)
{
    return collect(run, mode, [phase](const RunIteration& iteration) { return timeOf(iteration, phase); });
}

int depthOf(const RunRecord& run, int phase)
{
    int depth = 0;
    // A record from a file may hold any parent; a circle ends at the number of phases.
    const auto count = static_cast<int>(run.phases.size());
    for (int at = run.phases[static_cast<std::size_t>(phase)].parent; at >= 0 && at < count && depth < count;
         at = run.phases[static_cast<std::size_t>(at)].parent) {
        ++depth;
    }
    return depth;
}

PhaseRow makeRow(const QString& name, SampleSet cold, SampleSet warm)
{
    PhaseRow row;
    row.name = name;
    row.cold = Summary::of(cold);
    row.warm = Summary::of(warm);
    row.coldSamples = std::move(cold);
    row.warmSamples = std::move(warm);
    return row;
}

IterationMode mainMode(const RunRecord& run)
{
    const bool warm = std::any_of(run.iterations.begin(), run.iterations.end(), [](const RunIteration& each) {
        return !each.failed && each.mode == IterationMode::Warm;
    });
    return warm ? IterationMode::Warm : IterationMode::Cold;
}

std::vector<Hotspot> rankHotspots(const RunRecord& run)
{
    const IterationMode mode = mainMode(run);
    std::vector<Nanoseconds> own(run.phases.size());
    Nanoseconds unattributed{0};
    Nanoseconds elapsed{0};
    std::int64_t count = 0;
    for (const RunIteration& iteration : run.iterations) {
        if (iteration.failed || iteration.mode != mode) {
            continue;
        }
        ++count;
        elapsed += iteration.elapsed;
        unattributed += iteration.unattributed;
        for (const PhaseTime& time : iteration.phases) {
            const auto phase = static_cast<std::size_t>(time.phase);
            if (phase < run.phases.size() && !run.phases[phase].ofProcess) {
                own[phase] += time.self;
            }
        }
    }
    if (count == 0 || elapsed <= Nanoseconds(0)) {
        return {};
    }
    std::vector<Hotspot> spots;
    const auto add = [&](const QString& name, Nanoseconds time) {
        if (time > Nanoseconds(0)) {
            spots.push_back(
                Hotspot{name, time / count,
                        static_cast<double>(time.count()) / static_cast<double>(elapsed.count())});
        }
    };
    for (std::size_t phase = 0; phase < own.size(); ++phase) {
        add(run.phases[phase].name, own[phase]);
    }
    add(kUnattributedRow.toString(), unattributed);
    std::stable_sort(spots.begin(), spots.end(),
                     [](const Hotspot& a, const Hotspot& b) { return a.time > b.time; });
    return spots;
}

std::vector<Metric> summariseMetrics(const RunRecord& run)
{
    const IterationMode mode = mainMode(run);
    std::vector<Metric> found;
    std::vector<std::vector<double>> values;
    for (const RunIteration& iteration : run.iterations) {
        if (iteration.failed || iteration.mode != mode) {
            continue;
        }
        for (const Metric& each : iteration.metrics) {
            const auto at = std::find_if(found.begin(), found.end(),
                                         [&](const Metric& known) { return known.name == each.name; });
            const auto place = static_cast<std::size_t>(at - found.begin());
            if (at == found.end()) {
                found.push_back(each);
                values.emplace_back();
            }
            values[place].push_back(each.value);
        }
    }
    for (std::size_t index = 0; index < found.size(); ++index) {
        found[index].value = found[index].name == metric::kPeakRssBytes
                                 ? *std::max_element(values[index].begin(), values[index].end())
                                 : median(values[index]);
    }
    return found;
}

} // namespace

std::vector<double> SampleSet::nanoseconds() const
{
    std::vector<double> numbers;
    numbers.reserve(values.size());
    for (const Nanoseconds value : values) {
        numbers.push_back(static_cast<double>(value.count()));
    }
    return numbers;
}

std::vector<double> SampleSet::milliseconds() const
{
    std::vector<double> numbers;
    numbers.reserve(values.size());
    for (const Nanoseconds value : values) {
        numbers.push_back(toMilliseconds(value));
    }
    return numbers;
}

Summary Summary::of(const SampleSet& samples)
{
    Summary summary;
    if (samples.values.empty()) {
        return summary;
    }
    const FiveNumbers numbers = fiveNumbers(samples.nanoseconds());
    summary.count = numbers.count;
    summary.min = rounded(numbers.minimum);
    summary.p50 = rounded(numbers.median);
    summary.p95 = rounded(numbers.p95);
    summary.max = rounded(numbers.maximum);
    return summary;
}

SampleSet samplesOf(const RunRecord& run, QStringView phase, IterationMode mode)
{
    // Without a time of the whole there is no rest of it either.
    const auto ofWhole = [](const RunIteration& each, Nanoseconds time) {
        return each.elapsed > Nanoseconds(0) ? std::optional(time) : std::nullopt;
    };
    if (phase == kTotalRow) {
        return collect(run, mode, [&](const RunIteration& each) { return ofWhole(each, each.elapsed); });
    }
    if (phase == kUnattributedRow) {
        return collect(run, mode, [&](const RunIteration& each) { return ofWhole(each, each.unattributed); });
    }
    for (std::size_t id = 0; id < run.phases.size(); ++id) {
        if (run.phases[id].name == phase) {
            return samplesOfPhase(run, static_cast<int>(id), mode);
        }
    }
    return {};
}

const PhaseRow* RunSummary::row(QStringView name) const
{
    const auto at =
        std::find_if(rows.begin(), rows.end(), [name](const PhaseRow& each) { return each.name == name; });
    return at == rows.end() ? nullptr : &*at;
}

RunSummary RunSummary::of(const RunRecord& run)
{
    RunSummary summary;
    std::vector<int> rowOfPhase(run.phases.size(), -1);
    for (const bool ofProcess : {true, false}) {
        for (std::size_t id = 0; id < run.phases.size(); ++id) {
            if (run.phases[id].ofProcess != ofProcess) {
                continue;
            }
            const auto phase = static_cast<int>(id);
            PhaseRow row = makeRow(run.phases[id].name, samplesOfPhase(run, phase, IterationMode::Cold),
                                   samplesOfPhase(run, phase, IterationMode::Warm));
            row.ofProcess = ofProcess;
            row.depth = depthOf(run, phase);
            const int parent = run.phases[id].parent;
            row.parent = parent >= 0 && parent < phase ? rowOfPhase[static_cast<std::size_t>(parent)] : -1;
            rowOfPhase[id] = static_cast<int>(summary.rows.size());
            summary.rows.push_back(std::move(row));
        }
    }
    for (const QStringView name : {kUnattributedRow, kTotalRow}) {
        summary.rows.push_back(makeRow(name.toString(), samplesOf(run, name, IterationMode::Cold),
                                       samplesOf(run, name, IterationMode::Warm)));
    }
    summary.hotspots = rankHotspots(run);
    summary.metrics = summariseMetrics(run);
    return summary;
}

} // namespace perihelion
