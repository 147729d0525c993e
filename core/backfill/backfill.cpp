// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/backfill.h"

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

using Stage = BackfillProgress::Stage;

/// How long the commits took, and so how long the others will.
class CommitClock {
public:
    void pause()
    {
        if (!m_pausedAt) {
            m_pausedAt = Clock::now();
        }
    }
    void resume()
    {
        if (m_pausedAt) {
            m_paused += Clock::now() - *m_pausedAt;
            m_pausedAt.reset();
        }
    }
    void commitDone()
    {
        resume();
        m_spent = Clock::now() - m_began - m_paused;
    }
    std::optional<std::chrono::milliseconds> left(std::size_t done, std::size_t total) const
    {
        if (done == 0) {
            return std::nullopt;
        }
        // Of the commit that is under way what it took already is not left; the others take what one took.
        const auto now = m_pausedAt.value_or(Clock::now());
        const auto current = now - m_began - m_paused - m_spent;
        const auto each = m_spent / static_cast<Clock::rep>(done);
        const auto left = each * static_cast<Clock::rep>(total - done) - std::min(current, each);
        return std::chrono::ceil<std::chrono::milliseconds>(std::max(left, Clock::duration::zero()));
    }

private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point m_began = Clock::now();
    Clock::duration m_spent{0}; ///< For the commits that are done.
    Clock::duration m_paused{0};
    std::optional<Clock::time_point> m_pausedAt;
};

int badness(RunState state)
{
    switch (state) {
    case RunState::Finished:
        return 0;
    case RunState::Failed:
    case RunState::Cancelled:
        return 1;
    case RunState::BuildFailed:
        break;
    }
    return 2;
}

MeasuredCommit::Run entryOf(const RunRecord& run)
{
    MeasuredCommit::Run entry{run.workload, run.scenario, run.id, run.state, run.failure};
    const auto failed = std::find_if(run.iterations.begin(), run.iterations.end(),
                                     [](const RunIteration& each) { return each.failed; });
    if (entry.failure.isEmpty() && failed != run.iterations.end()) {
        entry.failure = failed->failure;
    }
    return entry;
}

/// One backfill under way.
class BackfillWalk {
public:
    BackfillWalk(const BackfillRequest& request, const BackfillPlan& plan, const ProfileControl& control,
                 const BackfillObserver& observer, RunStore& store)
        : m_request(request),
          m_plan(plan),
          m_control(control),
          m_observer(observer),
          m_store(store)
    {
        m_progress.total = plan.commits.size();
    }

    void tell(Stage stage, const QString& detail = QString())
    {
        if (stage == Stage::Paused) {
            m_clock.pause();
        } else {
            m_clock.resume();
        }
        if (m_observer.progress) {
            m_progress.stage = stage;
            m_progress.detail = detail;
            m_progress.timeLeft =
                stage == Stage::Ending ? std::nullopt : m_clock.left(m_progress.done, m_progress.total);
            m_observer.progress(m_progress);
        }
    }

    Result<void> walk(CommitMeasurement& measurement, BackfillReport& report)
    {
        for (const MissingCommit& missing : m_plan.commits) {
            m_progress.commit = missing.commit.hash;
            m_progress.subject = missing.commit.subject;
            Result<MeasuredCommit> measured = measure(measurement, missing);
            if (!measured) {
                return measured.error();
            }
            ++m_progress.done;
            m_clock.commitDone();
            if (m_observer.commitDone) {
                m_observer.commitDone(*measured);
            }
            report.commits.push_back(std::move(*measured));
        }
        return {};
    }

    Error cancelled() const
    {
        return Error{ErrorCode::Cancelled,
                     QStringLiteral("The backfill was cancelled after %1 of %2 commits; asked again it goes "
                                    "on from there")
                         .arg(m_progress.done)
                         .arg(m_progress.total),
                     QString()};
    }

private:
    bool pauseOrCancel()
    {
        if (m_control.isPaused() && !m_control.cancelToken().isCancelled()) {
            tell(Stage::Paused);
            m_control.waitWhilePaused();
        }
        return m_control.cancelToken().isCancelled();
    }

    Result<MeasuredCommit> measure(CommitMeasurement& measurement, const MissingCommit& missing)
    {
        if (pauseOrCancel()) {
            return cancelled();
        }
        const Result<QString> failure =
            measurement.build(missing.commit, m_control.cancelToken(),
                              {[this] { tell(Stage::CheckingOut); }, [this] { tell(Stage::Building); }});
        if (!failure) {
            return failure.error();
        }
        ProfileObserver runs;
        runs.progress = [this](const ProfileProgress& progress) {
            tell(progress.stage == ProfileProgress::Stage::Paused ? Stage::Paused : Stage::Measuring,
                 progress.text());
        };
        MeasuredCommit measured{missing.commit, {}};
        for (const std::size_t place : missing.scenarios) {
            if (pauseOrCancel()) {
                return cancelled();
            }
            const Scenario& scenario = m_request.scenarios[place];
            const Result<RunRecord> run =
                failure->isEmpty()
                    ? measurement.measure(scenario, m_request.plan, m_control, runs, m_store)
                    : measurement.storeGap(missing.commit, scenario, m_request.plan, *failure, m_store);
            if (!run) {
                return run.error();
            }
            measured.runs.push_back(entryOf(*run));
        }
        return measured;
    }

    const BackfillRequest& m_request;
    const BackfillPlan& m_plan;
    const ProfileControl& m_control;
    const BackfillObserver& m_observer;
    RunStore& m_store;
    BackfillProgress m_progress;
    CommitClock m_clock;
};

} // namespace

QString BackfillProgress::text() const
{
    const QString where = commit.isEmpty()
                              ? QString()
                              : QString(u"Commit " % QString::number(done + 1) % u" of " %
                                        QString::number(total) % u" (" % commit.left(12) % u"): ");
    switch (stage) {
    case Stage::Preparing:
        return QStringLiteral("Preparing the worktree");
    case Stage::CheckingOut:
        return QString(where % u"checking out");
    case Stage::Building:
        return QString(where % u"building");
    case Stage::Measuring:
        return QString(where % (detail.isEmpty() ? QStringLiteral("measuring") : detail));
    case Stage::Paused:
        return QString(where % u"paused");
    case Stage::Ending:
        break;
    }
    return QStringLiteral("Removing the worktree");
}

RunState MeasuredCommit::state() const
{
    RunState worst = RunState::Finished;
    for (const Run& run : runs) {
        worst = badness(run.state) > badness(worst) ? run.state : worst;
    }
    return worst;
}

QString MeasuredCommit::failure() const
{
    const RunState worst = state();
    const auto reason = std::find_if(runs.begin(), runs.end(), [worst](const Run& run) {
        return run.state == worst && !run.failure.isEmpty();
    });
    return reason == runs.end() ? QString() : reason->failure;
}

Result<BackfillReport> runBackfill(const Project& project, const BackfillRequest& request,
                                   const BackfillPlan& plan, const MeasuringSurroundings& surroundings,
                                   const ProfileControl& control, const BackfillObserver& observer,
                                   RunStore& store)
{
    BackfillReport report;
    if (plan.commits.empty()) {
        return report;
    }
    BackfillWalk walk(request, plan, control, observer, store);
    walk.tell(Stage::Preparing);
    const auto measurement =
        CommitMeasurement::begin(project, plan.branch, surroundings, control.cancelToken());
    if (!measurement) {
        return measurement.error().code == ErrorCode::Cancelled ? walk.cancelled() : measurement.error();
    }
    const Result<void> walked = walk.walk(**measurement, report);
    walk.tell(Stage::Ending);
    const Result<void> removed = (*measurement)->end();
    if (!walked) {
        return walked.error().code == ErrorCode::Cancelled ? walk.cancelled() : walked.error();
    }
    if (!removed) {
        report.notes.append(removed.error().sentence());
    }
    return report;
}

} // namespace perihelion
