// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DecodePool: the threads that inflate chunks, shared by player, scans and thumbnails. Work comes as batches
// of numbered tasks; the caller of run() works along, and idle threads always take the next task of the most
// urgent batch. What somebody waits for (Interactive, Playback) has threads of its own beside those of the
// background, which run on what the processor has left, so that a scrub overtakes a scan at once. Free of
// Qt, run under tsan.

#include "core/jobs/cancel_token.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace perihelion {

enum class DecodePriority { Interactive, Playback, Background, Prefetch };

class DecodePool {
public:
    using Task = std::function<void(std::size_t index, std::size_t worker)>;

    /// threads: how many work on one batch at most, the caller included; 0 means one per core, at most 8.
    explicit DecodePool(std::size_t threads = 0);
    ~DecodePool();
    DecodePool(const DecodePool&) = delete;
    DecodePool& operator=(const DecodePool&) = delete;

    std::size_t concurrency() const { return m_concurrency; }

    /// Calls task(i, worker) for i in [0, count), each once, and returns when all are done. worker <
    /// concurrency() and no two tasks of one batch run with the same worker number at a time. After cancel no
    /// further task starts. What a task throws ends the batch likewise and is thrown again here, where the
    /// caller can make an Error of it.
    void run(DecodePriority priority, std::size_t count, const CancelToken& cancel, const Task& task);

private:
    struct Batch;

    /// The threads for one half of the priorities.
    struct Crew {
        std::mutex mutex;
        std::condition_variable wake;
        std::list<std::shared_ptr<Batch>> batches; ///< Most urgent first, oldest first among equals.
        bool stop = false;
        std::vector<std::thread> threads;
    };

    Crew& crewFor(DecodePriority priority);
    static void work(Crew& crew, std::size_t worker);
    static bool runNext(Batch& batch, std::size_t worker);

    std::size_t m_concurrency;
    Crew m_urgent;
    Crew m_patient;
};

} // namespace perihelion
