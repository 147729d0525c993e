// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/profile_job.h"

#include "core/measure/operation_times.h"

namespace perihelion {

namespace {

QString subjectOf(const QString& workload, const QString& scenario)
{
    return QString(workload % u'/' % scenario);
}

/// With the peak memory of its process.
void timeIteration(OperationTimes& times, const RunRecord& run)
{
    const RunIteration& last = run.iterations.back();
    if (last.failed) {
        return;
    }
    std::optional<ByteCount> memory;
    if (const std::optional<double> peak = metricValue(last.metrics, metric::kPeakRssBytes)) {
        memory = ByteCount{static_cast<std::uint64_t>(*peak)};
    }
    times.record(times.operation(u"Profile: iteration"), last.elapsed, subjectOf(run.workload, run.scenario),
                 memory);
}

} // namespace

ProfileJob::ProfileJob(JobRunner& jobs, const WorkloadRegistry& registry, RunStore& store, QObject* parent)
    : QObject(parent),
      m_jobs(jobs),
      m_registry(registry),
      m_store(store),
      m_outlet(std::make_shared<PageOutlet<ProfileJob>>(this))
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &ProfileJob::finish);
}

ProfileJob::~ProfileJob()
{
    cancel();
    m_outlet->close();
}

void ProfileJob::start(const ProfileRequest& request, const ProfileEnvironment& environment)
{
    if (isRunning()) {
        return;
    }
    m_ending = false;
    m_control.emplace();
    const auto job = m_jobs.run(
        JobPool::Measuring,
        JobName{u"Profile: run", subjectOf(request.scenario.workload(), request.scenario.name())},
        [&registry = m_registry, &store = m_store, request, environment, observer = makeObserver(),
         control = *m_control](const CancelToken& cancel, const ProgressReporter&) {
            // Either token ends the run: the page's, or that of a program that is closing.
            const CancelToken either = CancelToken::alsoWhen(
                [cancel, own = control.cancelToken()] { return cancel.isCancelled() || own.isCancelled(); });
            return ProfileRunner(registry, environment)
                .run(request, control.withToken(either), observer, &store);
        });
    m_watcher.setFuture(job.future);
}

ProfileObserver ProfileJob::makeObserver() const
{
    ProfileObserver observer;
    observer.started = [outlet = m_outlet](const RunRecord& run) {
        outlet->post([run](ProfileJob& job) { Q_EMIT job.planned(run); });
    };
    observer.iterationFinished = [outlet = m_outlet, times = m_jobs.operationTimes()](const RunRecord& run) {
        if (times != nullptr) {
            timeIteration(*times, run);
        }
        outlet->post([last = run.iterations.back()](ProfileJob& job) { Q_EMIT job.iterationFinished(last); });
    };
    observer.progress = [outlet = m_outlet](const ProfileProgress& progress) {
        outlet->post([progress](ProfileJob& job) { Q_EMIT job.progressed(progress); });
    };
    return observer;
}

void ProfileJob::setPaused(bool paused)
{
    if (m_control) {
        paused ? m_control->pause() : m_control->resume();
    }
}

void ProfileJob::cancel()
{
    if (m_control) {
        m_ending = true;
        m_control->cancel();
    }
}

void ProfileJob::finish()
{
    const Result<RunRecord> result = jobResult(m_watcher.future());
    m_control.reset();
    m_ending = false;
    if (result) {
        Q_EMIT stored(*result);
    } else if (result.error().code == ErrorCode::Cancelled) {
        Q_EMIT cancelled();
    } else {
        Q_EMIT failed(result.error());
    }
}

} // namespace perihelion
