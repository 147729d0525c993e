// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/history_pairs.h"

#include "core/runs/run_store.h"

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

/// Places of both halves.
struct PairedRuns {
    std::size_t first = 0;
    std::size_t second = 0;
};

std::vector<PairedRuns> pairsOfNewest(const WorkloadHistory& history)
{
    std::vector<PairedRuns> pairs;
    if (history.runs.empty()) {
        return pairs;
    }
    const QString& newest = history.runs.back().run.commit;
    for (std::size_t second = 0; second < history.runs.size(); ++second) {
        const HistoryRun& run = history.runs[second];
        if (run.run.interleaved.isEmpty() || run.run.commit != newest) {
            continue;
        }
        for (std::size_t first = 0; first < second; ++first) {
            const HistoryRun& other = history.runs[first];
            if (other.run.interleaved == run.run.interleaved && other.series == run.series &&
                other.run.commit != newest) {
                pairs.push_back({first, second});
            }
        }
    }
    return pairs;
}

ModeSamples samplesOfRun(const std::vector<RunSamples>& samples, std::int64_t run)
{
    const auto at = std::find_if(samples.begin(), samples.end(),
                                 [run](const RunSamples& each) { return each.run == run; });
    return at == samples.end() ? ModeSamples() : ModeSamples{at->values, at->processes};
}

} // namespace

Result<void> addPairs(const RunStore& store, WorkloadHistory& history)
{
    for (const PairedRuns& pair : pairsOfNewest(history)) {
        const auto rows = store.seriesRows(history.runs[pair.second].series);
        if (!rows) {
            return rows.error();
        }
        const std::array runs{history.runs[pair.first].run.run, history.runs[pair.second].run.run};
        for (HistorySeries& series : history.series) {
            const auto row = std::find_if(rows->begin(), rows->end(), [&series](const SeriesRow& each) {
                return each.kind == series.row.kind && each.name == series.row.name;
            });
            if (series.exact || row == rows->end()) {
                continue;
            }
            const auto samples = store.samples(row->id, series.mode, runs);
            if (!samples) {
                return samples.error();
            }
            const PairedFinding found =
                findInRounds(samplesOfRun(*samples, runs[0]), samplesOfRun(*samples, runs[1]));
            if (found.comparison.rounds > 0) {
                series.pairs.push_back({pair.first, pair.second, found.comparison});
            }
        }
    }
    return {};
}

} // namespace perihelion
