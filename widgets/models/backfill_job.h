// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BackfillJob: the missing commits of a project for a dialog: planned, then measured on the measuring pool
// one after the other; paused, cancelled. Tells in the GUI thread. Owned by the dialog; what still runs when
// it goes is cancelled and reaches nobody: what it had stored stays, and its worktree goes.

#include "core/backfill/backfill.h"
#include "core/projects/project_workloads.h"
#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"
#include "widgets/models/page_outlet.h"

#include <QFutureWatcher>
#include <QObject>

#include <memory>
#include <optional>

namespace perihelion {

inline constexpr std::size_t kUsualCommits = 20; ///< Of them is looked at first.

/// What a person asks for.
struct BackfillWish {
    QString folder;
    QString workload; ///< "steps" or "steps/once"; empty: every workload, each in its first scenario.
    std::size_t lastCommits = 0; ///< Of what is checked out; 0: range says it.
    QString range;
    BackfillOrder order = BackfillOrder::Newest;
    bool retryFailed = false;
    RunPlan plan;
};

/// What would be done; everything that the measuring needs.
struct BackfillDraft {
    ProjectWorkloads project;
    BackfillRequest request;
    BackfillPlan plan;
    QString usualRange; ///< What a person might begin with who names a range.
};

class BackfillJob : public QObject {
    Q_OBJECT

public:
    explicit BackfillJob(const AppServices& services, QObject* parent = nullptr);
    ~BackfillJob() override;

    /// Answers planned() or planFailed(); of several wishes the newest.
    void plan(const BackfillWish& wish);
    /// Nothing is answered any more of what was wished so far.
    void cancelPlan() { m_planJob.cancel(); }
    /// Measures what a plan lists. Nothing happens while something is measured or nobody can measure.
    void start(const BackfillDraft& draft);
    void setPaused(bool paused);
    void cancel();

    bool isPlanning() const { return m_planJob.isBusy(); }
    bool isRunning() const { return m_control.has_value(); }
    bool isPaused() const { return m_control && m_control->isPaused(); }
    bool isEnding() const { return m_ending; }

Q_SIGNALS:
    void planned(const perihelion::BackfillDraft& draft);
    void planFailed(const perihelion::Error& error);
    void progressed(const perihelion::BackfillProgress& progress);
    /// Its runs are in the store.
    void commitDone(const perihelion::MeasuredCommit& commit);
    /// After the end, in either way; a cancelled one is failed with the code Cancelled.
    void finished(const perihelion::BackfillReport& report);
    void failed(const perihelion::Error& error);

private:
    void finish();

    AppServices m_services;
    std::shared_ptr<PageOutlet<BackfillJob>> m_outlet; ///< Shared with the job, which may outlive this.
    LatestJob<BackfillDraft> m_planJob;
    std::optional<ProfileControl> m_control;
    QFutureWatcher<Result<BackfillReport>> m_watcher;
    bool m_ending = false;
};

/// "main..HEAD" on a branch that left main or master, otherwise the last commits: "HEAD~20..HEAD", or "HEAD"
/// where there are not more. Errors of git.
Result<QString> usualRange(const CommitHistory& history, std::size_t commits, const CancelToken& cancel);

/// Plans as a person wishes. Errors as readProjectWorkloads() and planBackfill(); InvalidArgument for a
/// workload that the project does not have.
Result<BackfillDraft> draftBackfill(const BackfillWish& wish, const QString& scenarioDir,
                                    const RunStore& store, const MachineDescription& machine,
                                    const CancelToken& cancel);

} // namespace perihelion
