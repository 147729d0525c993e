// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/decode_pool.h"

#include "core/jobs/thread_urgency.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

namespace perihelion {

struct DecodePool::Batch {
    Batch(DecodePriority p, std::size_t n, CancelToken c, const Task& t)
        : priority(p),
          count(n),
          cancel(std::move(c)),
          task(t)
    {
    }

    /// True while there are tasks that nobody has taken.
    bool hasWork() const { return next.load(std::memory_order_relaxed) < count && !cancel.isCancelled(); }

    const DecodePriority priority;
    const std::size_t count;
    const CancelToken cancel;
    const Task& task; ///< Outlives the batch's work: run() returns only when nobody is inside it.
    std::atomic<std::size_t> next{0};

    std::mutex mutex;
    std::condition_variable idle;
    std::size_t inside = 0;    ///< Pool threads that may call task; guarded by mutex.
    std::exception_ptr thrown; ///< What the first task to fail threw; guarded by mutex.
};

DecodePool::DecodePool(std::size_t threads)
    : m_concurrency(threads > 0 ? threads
                                : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8))
{
    for (std::size_t worker = 1; worker < m_concurrency; ++worker) {
        m_urgent.threads.emplace_back([this, worker] { work(m_urgent, worker); });
        m_patient.threads.emplace_back([this, worker] {
            lowerThreadUrgency();
            work(m_patient, worker);
        });
    }
}

DecodePool::~DecodePool()
{
    for (Crew* crew : {&m_urgent, &m_patient}) {
        {
            const std::lock_guard lock(crew->mutex);
            crew->stop = true;
        }
        crew->wake.notify_all();
        for (std::thread& thread : crew->threads) {
            thread.join();
        }
    }
}

DecodePool::Crew& DecodePool::crewFor(DecodePriority priority)
{
    return priority <= DecodePriority::Playback ? m_urgent : m_patient;
}

bool DecodePool::runNext(Batch& batch, std::size_t worker)
{
    if (batch.cancel.isCancelled()) {
        return false;
    }
    const std::size_t index = batch.next.fetch_add(1, std::memory_order_relaxed);
    if (index >= batch.count) {
        return false;
    }
    try {
        batch.task(index, worker);
    } catch (...) {
        batch.next.store(batch.count, std::memory_order_relaxed); // Nobody takes another task.
        const std::lock_guard lock(batch.mutex);
        if (!batch.thrown) {
            batch.thrown = std::current_exception();
        }
        return false;
    }
    return true;
}

void DecodePool::run(DecodePriority priority, std::size_t count, const CancelToken& cancel, const Task& task)
{
    if (count == 0) {
        return;
    }
    const auto batch = std::make_shared<Batch>(priority, count, cancel, task);
    Crew& crew = crewFor(priority);
    const bool shared = count > 1 && !crew.threads.empty();
    if (shared) {
        {
            const std::lock_guard lock(crew.mutex);
            const auto place = std::find_if(crew.batches.begin(), crew.batches.end(),
                                            [&](const auto& other) { return other->priority > priority; });
            crew.batches.insert(place, batch);
        }
        if (count > 2) {
            crew.wake.notify_all();
        } else {
            crew.wake.notify_one();
        }
    }
    while (runNext(*batch, 0)) {
    }
    if (shared) {
        {
            const std::lock_guard lock(crew.mutex);
            crew.batches.remove(batch);
        }
        std::unique_lock lock(batch->mutex);
        batch->idle.wait(lock, [&] { return batch->inside == 0; });
    }
    // Nobody else touches the batch any more: a pool's thread may still hold it, but only to let it go.
    if (const std::exception_ptr thrown = std::exchange(batch->thrown, nullptr)) {
        std::rethrow_exception(thrown);
    }
}

void DecodePool::work(Crew& crew, std::size_t worker)
{
    std::unique_lock lock(crew.mutex);
    while (true) {
        const auto wanted = [&] {
            return std::find_if(crew.batches.begin(), crew.batches.end(),
                                [](const auto& batch) { return batch->hasWork(); });
        };
        auto found = wanted();
        while (found == crew.batches.end() && !crew.stop) {
            crew.wake.wait(lock);
            found = wanted();
        }
        if (crew.stop) {
            return;
        }
        const std::shared_ptr<Batch> batch = *found;
        {
            // Entered while the crew is locked, so run() cannot have removed the batch and returned already.
            const std::lock_guard entry(batch->mutex);
            ++batch->inside;
        }
        lock.unlock();
        runNext(*batch, worker);
        {
            const std::lock_guard entry(batch->mutex);
            --batch->inside;
            batch->idle.notify_one();
        }
        lock.lock();
    }
}

} // namespace perihelion
