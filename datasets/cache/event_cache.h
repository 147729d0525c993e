// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EventCache: decoded events of any number of recordings, packed, under the one MemoryBudget. Least recently
// used goes first; what was used again after a while outlives what was seen once, so that playing one long
// recording does not flush the others. Thread-safe; nothing is read, decoded or freed under its lock. Owned
// by AppContext (outlives all queries, outlived by the budget), reached by queries through
// QueryContext::cache.
//
// For pages: setEnabled() is the switch and never waits; isActive() and offReason() say what came of it;
// facts(), factsOf(path) and allFacts() feed gauge, cards and tables and are cheap enough to be polled.
// Everything named by path takes the stream of a file with several too; an empty one means all of them.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/memory/memory_budget.h"
#include "datasets/cache/cache_item.h"
#include "datasets/cache/disposal.h"
#include "datasets/cache/kept_files.h"
#include "datasets/cache/packed_block.h"

#include <QString>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace perihelion {

class ChunkIndex;
class CachedRecording;

/// What the user decides about the cache.
struct CacheOptions {
    bool enabled = false;
    std::uint64_t perRecordingBytes = 0;     ///< Most that one recording may take; 0: no such limit.
    std::uint64_t largestRecordingBytes = 0; ///< Files larger than this are not cached; 0: all are.

    bool operator==(const CacheOptions&) const = default;
};

/// Numbers of one recording, or of all together.
struct CacheFacts {
    QString path;   ///< Empty for all together.
    QString stream; ///< "" or "left"/"right".
    std::uint64_t bytes = 0;
    std::uint64_t blocks = 0;
    std::uint64_t cachedEvents = 0;
    std::uint64_t events = 0; ///< Of the recording.
    std::uint64_t hits = 0;   ///< Blocks found.
    std::uint64_t misses = 0; ///< Blocks that had to be decoded.
    std::uint64_t evictions = 0;
    bool pinned = false;

    /// How much of the recording is cached, 0…1.
    double share() const
    {
        return events > 0 ? static_cast<double>(cachedEvents) / static_cast<double>(events) : 0.0;
    }
};

/// Why a block is being filled: decides what may give way to it.
enum class CacheFill {
    Query,     ///< Somebody asked for it.
    PlayAhead, ///< The play head will need it: up to a quarter of the budget waits unused.
    Idle,      ///< Somebody may need it: takes what is free, evicts nothing, up to half of the budget.
};

/// Names an item within a recording.
using CacheKey = std::array<std::int64_t, 6>;

class EventCache {
public:
    explicit EventCache(MemoryBudget& budget, const CacheOptions& options = {});
    ~EventCache();
    EventCache(const EventCache&) = delete;
    EventCache& operator=(const EventCache&) = delete;

    MemoryBudget& budget() const { return m_budget; }

    // ---- what the user decides -------------------------------------------------------------------------

    /// Off frees everything at once but what a running query holds; running queries are not interrupted.
    void setEnabled(bool enabled);
    bool isEnabled() const { return m_enabled.load(std::memory_order_relaxed); }
    /// Enabled, and there is memory for it.
    bool isActive() const { return isEnabled() && m_budget.allowsKeeping(); }
    /// Why an enabled cache keeps nothing (one sentence); empty when it does or is switched off.
    QString offReason() const;
    /// Limits count from now on; what exceeds them is let go at once. enabled as setEnabled().
    void setOptions(const CacheOptions& options);
    CacheOptions options() const;
    /// A pinned recording is not evicted for others, only when the machine runs short of memory.
    void setPinned(const QString& path, bool pinned, const QString& stream = {});
    bool isPinned(const QString& path, const QString& stream = {}) const;
    void clear();
    void clear(const QString& path, const QString& stream = {});

    // ---- what it holds ---------------------------------------------------------------------------------

    CacheFacts facts() const;
    CacheFacts factsOf(const QString& path, const QString& stream = {}) const;
    /// One for each recording that was looked at since the program began.
    std::vector<CacheFacts> allFacts() const;
    /// Whether a recording of this file size may be cached under the present options.
    bool admits(std::uint64_t fileBytes) const;

    // ---- for the load path -----------------------------------------------------------------------------

    /// Recordings kept open; see KeptFiles.
    KeptFiles& files() { return m_files; }

    /// The recording's place in the cache; null when nothing may be kept of it: cache off, file too large or
    /// no longer the one that was opened (then what was kept of it is gone, too).
    std::shared_ptr<CachedRecording> recordingOf(const ChunkIndex& index);

    /// The right to fill one missing block. Dying unpublished, it lets whoever waits try.
    class Ticket {
    public:
        Ticket() = default;
        Ticket(Ticket&& other) noexcept { *this = std::move(other); }
        Ticket& operator=(Ticket&& other) noexcept;
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;
        ~Ticket() { abandon(); }
        explicit operator bool() const { return m_cache != nullptr; }
        void abandon() noexcept;

    private:
        friend class EventCache;
        EventCache* m_cache = nullptr;
        std::shared_ptr<CachedRecording> m_recording;
        std::uint64_t m_block = 0;
    };
    /// Exactly one of block and ticket, or neither: then somebody else is filling the block, see wait().
    struct Lookup {
        std::shared_ptr<const PackedBlock> block;
        Ticket ticket;
    };
    /// Looks for a block. Who is in a hurry does not wait for somebody who is not, and decodes it himself.
    Lookup find(const std::shared_ptr<CachedRecording>& recording, std::uint64_t block,
                DecodePriority priority, CacheFill fill = CacheFill::Query);
    /// Waits until nobody fills the block any more, or cancel; find() then tells what came of it. A caller
    /// that holds tickets must publish or abandon them first.
    void wait(const std::shared_ptr<CachedRecording>& recording, std::uint64_t block,
              const CancelToken& cancel);
    /// True when the block is there; counts as no use of it.
    bool holds(const std::shared_ptr<CachedRecording>& recording, std::uint64_t block) const;

    /// How far blocks are there without a gap, from this one on: the last time of the last of them, or
    /// backwards the first time of the first; nothing when this one is missing. Counts as no use.
    std::optional<std::int64_t> heldUntil(const std::shared_ptr<CachedRecording>& recording,
                                          std::uint64_t block, bool backwards) const;

    /// Packs decoded columns and keeps them under the ticket; null when there is no room for them or the file
    /// has changed meanwhile.
    std::shared_ptr<const PackedBlock> publish(Ticket ticket, const ChunkIndex& index,
                                               const ColumnBuffers& columns,
                                               CacheFill fill = CacheFill::Query);

    /// Other small answers about a recording. reserve() first, keep() then; find counts neither hit nor miss.
    std::shared_ptr<const CacheItem> findItem(const std::shared_ptr<CachedRecording>& recording,
                                              const CacheKey& key);
    std::optional<Reservation> reserve(const std::shared_ptr<CachedRecording>& recording, std::uint64_t bytes,
                                       CacheFill fill = CacheFill::Query);
    void keepItem(const std::shared_ptr<CachedRecording>& recording, const CacheKey& key,
                  std::shared_ptr<const CacheItem> item);

private:
    friend class CachedRecording;
    struct Entry;
    using EntryList = std::list<Entry*>;
    using Doomed = Disposal::Items;

    void touch(Entry& entry);
    void insert(CachedRecording& recording, const CacheKey& key, std::shared_ptr<const CacheItem> item,
                std::uint64_t events, bool prefetched);
    void erase(Entry& entry, Doomed& doomed);
    void eraseAll(CachedRecording& recording, Doomed& doomed);
    /// Evicts at least bytes if it can; pinned too: the machine runs short. What it took goes to doomed.
    std::uint64_t evict(std::uint64_t bytes, bool pinnedToo, Doomed& doomed);
    std::uint64_t evictFrom(CachedRecording& recording, std::uint64_t bytes, Doomed& doomed);
    void keepWithinLimit(CachedRecording& recording, Doomed& doomed);
    void limitProtected();
    void giveBack(std::uint64_t bytes, MemoryNeed need);
    bool mayPrefetch(std::uint64_t bytes, CacheFill fill) const;
    bool isPinnedNow(const QString& path, const QString& stream) const;
    template <typename Use>
    void forEachNamed(const QString& path, const QString& stream, Use use) const;

    MemoryBudget& m_budget;
    KeptFiles m_files;
    std::atomic<bool> m_enabled{false};
    std::uint64_t m_holder = 0;
    Disposal m_disposal;

    mutable std::mutex m_mutex; ///< Guards everything below and what CachedRecordings hold.
    std::condition_variable m_filled;
    CacheOptions m_options;
    std::unordered_map<std::string, std::shared_ptr<CachedRecording>> m_recordings;
    std::set<std::pair<QString, QString>> m_pins; ///< Path and stream; empty stream: all of them.
    EntryList m_probation;                        ///< Seen once; least recently used last.
    EntryList m_protected;                        ///< Used again after a while.
    std::uint64_t m_bytes = 0;
    std::uint64_t m_protectedBytes = 0;
    std::uint64_t m_unusedPrefetchedBytes = 0;
    std::uint64_t m_uses = 0; ///< Counts first uses and uses after a while.
};

} // namespace perihelion
