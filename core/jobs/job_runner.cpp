// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_runner.h"

#include "core/jobs/thread_urgency.h"
#include "core/measure/operation_times.h"

#include <QThread>

#include <algorithm>
#include <atomic>
#include <functional>

namespace perihelion {

namespace {

/// Background jobs step back: Qt's thread priorities change nothing under the usual scheduling of Linux.
void stepBackOnce()
{
    thread_local bool done = false;
    if (!done) {
        lowerThreadUrgency();
        done = true;
    }
}

/// What jobs without a name are recorded as, by their pool.
constexpr std::array<QStringView, 4> kOtherJobs = {u"Job: other interactive", u"Job: other background",
                                                   u"Job: other of the run store", u"Job: other measuring"};

/// Every job is handed over through this as well: Qt's pools do it by futex, which the thread sanitizer does
/// not see.
std::atomic<unsigned> handedOver{0};

} // namespace

JobRunner::JobRunner(OperationTimes* times) : m_times(times)
{
    const int cores = std::max(2, QThread::idealThreadCount());
    m_pools.at(static_cast<std::size_t>(JobPool::Interactive)).setMaxThreadCount(cores);
    m_pools.at(static_cast<std::size_t>(JobPool::Background)).setMaxThreadCount(std::max(1, cores / 2));
    m_pools.at(static_cast<std::size_t>(JobPool::Store)).setMaxThreadCount(1);
    m_pools.at(static_cast<std::size_t>(JobPool::Measuring)).setMaxThreadCount(1);
    for (QThreadPool& pool : m_pools) {
        // Per-thread database connections and scratch buffers live as long as their thread.
        pool.setExpiryTimeout(-1);
    }
}

JobRunner::~JobRunner()
{
    shutDown();
}

void JobRunner::shutDown()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        for (auto& [id, cancel] : m_jobs) {
            cancel.cancel();
        }
    }
    // Waiting jobs still pass through their pool, where they find themselves cancelled and end their future.
    for (QThreadPool& pool : m_pools) {
        pool.waitForDone();
    }
}

void JobRunner::runTimed(JobPool pool, const JobName& name, AnyJobTask& task) const
{
    const QStringView operation =
        name.operation.isEmpty() ? kOtherJobs.at(static_cast<std::size_t>(pool)) : name.operation;
    const TimedOperation timed(m_times, operation, name.subject);
    task.run(false);
}

void JobRunner::submit(JobPool pool, JobName name, const CancelToken& cancel,
                       std::shared_ptr<AnyJobTask> task)
{
    {
        // Started under the lock: shutDown either sees the job in its pool or keeps it from starting.
        const std::lock_guard lock(m_mutex);
        if (!m_closed) {
            const quint64 id = m_nextId++;
            m_jobs.emplace(id, cancel);
            std::function<void()> work = [this, id, pool, cancel, name = std::move(name),
                                          job = std::move(task)]() mutable {
                static_cast<void>(handedOver.load(std::memory_order_acquire));
                if (pool == JobPool::Background) {
                    stepBackOnce();
                }
                if (cancel.isCancelled()) {
                    job->run(true); // It never did anything that could be timed.
                } else {
                    runTimed(pool, name, *job);
                }
                job.reset();
                forget(id);
            };
            handedOver.fetch_add(1, std::memory_order_release);
            m_pools.at(static_cast<std::size_t>(pool)).start(std::move(work));
            return;
        }
    }
    task->run(true);
}

void JobRunner::forget(quint64 id)
{
    const std::lock_guard lock(m_mutex);
    m_jobs.erase(id);
}

} // namespace perihelion
