// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/memory/memory_watch.h"

#include <malloc.h>

namespace perihelion {

namespace {

/// The allocator may keep so much of what was freed.
constexpr std::size_t kMostFreeHeap = 16 * kMebibyte;

/// Buffers of decoders come and go, and the allocator keeps their memory in case they come again: resident
/// memory that no budget knows of.
void returnFreeHeap()
{
    if (::mallinfo2().fordblks > kMostFreeHeap) {
        ::malloc_trim(0);
    }
}

} // namespace

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
                  returnFreeHeap();
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
