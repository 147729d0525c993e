// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_runner.h"

#include <QThread>

#include <algorithm>

namespace perihelion {

JobRunner::JobRunner()
{
    const int cores = std::max(2, QThread::idealThreadCount());
    m_pools.at(static_cast<std::size_t>(JobPool::Interactive)).setMaxThreadCount(cores);
    m_pools.at(static_cast<std::size_t>(JobPool::Background)).setMaxThreadCount(std::max(1, cores / 2));
    m_pools.at(static_cast<std::size_t>(JobPool::Background)).setThreadPriority(QThread::LowPriority);
    m_pools.at(static_cast<std::size_t>(JobPool::Store)).setMaxThreadCount(1);
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
        for (auto& [id, cancel] : m_running) {
            cancel.cancel();
        }
    }
    for (QThreadPool& pool : m_pools) {
        pool.waitForDone();
    }
}

void JobRunner::submit(JobPool pool, const CancelToken& cancel, std::function<void(bool refused)> task)
{
    quint64 id = 0;
    bool closed = false;
    {
        const std::lock_guard lock(m_mutex);
        closed = m_closed;
        if (!closed) {
            id = m_nextId++;
            m_running.emplace_back(id, cancel);
        }
    }
    if (closed) {
        task(true);
        return;
    }
    m_pools.at(static_cast<std::size_t>(pool)).start([this, id, task = std::move(task)] {
        task(false);
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_running, [id](const auto& entry) { return entry.first == id; });
    });
}

} // namespace perihelion
