// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// InterleavedJob: for a page, whether what it compares can be measured again in turn, and that measurement,
// one at a time: started on the measuring pool, cancelled, told of in the GUI thread. Owned by the page; what
// still runs when it goes is cancelled and reaches nobody.

#include "core/backfill/interleaved.h"
#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"

#include <QFutureWatcher>
#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace perihelion {

/// What would be measured: both commits, found in a project of this machine.
struct InterleavedPlan {
    Project project;
    InterleavedRequest request;
};

class InterleavedJob : public QObject {
    Q_OBJECT

public:
    explicit InterleavedJob(const AppServices& services, QObject* parent = nullptr);
    ~InterleavedJob() override;

    /// Folder of the project that is open in the window; empty: none. Before plan().
    void setOpenProject(const QString& folder) { m_openProject = folder; }
    /// Finds out whether these can be measured again: answers planned() at once or later, the newest question
    /// alone. The project is looked for among the open one and the recent ones.
    void plan(const std::vector<ComparedPair>& pairs);
    /// What was found last; nothing while it is looked for and where it cannot be done.
    const std::optional<InterleavedPlan>& planOfPairs() const { return m_plan; }
    /// Why it cannot be done, one sentence; empty when it can, or while that is being found out.
    const QString& refusal() const { return m_refusal; }
    bool isPlanning() const { return m_planning; }

    /// Starts measuring; nothing happens while that is under way.
    void start(const InterleavedPlan& plan);
    void cancel();
    bool isRunning() const { return m_control.has_value(); }
    bool isEnding() const { return m_ending; }

Q_SIGNALS:
    void planned();
    void progressed(const perihelion::InterleavedProgress& progress);
    /// After the end, in any of three ways.
    void measured(const perihelion::InterleavedReport& report);
    void cancelled();
    void failed(const perihelion::Error& error);

private:
    class Outlet;

    void takePlan(Result<InterleavedPlan> plan);
    void refuse(const QString& sentence);
    void finish();

    AppServices m_services;
    LatestJob<InterleavedPlan> m_planner;
    std::optional<InterleavedPlan> m_plan;
    QString m_openProject;
    QString m_refusal;
    bool m_planning = false;
    std::shared_ptr<Outlet> m_outlet; ///< Shared with the measurement, which may outlive this object.
    std::optional<ProfileControl> m_control;
    QFutureWatcher<Result<InterleavedReport>> m_watcher;
    bool m_ending = false;
};

} // namespace perihelion
