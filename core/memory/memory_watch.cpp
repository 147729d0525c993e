// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/memory/memory_watch.h"

namespace perihelion {

MemoryWatch::MemoryWatch(MemoryBudget& budget, std::chrono::milliseconds interval)
    : m_thread([this, &budget, interval] {
          std::unique_lock lock(m_mutex);
          while (!m_stop) {
              // By the wall clock, whose waits the thread sanitizer of GCC 12 understands.
              const auto wake = std::chrono::system_clock::now() + interval;
              while (!m_stop && m_wake.wait_until(lock, wake) != std::cv_status::timeout) {
              }
              if (!m_stop) {
                  lock.unlock();
                  budget.sample();
                  lock.lock();
              }
          }
      })
{
}

MemoryWatch::~MemoryWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

} // namespace perihelion
