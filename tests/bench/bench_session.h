// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What every bench is given: recordings to measure on, and a comparison of contenders that take turns in one
// run, so that a noisy machine disturbs all of them alike. Ratios are what counts; nothing is ever asserted
// about times.

#include "core/base/result.h"
#include "datasets/generate/event_generator.h"
#include "tests/bench/bench_stores.h"

#include <QString>

#include <cstdint>
#include <functional>
#include <vector>

namespace perihelion::bench {

struct Contender {
    QString name;
    std::function<Result<void>()> run;
    double units = 0; ///< What one run handles, e.g. events; 0 when only the time is of interest.
};

class BenchSession {
public:
    struct Settings {
        QString folder;                  ///< Recordings are made here once and found again by the next run.
        std::int64_t events = 5'000'000; ///< Size of the recordings.
        int rounds = 5;
        QString store; ///< URL of a server for benches of the run store; empty: files.
    };
    explicit BenchSession(Settings settings) : m_settings(std::move(settings)) {}

    std::int64_t events() const { return m_settings.events; }
    int rounds() const { return m_settings.rounds; }
    const QString& folder() const { return m_settings.folder; }
    BenchStores stores() const { return {m_settings.folder, m_settings.store}; }

    /// A recording with these options (their number of events replaced by events()), made unless it is there.
    /// Its pages are warm afterwards.
    Result<QString> recording(const QString& name, GeneratorOptions options) const;

    /// Runs all contenders once to warm up and then rounds() times in turn. Prints median, fastest and
    /// slowest time, throughput (unit: "events" …) and the ratio to the first contender: above 1 is faster
    /// than the first.
    Result<void> compare(const QString& title, const QString& unit,
                         const std::vector<Contender>& contenders) const;

    /// Prints one line below a comparison.
    static void remark(const QString& text);

private:
    Settings m_settings;
};

/// One sub-bench, chosen by its name.
struct Bench {
    QString name;
    QString summary;
    Result<void> (*run)(const BenchSession& session) = nullptr;
};

Bench cacheBench();
Bench changePointsBench();
Bench chunkTableBench();
Bench firstFrameBench();
Bench generateBench();
Bench historyBench();
Bench libraryReadBench();
Bench optimiseBench();
Bench profileBench();
Bench runsBench();
Bench scanBench();
Bench simulationBench();
Bench soakBench();
Bench windowBench();

} // namespace perihelion::bench
