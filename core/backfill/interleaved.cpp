// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/interleaved.h"

#include "core/runs/interleaved_pair.h"
#include "core/runs/run_store.h"

#include <QUuid>

#include <algorithm>
#include <array>
#include <utility>

namespace perihelion {

namespace {

using TurnStage = InterleavedProgress::Stage;

constexpr int kGivenUpAfter = 3; ///< Rounds of one side that failed one after the other.

Error cancelledTurns()
{
    return Error{ErrorCode::Cancelled,
                 QStringLiteral("Measuring in turn was cancelled before there were %1 rounds, so nothing "
                                "of it is stored")
                     .arg(kFewestRounds),
                 QString()};
}

QString sideLetter(PairSide side)
{
    return side == PairSide::A ? QStringLiteral("A") : QStringLiteral("B");
}

/// What came of one side of one workload.
struct SideRounds {
    std::vector<RunRecord> rounds;
    int failedInARow = 0;
    QString failure; ///< The last one.

    bool take(RunRecord round)
    {
        const auto failed = std::find_if(round.iterations.begin(), round.iterations.end(),
                                         [](const RunIteration& each) { return each.failed; });
        const bool none = round.failedIterations() == static_cast<int>(round.iterations.size());
        failedInARow = none ? failedInARow + 1 : 0;
        failure = failed == round.iterations.end() ? QString() : failed->failure;
        rounds.push_back(std::move(round));
        return failedInARow < kGivenUpAfter;
    }
};

/// One measurement in turn under way.
class InterleavedTurns {
public:
    using Clock = std::chrono::steady_clock;

    InterleavedTurns(const InterleavedRequest& request, const ProfileControl& control,
                     const InterleavedObserver& observer, RunStore& store)
        : m_request(request),
          m_control(control),
          m_observer(observer),
          m_store(store)
    {
        m_progress.total = request.rounds * request.workloads.size();
    }

    Result<InterleavedReport> measure(const Project& project, const MeasuringSurroundings& surroundings)
    {
        tell(TurnStage::Preparing);
        Result<void> done = prepare(project, surroundings);
        for (std::size_t i = 0; done && i < m_request.workloads.size() && !m_report.cancelled; ++i) {
            done = measureWorkload(m_request.workloads[i], i);
        }
        tell(TurnStage::Ending);
        for (const auto& side : m_sides) {
            if (!side) {
                continue;
            }
            if (const Result<void> removed = side->end(); !removed) {
                m_report.notes.append(removed.error().sentence());
            }
        }
        if (!done && done.error().code == ErrorCode::Cancelled && !m_report.pairs.empty()) {
            m_report.cancelled = true; // What an earlier workload gave is stored.
            return std::move(m_report);
        }
        return done ? Result<InterleavedReport>(std::move(m_report))
                    : Result<InterleavedReport>(done.error());
    }

private:
    const InterleavedSide& sideOf(PairSide side) const
    {
        return side == PairSide::A ? m_request.a : m_request.b;
    }
    CommitMeasurement& measurement(PairSide side) { return *m_sides.at(side == PairSide::A ? 0 : 1); }

    void tell(TurnStage stage)
    {
        if (m_observer.progress) {
            m_progress.stage = stage;
            m_observer.progress(m_progress);
        }
    }
    void tell(TurnStage stage, PairSide side)
    {
        m_progress.side = side;
        m_progress.commit = sideOf(side).commit.hash;
        tell(stage);
    }

    bool pauseOrCancel()
    {
        if (m_control.isPaused() && !m_control.cancelToken().isCancelled()) {
            tell(TurnStage::Paused);
            const auto since = Clock::now();
            m_control.waitWhilePaused();
            m_paused += Clock::now() - since;
        }
        return m_control.cancelToken().isCancelled();
    }

    Error unusable(PairSide side, const QString& why) const
    {
        return Error{
            ErrorCode::Io,
            QString(sideLetter(side) % u" (" % sideOf(side).commit.subject % u") cannot be measured: " % why),
            sideOf(side).commit.hash.left(12)};
    }

    /// Both builds, side by side.
    Result<void> prepare(const Project& project, const MeasuringSurroundings& surroundings)
    {
        const CancelToken& cancel = m_control.cancelToken();
        for (const PairSide side : {PairSide::A, PairSide::B}) {
            auto begun =
                CommitMeasurement::begin(project, sideOf(side).branch, surroundings, cancel,
                                         side == PairSide::A ? WorktreePlace::First : WorktreePlace::Second);
            if (!begun) {
                return begun.error().code == ErrorCode::Cancelled ? cancelledTurns() : begun.error();
            }
            m_sides.at(side == PairSide::A ? 0 : 1) = std::move(*begun);
        }
        for (const PairSide side : {PairSide::A, PairSide::B}) {
            const Result<QString> unbuilt =
                measurement(side).build(sideOf(side).commit, cancel,
                                        {[this, side] { tell(TurnStage::CheckingOut, side); },
                                         [this, side] { tell(TurnStage::Building, side); }});
            if (!unbuilt) {
                return unbuilt.error().code == ErrorCode::Cancelled ? cancelledTurns() : unbuilt.error();
            }
            if (!unbuilt->isEmpty()) {
                return unusable(side, *unbuilt);
            }
            if (pauseOrCancel()) {
                return cancelledTurns();
            }
        }
        return {};
    }

    Result<void> measureWorkload(const InterleavedWorkload& workload, std::size_t place)
    {
        SideRounds a;
        SideRounds b;
        const auto complete = [&] { return std::min(a.rounds.size(), b.rounds.size()); };
        m_paused = {};
        const auto began = Clock::now();
        for (const PairSide side : interleavedOrder(m_request.rounds, m_request.seed + place)) {
            tell(TurnStage::Measuring, side);
            auto round = pauseOrCancel()
                             ? Result<RunRecord>(cancelledTurns())
                             : measurement(side).profile(workload.scenario, workload.round, m_control);
            if (!round && round.error().code == ErrorCode::Cancelled) {
                m_report.cancelled = true;
                return complete() < kFewestRounds ? Result<void>(cancelledTurns())
                                                  : store(a.rounds, b.rounds, complete());
            }
            if (!round) {
                return round.error();
            }
            SideRounds& into = side == PairSide::A ? a : b;
            if (!into.take(std::move(*round))) {
                return unusable(side, into.failure);
            }
            const std::size_t done = complete();
            if (done > 0) {
                const auto each = (Clock::now() - began - m_paused) / static_cast<std::int64_t>(done);
                m_progress.done = place * m_request.rounds + done;
                m_progress.timeLeft = std::chrono::ceil<std::chrono::milliseconds>(
                    each * static_cast<std::int64_t>(m_progress.total - m_progress.done));
            }
        }
        return store(a.rounds, b.rounds, complete());
    }

    /// The rounds of both sides as two runs.
    Result<void> store(std::vector<RunRecord>& a, std::vector<RunRecord>& b, std::size_t rounds)
    {
        const QString mark = QUuid::createUuid().toString(QUuid::WithoutBraces);
        std::array<RunRecord, 2> runs;
        for (const PairSide side : {PairSide::A, PairSide::B}) {
            RunRecord& run = runs.at(side == PairSide::A ? 0 : 1);
            std::vector<RunRecord>& parts = side == PairSide::A ? a : b;
            for (std::size_t round = 0; round < rounds; ++round) {
                appendRound(run, std::move(parts[round]), static_cast<int>(round));
            }
            const PairSide other = side == PairSide::A ? PairSide::B : PairSide::A;
            run.interleaved = mark;
            run.notes.prepend(
                QStringLiteral("Measured in turn with commit %1, in %2 rounds of a process each")
                    .arg(sideOf(other).commit.hash.left(12))
                    .arg(rounds));
        }
        auto comparison = compareRuns(runs[0], runs[1], m_request.floor);
        if (!comparison) {
            return comparison.error();
        }
        // They were measured at the same time: in every list A stands before B, whichever the draw began
        // with.
        runs[0].started = runs[1].started = std::min(runs[0].started, runs[1].started);
        for (RunRecord& run : runs) {
            const Result<std::int64_t> id = m_store.recordRun(run);
            if (!id) {
                return id.error();
            }
            run.id = *id;
        }
        m_report.rounds += rounds;
        m_report.pairs.push_back({std::move(runs[0]), std::move(runs[1]), std::move(*comparison)});
        return {};
    }

    const InterleavedRequest& m_request;
    const ProfileControl& m_control;
    const InterleavedObserver& m_observer;
    RunStore& m_store;
    std::array<std::unique_ptr<CommitMeasurement>, 2> m_sides;
    InterleavedProgress m_progress;
    InterleavedReport m_report;
    Clock::duration m_paused{};
};

} // namespace

QString InterleavedProgress::text() const
{
    const QString which = QString(sideLetter(side) % u", " % commit.left(12));
    const QString round = QStringLiteral("Round %1 of %2: ").arg(std::min(done + 1, total)).arg(total);
    switch (stage) {
    case Stage::Preparing:
        return QStringLiteral("Preparing two worktrees");
    case Stage::CheckingOut:
        return QString(u"Checking out " % which);
    case Stage::Building:
        return QString(u"Building " % which);
    case Stage::Measuring:
        return QString(round % u"measuring " % which);
    case Stage::Paused:
        return QString(round % u"paused");
    case Stage::Ending:
        break;
    }
    return QStringLiteral("Removing the worktrees");
}

Result<InterleavedReport> measureInterleaved(const Project& project, const InterleavedRequest& request,
                                             const MeasuringSurroundings& surroundings,
                                             const ProfileControl& control,
                                             const InterleavedObserver& observer, RunStore& store)
{
    Q_ASSERT(request.rounds > 0 && !request.workloads.empty());
    return InterleavedTurns(request, control, observer, store).measure(project, surroundings);
}

} // namespace perihelion
