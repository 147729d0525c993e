// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MemoryWatch: has a MemoryBudget sampled regularly, from a thread of its own that sleeps in between, so that
// memory is given back within a second when others need it. Owned by AppContext, outlived by the budget.

#include "core/memory/memory_budget.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace perihelion {

class MemoryWatch {
public:
    explicit MemoryWatch(MemoryBudget& budget,
                         std::chrono::milliseconds interval = std::chrono::milliseconds(500));
    ~MemoryWatch();
    MemoryWatch(const MemoryWatch&) = delete;
    MemoryWatch& operator=(const MemoryWatch&) = delete;

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stop = false; ///< Guarded by m_mutex.
    std::thread m_thread;
};

} // namespace perihelion
