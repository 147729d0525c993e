// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/interleaved_job.h"

#include "core/projects/project_workloads.h"
#include "core/settings/settings.h"

#include <functional>
#include <mutex>
#include <utility>

namespace perihelion {

namespace {

/// The project of the runs among the folders that are known here.
Result<InterleavedPlan> planIn(const QStringList& folders, const std::vector<ComparedPair>& pairs,
                               const CancelToken& cancel)
{
    const QString& wanted = pairs.front().a.project;
    for (const QString& folder : folders) {
        auto project = openMeasurableProject(folder, cancel);
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Looking for the project was cancelled"), {}};
        }
        // One that is gone or broken is not the one that is looked for.
        if (project && project->identity() == wanted) {
            auto request = requestAgain(*project, pairs, cancel);
            return request
                       ? Result<InterleavedPlan>(InterleavedPlan{std::move(*project), std::move(*request)})
                       : Result<InterleavedPlan>(request.error());
        }
    }
    return Error{ErrorCode::NotFound,
                 InterleavedJob::tr("The runs are of the project %1: open its folder on the Profile page "
                                    "(Ctrl+3, then Ctrl+O) to measure its commits again")
                     .arg(wanted),
                 QString()};
}

} // namespace

/// Takes calls from the thread of the measurement to that of the page, as long as the page is there.
class InterleavedJob::Outlet {
public:
    explicit Outlet(InterleavedJob* page) : m_page(page) {}

    void post(const InterleavedProgress& progress)
    {
        const std::lock_guard lock(m_mutex);
        if (m_page != nullptr) {
            QMetaObject::invokeMethod(
                m_page, [page = m_page, progress] { Q_EMIT page->progressed(progress); },
                Qt::QueuedConnection);
        }
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_page = nullptr;
    }

private:
    std::mutex m_mutex;
    InterleavedJob* m_page;
};

InterleavedJob::InterleavedJob(const AppServices& services, QObject* parent)
    : QObject(parent),
      m_services(services),
      m_planner(services.jobs, JobPool::Interactive,
                [this](Result<InterleavedPlan> plan) { takePlan(std::move(plan)); }),
      m_outlet(std::make_shared<Outlet>(this))
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &InterleavedJob::finish);
}

InterleavedJob::~InterleavedJob()
{
    cancel();
    m_outlet->close();
}

void InterleavedJob::plan(const std::vector<ComparedPair>& pairs)
{
    m_planner.cancel();
    m_plan.reset();
    m_refusal.clear();
    if (pairs.empty()) {
        refuse(tr("Choose two runs that can be compared first"));
        return;
    }
    for (const ComparedPair& pair : pairs) {
        if (const Result<void> can = canMeasureAgain(pair.a, pair.b); !can) {
            refuse(can.error().sentence());
            return;
        }
    }
    if (!m_services.measuring) {
        refuse(m_services.measuring.error().sentence());
        return;
    }
    QStringList folders{m_openProject, m_services.settings.value(setting::kOpenProject)};
    folders += m_services.settings.value(setting::kRecentProjects);
    folders.removeAll(QString());
    folders.removeDuplicates();
    m_planning = true;
    m_planner.supersede([folders, pairs](const CancelToken& cancel, const ProgressReporter&) {
        return planIn(folders, pairs, cancel);
    });
}

void InterleavedJob::takePlan(Result<InterleavedPlan> plan)
{
    if (!plan) {
        refuse(plan.error().sentence());
        return;
    }
    m_planning = false;
    m_plan = std::move(*plan);
    Q_EMIT planned();
}

void InterleavedJob::refuse(const QString& sentence)
{
    m_planning = false;
    m_refusal = sentence;
    Q_EMIT planned();
}

void InterleavedJob::start(const InterleavedPlan& plan)
{
    if (isRunning() || !m_services.measuring) {
        return;
    }
    m_ending = false;
    m_control.emplace();
    const auto job = m_services.jobs.run(
        JobPool::Measuring, JobName{u"Compare: measure in turn", plan.project.name()},
        [plan, &store = m_services.runStore, outlet = m_outlet, control = *m_control,
         surroundings = MeasuringSurroundings{m_services.paths.worktreeDir(), *m_services.measuring}](
            const CancelToken& cancel, const ProgressReporter&) {
            // Either token ends it: the page's, or that of a program that is closing.
            const CancelToken either = CancelToken::alsoWhen(
                [cancel, own = control.cancelToken()] { return cancel.isCancelled() || own.isCancelled(); });
            InterleavedObserver observer;
            observer.progress = [outlet](const InterleavedProgress& progress) { outlet->post(progress); };
            return measureInterleaved(plan.project, plan.request, surroundings, control.withToken(either),
                                      observer, store);
        });
    m_watcher.setFuture(job.future);
}

void InterleavedJob::cancel()
{
    if (m_control) {
        m_ending = true;
        m_control->cancel();
    }
}

void InterleavedJob::finish()
{
    const Result<InterleavedReport> result = jobResult(m_watcher.future());
    m_control.reset();
    m_ending = false;
    if (result) {
        Q_EMIT measured(*result);
    } else if (result.error().code == ErrorCode::Cancelled) {
        Q_EMIT cancelled();
    } else {
        Q_EMIT failed(result.error());
    }
}

} // namespace perihelion
