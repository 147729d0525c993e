// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LatestJob: runs one job at a time of a kind; of the requests that come meanwhile only the newest is kept.
// Owns its QFutureWatcher, so a result that arrives after its owner is gone reaches nobody. GUI thread only.

#include "core/jobs/job_runner.h"

#include <QFutureWatcher>

#include <functional>
#include <optional>
#include <utility>

namespace perihelion {

template <typename T>
class LatestJob {
public:
    using Work = std::function<Result<T>(const CancelToken&, const ProgressReporter&)>;
    using Deliver = std::function<void(Result<T>)>;

    /// deliver gets every result that was not cancelled, on the GUI thread. operation: see JobName.
    LatestJob(JobRunner& jobs, JobPool pool, Deliver deliver, QStringView operation = {})
        : m_jobs(jobs),
          m_pool(pool),
          m_deliver(std::move(deliver)),
          m_operation(operation)
    {
        QObject::connect(&m_watcher, &QFutureWatcherBase::finished, &m_watcher, [this] { finish(); });
    }
    ~LatestJob() { m_cancel.cancel(); }
    LatestJob(const LatestJob&) = delete;
    LatestJob& operator=(const LatestJob&) = delete;

    /// Runs work now, or after the running job; takes the place of a request that still waits. subject: what
    /// it is done to, for the list of slow operations.
    void request(Work work, const QString& subject = {})
    {
        if (m_busy) {
            m_waiting = std::pair(std::move(work), subject);
        } else {
            start(std::move(work), subject);
        }
    }

    /// As request(), and the running job is told to stop; its result is not delivered.
    void supersede(Work work, const QString& subject = {})
    {
        stopRunning();
        request(std::move(work), subject);
    }

    /// Nothing more is delivered of what was asked so far.
    void cancel()
    {
        m_waiting.reset();
        stopRunning();
    }

    bool isBusy() const { return m_busy; }
    QFutureWatcher<Result<T>>& watcher() { return m_watcher; }

private:
    void stopRunning()
    {
        m_dropped = m_busy;
        m_cancel.cancel();
    }

    void start(Work work, const QString& subject)
    {
        Job<T> job = m_jobs.run(
            m_pool, JobName{m_operation, subject},
            [work = std::move(work)](const CancelToken& cancel, const ProgressReporter& report) -> Result<T> {
                return work(cancel, report);
            });
        m_busy = true;
        m_dropped = false;
        m_cancel = job.cancel;
        m_watcher.setFuture(job.future);
    }

    void finish()
    {
        m_busy = false;
        const bool dropped = std::exchange(m_dropped, false);
        QFuture<Result<T>> future = m_watcher.future();
        std::optional<Result<T>> result;
        if (!dropped && future.resultCount() > 0) {
            result = future.result();
        }
        if (m_waiting) {
            auto [next, subject] = std::move(*m_waiting);
            m_waiting.reset();
            start(std::move(next), subject);
        }
        if (result) {
            m_deliver(std::move(*result));
        }
    }

    JobRunner& m_jobs;
    const JobPool m_pool;
    Deliver m_deliver;
    const QStringView m_operation; ///< A literal.
    QFutureWatcher<Result<T>> m_watcher;
    CancelToken m_cancel;
    std::optional<std::pair<Work, QString>> m_waiting; ///< With its subject.
    bool m_busy = false;
    bool m_dropped = false;
};

} // namespace perihelion
