// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/disposal.h"

#include <cstdint>
#include <iterator>
#include <utility>

namespace perihelion {

namespace {

/// Freed in about two milliseconds.
constexpr std::uint64_t kFreedAtOnce = 32 * kMebibyte;

} // namespace

Disposal::~Disposal()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void Disposal::dispose(Items items)
{
    std::uint64_t bytes = 0;
    for (const auto& item : items) {
        bytes += item->reservedBytes();
    }
    if (bytes <= kFreedAtOnce) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        if (!m_thread.joinable()) {
            m_thread = std::thread([this] { work(); });
        }
        m_waiting.insert(m_waiting.end(), std::make_move_iterator(items.begin()),
                         std::make_move_iterator(items.end()));
    }
    m_wake.notify_all();
}

void Disposal::work()
{
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        m_wake.wait(lock, [this] { return m_stop || !m_waiting.empty(); });
        Items items = std::exchange(m_waiting, {});
        lock.unlock();
        items.clear();
        lock.lock();
    }
}

} // namespace perihelion
