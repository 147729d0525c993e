// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProfileJob: one profile run at a time for a page: starts it on the measuring pool, pauses, cancels, and
// tells in the GUI thread what the runner told in its own. Owned by the page; what still runs when it goes is
// cancelled and reaches nobody.

#include "core/jobs/job_runner.h"
#include "core/profile/profile_runner.h"
#include "widgets/models/page_outlet.h"

#include <QFutureWatcher>
#include <QObject>

#include <memory>
#include <optional>

namespace perihelion {

class RunStore;

class ProfileJob : public QObject {
    Q_OBJECT

public:
    ProfileJob(JobRunner& jobs, const WorkloadRegistry& registry, RunStore& store, QObject* parent = nullptr);
    ~ProfileJob() override;

    /// Starts a run that is stored at its end. Nothing happens while one is running.
    void start(const ProfileRequest& request, const ProfileEnvironment& environment);
    void setPaused(bool paused);
    void cancel();

    bool isRunning() const { return m_control.has_value(); }
    bool isPaused() const { return m_control && m_control->isPaused(); }
    bool isEnding() const { return m_ending; }

Q_SIGNALS:
    /// Before the first process: plan, phases, machine and warnings are filled in.
    void planned(const perihelion::RunRecord& run);
    void iterationFinished(const perihelion::RunIteration& iteration);
    void progressed(const perihelion::ProfileProgress& progress);
    /// After the end, in any of three ways.
    void stored(const perihelion::RunRecord& run);
    void cancelled();
    void failed(const perihelion::Error& error);

private:
    ProfileObserver makeObserver() const;
    void finish();

    JobRunner& m_jobs;
    const WorkloadRegistry& m_registry;
    RunStore& m_store;
    std::shared_ptr<PageOutlet<ProfileJob>> m_outlet; ///< Shared with the run, which may outlive this object.
    std::optional<ProfileControl> m_control;
    QFutureWatcher<Result<RunRecord>> m_watcher;
    bool m_ending = false;
};

} // namespace perihelion
