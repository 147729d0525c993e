// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two commits measured in turn: both built side by side in worktrees beside the person's checkout, then A B B
// A … process by process, so that whatever drifts on the machine lies on both alike. Each side becomes one
// run of its commit in the store, marked as one half of the pair. Synchronous, for a job; the observer is
// told in its thread.

#include "core/backfill/commit_measurement.h"
#include "core/backfill/interleaved_request.h"
#include "core/base/result.h"
#include "core/profile/profile_control.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace perihelion {

class RunStore;

struct InterleavedProgress {
    enum class Stage { Preparing, CheckingOut, Building, Measuring, Paused, Ending };
    Stage stage = Stage::Preparing;
    PairSide side = PairSide::A; ///< That is built or measured.
    QString commit;              ///< Of that side.
    std::size_t done = 0;        ///< Rounds that are complete, of all workloads.
    std::size_t total = 0;
    /// From the rounds so far; nothing before the first is complete.
    std::optional<std::chrono::milliseconds> timeLeft;

    /// "Round 3 of 11: measuring A, 1a2b3c4d5e6f", for people.
    QString text() const;
};

/// Told in the thread of the measurement.
struct InterleavedObserver {
    std::function<void(const InterleavedProgress& progress)> progress;
};

struct InterleavedReport {
    std::vector<ComparedPair> pairs; ///< One for each workload that was measured, as stored.
    std::size_t rounds = 0;          ///< Complete ones, of all workloads.
    bool cancelled = false;          ///< Fewer rounds than were asked for, but enough to say something.
    QStringList notes;
};

/// Measures until the rounds are done. What was cancelled is stored and told as far as it came when there are
/// rounds enough for an interval (kFewestRounds); the last round of a side is never stored without that of
/// the other. Errors: Cancelled (before that; nothing of that workload is stored), Io (a side cannot be
/// built, or its runs fail again and again: one sentence that names the commit), those of git, the store and
/// CommitMeasurement::begin(). The processes have ended and both worktrees are gone afterwards in every case.
Result<InterleavedReport> measureInterleaved(const Project& project, const InterleavedRequest& request,
                                             const MeasuringSurroundings& surroundings,
                                             const ProfileControl& control,
                                             const InterleavedObserver& observer, RunStore& store);

} // namespace perihelion
