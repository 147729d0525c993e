// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadComparison: what loading recordings takes in each state of file, index and cache, made from measured
// runs of the workload dataset-load. Values; observed loads (LoadRecord) never come near them.

#include "core/base/result.h"
#include "core/runs/run_record.h"
#include "core/workloads/workload_registry.h"

#include <QString>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

/// From the first look at a file to everything in memory; each is a built-in scenario.
enum class LoadState { ColdFile, KeptIndex, CacheOff, CacheMiss, CacheHit };

inline constexpr std::array kLoadStates{LoadState::ColdFile, LoadState::KeptIndex, LoadState::CacheOff,
                                        LoadState::CacheMiss, LoadState::CacheHit};

QString loadStateId(LoadState state);    ///< "cold_file": also the name of its scenario.
QString loadStateWords(LoadState state); ///< "cold file".

/// What is loaded: a recording, or without a file the generated one in one of its two storages.
struct LoadSubject {
    QString file;
    bool contiguous = false;

    bool operator==(const LoadSubject&) const = default;
};

/// The two generated recordings, which are what is loaded without files of the person's own.
std::vector<LoadSubject> generatedLoadSubjects();
std::vector<LoadSubject> loadSubjectsOf(const QStringList& files);

/// The scenario that loads a subject in a state; window and stream as in like, another scenario of
/// dataset-load. Error InvalidArgument where the registry lacks the workload.
Result<Scenario> loadScenario(const WorkloadRegistry& registry, const Scenario& like,
                              const LoadSubject& subject, LoadState state);

/// The warm iterations of one run: every one of them puts file, index and cache into the state it measures.
struct LoadTime {
    std::int64_t run = 0; ///< Id in the store.
    std::size_t count = 0;
    double minMillis = 0;
    double p50Millis = 0;
    double p95Millis = 0;
    double maxMillis = 0;
    std::optional<bool> contiguous; ///< Storage of what was loaded; nothing in runs that do not tell.

    /// Nothing where no iteration succeeded.
    static std::optional<LoadTime> of(const RunRecord& run);
};

/// One recording.
struct LoadGroup {
    LoadSubject subject;
    std::array<std::optional<LoadTime>, kLoadStates.size()> times;

    /// "drone_idle", or "generated".
    QString name() const;
    /// "chunked", "contiguous", or empty when no run tells.
    QString storage() const;
    const std::optional<LoadTime>& time(LoadState state) const
    {
        return times[static_cast<std::size_t>(state)];
    }
    /// So many times as fast as the group's first state that was measured; nothing for that one itself.
    std::optional<double> timesAsFast(LoadState state) const;
};

struct LoadComparison {
    std::vector<LoadGroup> groups;

    bool isEmpty() const { return count() == 0; }
    std::size_t count() const;  ///< Of bars.
    double leastMillis() const; ///< Of the medians; 0 without any.
    double mostMillis() const;
    /// The shortest bar would be less than a twentieth of the longest.
    bool needsLogScale() const;
    /// "12.3 ms", and "12.3 ms · 4.5×" for those that have a ratio; empty where nothing was measured.
    QString barText(std::size_t group, LoadState state) const;
    /// One line a recording, for screen readers and the clipboard.
    QString toText() const;
    /// Header, then one line a bar: recording, storage, state, n, min_ms, p50_ms, p95_ms, max_ms,
    /// times_as_fast, run. RFC 4180.
    QString toCsv() const;
};

} // namespace perihelion
