// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Disposal: frees what a cache let go. Giving gigabytes back to the system takes tenths of a second, which
// nobody who flips a switch shall wait for: large amounts are freed by a thread of their own. Thread-safe.

#include "datasets/cache/cache_item.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace perihelion {

class Disposal {
public:
    using Items = std::vector<std::shared_ptr<const CacheItem>>;

    Disposal() = default;
    /// Frees what is left.
    ~Disposal();
    Disposal(const Disposal&) = delete;
    Disposal& operator=(const Disposal&) = delete;

    /// Frees small amounts at once, large ones soon.
    void dispose(Items items);

private:
    void work();

    std::mutex m_mutex; ///< Guards what follows.
    std::condition_variable m_wake;
    Items m_waiting;
    bool m_stop = false;
    std::thread m_thread; ///< Begun when it is first needed.
};

} // namespace perihelion
