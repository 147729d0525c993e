// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LongChunks: decoded chunks that are far longer than what is asked of them at a time, so that each is
// decoded once for all who read parts of it, within a bound of memory. Owned by a ColumnReader; any thread
// may ask, no lock is held while decoding, and who asks for what another decodes waits for it.

#include "core/base/result.h"
#include "datasets/index/column_buffers.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>

namespace perihelion {

/// Chunks of more rows are read in parts of about kInPlaceRows.
inline constexpr std::uint64_t kLongChunkRows = 1U << 19;

class LongChunks {
    struct Entry;

public:
    /// maxBytes: kept and in use together; a single chunk may be larger when no other is in use.
    explicit LongChunks(std::uint64_t maxBytes = 512ULL << 20) : m_maxBytes(maxBytes) {}
    LongChunks(const LongChunks&) = delete;
    LongChunks& operator=(const LongChunks&) = delete;

    /// A decoded chunk in use. A thread holds one at a time, or it may wait for itself.
    class Use {
    public:
        Use(Use&& other) noexcept;
        Use& operator=(Use&&) = delete;
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        ~Use();
        const std::byte* bytes() const;
        /// True when this call decoded it.
        bool isNew() const { return m_isNew; }

    private:
        friend class LongChunks;
        Use(LongChunks& owner, std::shared_ptr<Entry> entry, bool isNew);

        LongChunks* m_owner;
        std::shared_ptr<Entry> m_entry;
        bool m_isNew;
    };

    using Decode = std::function<Result<void>(std::span<std::byte> target)>;
    /// The chunk of this key, size bytes long; decode() is called when it is not there. A failure is kept,
    /// too: what cannot be decoded is not tried for every part. Throws std::bad_alloc.
    Result<Use> use(std::uint64_t key, std::size_t size, const Decode& decode);

    std::uint64_t bytes() const;

private:
    /// Waits until there is room, letting go of what was used longest ago; m_mutex held.
    void makeRoom(std::unique_lock<std::mutex>& lock, std::uint64_t size, std::uint64_t key);
    std::shared_ptr<Entry> find(std::uint64_t key) const;
    void drop(const std::shared_ptr<Entry>& entry);
    void giveBack(Entry& entry);

    const std::uint64_t m_maxBytes;
    mutable std::mutex m_mutex; ///< Guards what follows, and each entry's state.
    std::condition_variable m_changed;
    std::list<std::shared_ptr<Entry>> m_entries; ///< Most recently used first.
    std::uint64_t m_bytes = 0;
};

} // namespace perihelion
