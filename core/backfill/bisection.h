// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Bisection: finds the commit with which a phase became slower. First both ends are measured in turn, batch
// by batch, until their levels are told apart or it is clear that they are not; then the commits between are
// judged by the level to which their samples belong. Every batch is a run and is stored. Synchronous, for a
// job; the observer is told in its thread.

#include "core/backfill/commit_measurement.h"
#include "core/backfill/level_judgement.h"
#include "core/base/result.h"
#include "core/git/commit_history.h"
#include "core/profile/profile_control.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace perihelion {

class RunStore;

struct BisectionRequest {
    QString good;
    QString bad;
    Scenario scenario; ///< Of the project's own workloads.
    QString phase;     ///< Name of a phase, "total" or "unattributed".
    IterationMode mode = IterationMode::Warm;
    RunPlan plan; ///< Of one batch.
    LevelRule rule;
};

/// The commits between two, resolved.
struct BisectionPath {
    std::vector<Commit> commits; ///< From the good one to the bad one, oldest first; at least two.
    QString branch;              ///< That the runs are stored with; empty where none is known.
    QStringList notes;           ///< What is odd about the history, one sentence each.
};

/// Errors: NotFound (a name git does not know), InvalidArgument (good is not among the first parents of bad,
/// which says what took its place after history was rewritten).
Result<BisectionPath> bisectionPath(const CommitHistory& history, const QString& good, const QString& bad,
                                    const CancelToken& cancel);

struct JudgedCommit {
    enum class Judgement { Good, Bad, Skipped };
    std::size_t place = 0; ///< In BisectionPath::commits.
    Commit commit;
    Judgement judgement = Judgement::Skipped;
    QString sentence; ///< What it rests on, or why nothing can be said.
    double median = 0;
    std::size_t samples = 0;
    std::vector<std::int64_t> runs; ///< Ids in the store, in order.
};
/// "good", "bad", "skipped".
QString judgementName(JudgedCommit::Judgement judgement);

struct BisectionResult {
    enum class Conclusion {
        Found,    ///< One commit.
        Narrowed, ///< One of several, because those between could not be judged.
        Alike,    ///< Both ends have the same level.
        Reversed, ///< The bad end is the faster one.
        NotTold,  ///< The batches did not suffice to tell the ends apart.
    };
    Conclusion conclusion = Conclusion::NotTold;
    std::vector<Commit> suspects; ///< Oldest first; one when found, none where nothing could be searched.
    LevelPair ends;
    std::vector<JudgedCommit> judged; ///< Good end, bad end, then the others in the order they were judged.
    QString sentence;                 ///< The conclusion with the numbers it rests on.
    QStringList notes;
};
/// "found", "narrowed", "alike", "reversed", "not told apart".
QString conclusionName(BisectionResult::Conclusion conclusion);

struct BisectionProgress {
    enum class Stage { CheckingOut, Building, Measuring, Paused, Ending };
    Stage stage = Stage::CheckingOut;
    QString commit;
    int batch = 1;        ///< Of this commit.
    std::size_t left = 0; ///< Commits that may still be the first bad one.
    QString detail;       ///< While measuring: "Run 2 of 15, warm".
    /// From the commits judged so far, if each further one halves what is left; nothing before the first.
    std::optional<std::chrono::milliseconds> timeLeft;

    /// For people.
    QString text() const;
};

struct BisectionObserver {
    std::function<void(const BisectionProgress& progress)> progress;
    std::function<void(const JudgedCommit& commit)> judged;
};

/// Errors: Cancelled (the processes have ended; what was stored stays), NotFound (the ends do not know the
/// phase), Io (an end cannot be measured), those of git, the store and CommitMeasurement::begin(). The
/// worktree is gone afterwards in every case.
Result<BisectionResult> runBisection(const Project& project, const BisectionRequest& request,
                                     const BisectionPath& path, const MeasuringSurroundings& surroundings,
                                     const ProfileControl& control, const BisectionObserver& observer,
                                     RunStore& store);

} // namespace perihelion
