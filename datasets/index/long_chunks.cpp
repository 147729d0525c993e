// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/long_chunks.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace perihelion {

struct LongChunks::Entry {
    std::uint64_t key = 0;
    std::uint64_t size = 0; ///< 0 for a failure, which takes no room.
    ReusableBuffer memory;
    std::optional<Error> failure;
    bool ready = false;
    int users = 0;
};

LongChunks::Use::Use(LongChunks& owner, std::shared_ptr<Entry> entry, bool isNew)
    : m_owner(&owner),
      m_entry(std::move(entry)),
      m_isNew(isNew)
{
}

LongChunks::Use::Use(Use&& other) noexcept
    : m_owner(other.m_owner),
      m_entry(std::move(other.m_entry)),
      m_isNew(other.m_isNew)
{
}

LongChunks::Use::~Use()
{
    if (m_entry) {
        m_owner->giveBack(*m_entry);
    }
}

const std::byte* LongChunks::Use::bytes() const
{
    return m_entry->memory.get();
}

void LongChunks::giveBack(Entry& entry)
{
    {
        const std::lock_guard lock(m_mutex);
        --entry.users;
    }
    m_changed.notify_all();
}

std::uint64_t LongChunks::bytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

std::shared_ptr<LongChunks::Entry> LongChunks::find(std::uint64_t key) const
{
    const auto at = std::find_if(m_entries.begin(), m_entries.end(),
                                 [key](const std::shared_ptr<Entry>& entry) { return entry->key == key; });
    return at == m_entries.end() ? nullptr : *at;
}

void LongChunks::drop(const std::shared_ptr<Entry>& entry)
{
    m_bytes -= entry->size;
    m_entries.remove(entry);
}

void LongChunks::makeRoom(std::unique_lock<std::mutex>& lock, std::uint64_t size, std::uint64_t key)
{
    while (m_bytes + size > m_maxBytes && find(key) == nullptr) {
        const auto oldest =
            std::find_if(m_entries.rbegin(), m_entries.rend(), [](const std::shared_ptr<Entry>& entry) {
                return entry->users == 0 && entry->size > 0;
            });
        if (oldest != m_entries.rend()) {
            drop(std::shared_ptr<Entry>(*oldest));
        } else if (m_bytes == 0) {
            return; // Larger than the bound by itself.
        } else {
            m_changed.wait(lock);
        }
    }
}

Result<LongChunks::Use> LongChunks::use(std::uint64_t key, std::size_t size, const Decode& decode)
{
    std::unique_lock lock(m_mutex);
    makeRoom(lock, find(key) ? 0 : size, key);
    if (const std::shared_ptr<Entry> entry = find(key)) {
        ++entry->users;
        m_changed.wait(lock, [&entry] { return entry->ready; });
        if (entry->failure) {
            --entry->users;
            return *entry->failure;
        }
        m_entries.remove(entry);
        m_entries.push_front(entry);
        return Use(*this, entry, false);
    }
    auto entry = std::make_shared<Entry>();
    entry->key = key;
    entry->size = size;
    entry->users = 1;
    m_entries.push_front(entry);
    m_bytes += size;
    lock.unlock();

    std::optional<Error> failure;
    try {
        const auto decoded = decode(std::span(entry->memory.reserve(size), size));
        failure = decoded ? std::nullopt : std::optional(decoded.error());
    } catch (...) {
        lock.lock();
        entry->failure =
            Error{ErrorCode::TooLarge, QStringLiteral("There is no memory for a long chunk"), {}};
        entry->ready = true;
        drop(entry);
        lock.unlock();
        m_changed.notify_all();
        throw;
    }
    lock.lock();
    entry->ready = true;
    if (failure) {
        entry->failure = failure;
        entry->memory = ReusableBuffer();
        m_bytes -= std::exchange(entry->size, 0);
        --entry->users;
        lock.unlock();
        m_changed.notify_all();
        return *failure;
    }
    lock.unlock();
    m_changed.notify_all();
    return Use(*this, std::move(entry), true);
}

} // namespace perihelion
