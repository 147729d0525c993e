// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/event_cache.h"

#include "datasets/cache/cached_recording.h"
#include "datasets/index/chunk_index.h"

#include <chrono>
#include <utility>

namespace perihelion {

namespace {

/// Small chunks are kept together up to about so many rows, and very long ones in parts.
constexpr std::uint64_t kLeastBlockRows = 65'536;
constexpr std::uint64_t kPartRows = 131'072;
/// So many other blocks must have been used in between for a use to count as coming back: a window that moves
/// over a block uses it many times, yet only once.
constexpr std::uint64_t kComingBack = 6;
constexpr int kBlockItem = 0;

CacheKey keyOfBlock(std::uint64_t block)
{
    return {kBlockItem, static_cast<std::int64_t>(block), 0, 0, 0, 0};
}

std::string nameOf(const QString& path, const QString& stream)
{
    return QString(path % u'\n' % stream).toStdString();
}

} // namespace

std::uint64_t cacheBlockRows(const ColumnReader& reader)
{
    const auto& datasets = reader.layout().datasets;
    const bool elsewhere = std::any_of(datasets.begin(), datasets.end(), [](const DatasetDescription& d) {
        return d.kind == StorageKind::LibraryOnly;
    });
    const std::uint64_t chunk = reader.timeBlockRows();
    if (elsewhere || chunk == 0) {
        return 0;
    }
    if (chunk > kLongChunkRows) {
        return kPartRows; // The reader keeps the chunk while its parts are asked for.
    }
    return chunk >= kLeastBlockRows ? chunk : chunk * (kLeastBlockRows / chunk);
}

EventCache::EventCache(MemoryBudget& budget, const CacheOptions& options)
    : m_budget(budget),
      m_files(budget),
      m_enabled(options.enabled),
      m_options(options)
{
    m_holder = m_budget.addHolder([this](std::uint64_t bytes, MemoryNeed need) { giveBack(bytes, need); });
}

EventCache::~EventCache()
{
    m_budget.removeHolder(m_holder);
}

// ---- what is kept, under the lock
// --------------------------------------------------------------------------

void EventCache::touch(Entry& entry)
{
    EntryList& list = entry.isProtected ? m_protected : m_probation;
    list.splice(list.begin(), list, entry.byUse);
    EntryList& own = entry.recording->m_byUse;
    own.splice(own.begin(), own, entry.ofRecording);
    if (std::exchange(entry.prefetched, false)) {
        m_unusedPrefetchedBytes -= entry.item->reservedBytes();
        entry.useMark = ++m_uses;
    } else if (m_uses - entry.useMark >= kComingBack) {
        entry.useMark = ++m_uses;
        if (!entry.isProtected) {
            entry.isProtected = true;
            m_protectedBytes += entry.item->reservedBytes();
            m_protected.splice(m_protected.begin(), m_probation, entry.byUse);
            limitProtected();
        }
    }
}

void EventCache::limitProtected()
{
    // A quarter stays for what is new.
    const std::uint64_t most = m_budget.budgetBytes() / 4 * 3;
    while (m_protectedBytes > most && m_protected.size() > 1) {
        Entry& last = *m_protected.back();
        last.isProtected = false;
        m_protectedBytes -= last.item->reservedBytes();
        m_probation.splice(m_probation.begin(), m_protected, last.byUse);
    }
}

void EventCache::insert(CachedRecording& recording, const CacheKey& key,
                        std::shared_ptr<const CacheItem> item, std::uint64_t events, bool prefetched)
{
    auto entry = std::make_unique<Entry>();
    const std::uint64_t bytes = item->reservedBytes();
    entry->recording = &recording;
    entry->key = key;
    entry->item = std::move(item);
    entry->events = events;
    entry->prefetched = prefetched;
    entry->useMark = prefetched ? 0 : ++m_uses;
    entry->byUse = m_probation.insert(m_probation.begin(), entry.get());
    entry->ofRecording = recording.m_byUse.insert(recording.m_byUse.begin(), entry.get());
    m_bytes += bytes;
    m_unusedPrefetchedBytes += prefetched ? bytes : 0;
    recording.m_bytes += bytes;
    recording.m_blocks += events > 0 ? 1 : 0;
    recording.m_cachedEvents += events;
    recording.m_entries.emplace(key, std::move(entry));
}

void EventCache::erase(Entry& entry, Doomed& doomed)
{
    CachedRecording& recording = *entry.recording;
    const std::uint64_t bytes = entry.item->reservedBytes();
    (entry.isProtected ? m_protected : m_probation).erase(entry.byUse);
    recording.m_byUse.erase(entry.ofRecording);
    m_bytes -= bytes;
    m_protectedBytes -= entry.isProtected ? bytes : 0;
    m_unusedPrefetchedBytes -= entry.prefetched ? bytes : 0;
    recording.m_bytes -= bytes;
    recording.m_blocks -= entry.events > 0 ? 1 : 0;
    recording.m_cachedEvents -= entry.events;
    doomed.push_back(std::move(entry.item));
    recording.m_entries.erase(CacheKey(entry.key));
}

void EventCache::eraseAll(CachedRecording& recording, Doomed& doomed)
{
    while (!recording.m_byUse.empty()) {
        erase(*recording.m_byUse.back(), doomed);
    }
}

std::uint64_t EventCache::evict(std::uint64_t bytes, bool pinnedToo, Doomed& doomed)
{
    std::uint64_t freed = 0;
    for (EntryList* list : {&m_probation, &m_protected}) {
        for (auto at = list->end(); freed < bytes && at != list->begin();) {
            Entry& entry = **--at;
            // Only under the lock does anybody begin to hold an item, so one holder is the cache itself.
            if (entry.item.use_count() > 1 || (entry.recording->m_pinned && !pinnedToo)) {
                continue;
            }
            ++at;
            freed += entry.item->reservedBytes();
            ++entry.recording->m_evictions;
            erase(entry, doomed);
        }
    }
    return freed;
}

std::uint64_t EventCache::evictFrom(CachedRecording& recording, std::uint64_t bytes, Doomed& doomed)
{
    std::uint64_t freed = 0;
    for (auto at = recording.m_byUse.end(); freed < bytes && at != recording.m_byUse.begin();) {
        Entry& entry = **--at;
        if (entry.item.use_count() > 1) {
            continue;
        }
        ++at;
        freed += entry.item->reservedBytes();
        ++recording.m_evictions;
        erase(entry, doomed);
    }
    return freed;
}

void EventCache::keepWithinLimit(CachedRecording& recording, Doomed& doomed)
{
    // Several may have reserved at once, each within the limit.
    if (m_options.perRecordingBytes > 0 && recording.m_bytes > m_options.perRecordingBytes) {
        evictFrom(recording, recording.m_bytes - m_options.perRecordingBytes, doomed);
    }
}

void EventCache::giveBack(std::uint64_t bytes, MemoryNeed need)
{
    Doomed doomed; // Freed after the lock is gone.
    std::uint64_t freed = 0;
    {
        const std::lock_guard lock(m_mutex);
        freed = evict(bytes, false, doomed);
        if (freed < bytes && need == MemoryNeed::Short) {
            freed += evict(bytes - freed, true, doomed);
        }
    }
    if (freed < bytes && need == MemoryNeed::Short) {
        m_files.clear();
    }
}

bool EventCache::mayPrefetch(std::uint64_t bytes, CacheFill fill) const
{
    const std::uint64_t budget = m_budget.budgetBytes();
    switch (fill) {
    case CacheFill::Query:
        return true;
    case CacheFill::PlayAhead:
        return m_unusedPrefetchedBytes + bytes <= budget / 4;
    case CacheFill::Idle:
        return m_unusedPrefetchedBytes + bytes <= budget / 2 && m_budget.usedBytes() + bytes <= budget;
    }
    return false;
}

// ---- for the load path
// -------------------------------------------------------------------------------------

std::shared_ptr<CachedRecording> EventCache::recordingOf(const ChunkIndex& index)
{
    if (!isActive()) {
        return nullptr;
    }
    const ColumnReader& reader = index.reader();
    const FileIdentity& identity = reader.file().identity();
    const std::uint64_t blockRows = cacheBlockRows(reader);
    if (blockRows == 0 || reader.layout().rows == 0 || !admits(identity.sizeBytes)) {
        return nullptr;
    }
    const auto now = RandomAccessFile::identityOf(reader.file().path());
    if (!now || !(*now == identity)) {
        clear(reader.file().path());
        return nullptr;
    }
    Doomed doomed;
    const std::lock_guard lock(m_mutex);
    auto& place = m_recordings[nameOf(reader.file().path(), reader.layout().stream)];
    const bool same = place && place->identity() == identity && place->rows() == reader.layout().rows &&
                      place->blockRows() == blockRows;
    if (!same) {
        auto fresh = std::make_shared<CachedRecording>(reader, blockRows);
        if (place) {
            eraseAll(*place, doomed);
            place->m_alive = false;
            fresh->m_hits = place->m_hits;
            fresh->m_misses = place->m_misses;
            fresh->m_evictions = place->m_evictions;
        }
        fresh->m_pinned = isPinnedNow(fresh->path(), fresh->stream());
        place = std::move(fresh);
    }
    return place;
}

EventCache::Ticket& EventCache::Ticket::operator=(Ticket&& other) noexcept
{
    if (this != &other) {
        abandon();
        m_cache = std::exchange(other.m_cache, nullptr);
        m_recording = std::move(other.m_recording);
        m_block = other.m_block;
    }
    return *this;
}

void EventCache::Ticket::abandon() noexcept
{
    EventCache* const cache = std::exchange(m_cache, nullptr);
    if (cache == nullptr) {
        return;
    }
    {
        const std::lock_guard lock(cache->m_mutex);
        const auto filling = m_recording->m_filling.find(m_block);
        if (filling != m_recording->m_filling.end() && --filling->second.fillers == 0) {
            m_recording->m_filling.erase(filling);
        }
    }
    m_recording.reset();
    cache->m_filled.notify_all();
}

EventCache::Lookup EventCache::find(const std::shared_ptr<CachedRecording>& recording, std::uint64_t block,
                                    DecodePriority priority, CacheFill fill)
{
    Lookup lookup;
    const bool urgent = priority <= DecodePriority::Playback;
    const std::lock_guard lock(m_mutex);
    if (const auto found = recording->m_entries.find(keyOfBlock(block));
        found != recording->m_entries.end()) {
        lookup.block = std::static_pointer_cast<const PackedBlock>(found->second->item);
        if (fill == CacheFill::Query) {
            ++recording->m_hits;
            touch(*found->second);
        }
        return lookup;
    }
    auto& filling = recording->m_filling[block];
    if (filling.fillers > 0 && (filling.urgent || !urgent)) {
        return lookup;
    }
    ++filling.fillers;
    filling.urgent = filling.urgent || urgent;
    recording->m_misses += fill == CacheFill::Query ? 1 : 0;
    lookup.ticket.m_cache = this;
    lookup.ticket.m_recording = recording;
    lookup.ticket.m_block = block;
    return lookup;
}

void EventCache::wait(const std::shared_ptr<CachedRecording>& recording, std::uint64_t block,
                      const CancelToken& cancel)
{
    std::unique_lock lock(m_mutex);
    while (recording->m_filling.count(block) > 0 && !cancel.isCancelled()) {
        // By the wall clock, whose waits the thread sanitizer of GCC 12 understands.
        m_filled.wait_until(lock, std::chrono::system_clock::now() + std::chrono::milliseconds(20));
    }
}

std::optional<std::int64_t> EventCache::heldUntil(const std::shared_ptr<CachedRecording>& recording,
                                                  std::uint64_t block, bool backwards) const
{
    std::optional<std::int64_t> edge;
    const std::lock_guard lock(m_mutex);
    for (std::uint64_t at = block;; at += backwards ? ~std::uint64_t{0} : 1) {
        const auto found = recording->m_entries.find(keyOfBlock(at));
        if (found == recording->m_entries.end()) {
            return edge;
        }
        const PackedShape& shape = static_cast<const PackedBlock&>(*found->second->item).shape();
        edge = backwards ? shape.minTime : shape.maxTime;
        if (backwards && at == 0) {
            return edge;
        }
    }
}

bool EventCache::holds(const std::shared_ptr<CachedRecording>& recording, std::uint64_t block) const
{
    const std::lock_guard lock(m_mutex);
    return recording->m_entries.count(keyOfBlock(block)) > 0;
}

std::optional<Reservation> EventCache::reserve(const std::shared_ptr<CachedRecording>& recording,
                                               std::uint64_t bytes, CacheFill fill)
{
    Doomed doomed;
    {
        const std::lock_guard lock(m_mutex);
        const std::uint64_t budget = m_budget.budgetBytes();
        const std::uint64_t most = m_options.perRecordingBytes;
        if (!isActive() || !recording->m_alive || bytes > budget || (most > 0 && bytes > most) ||
            !mayPrefetch(bytes, fill)) {
            return std::nullopt;
        }
        if (most > 0 && recording->m_bytes + bytes > most) {
            const std::uint64_t over = recording->m_bytes + bytes - most;
            // A prefetch does not push out what was read of the same recording.
            if (fill != CacheFill::Query || evictFrom(*recording, over, doomed) < over) {
                return std::nullopt;
            }
        }
        const std::uint64_t used = m_budget.usedBytes();
        std::uint64_t leaving = 0;
        for (const auto& item : doomed) {
            leaving += item->reservedBytes();
        }
        if (used - std::min(used, leaving) + bytes > budget) {
            evict(used - std::min(used, leaving) + bytes - budget, false, doomed);
        }
    }
    doomed.clear();
    if (auto reservation = m_budget.reserve(bytes)) {
        return reservation;
    }
    if (fill == CacheFill::Idle) {
        return std::nullopt;
    }
    {
        const std::lock_guard lock(m_mutex);
        if (evict(bytes, false, doomed) < bytes) {
            return std::nullopt;
        }
    }
    doomed.clear();
    return m_budget.reserve(bytes);
}

std::shared_ptr<const PackedBlock> EventCache::publish(Ticket ticket, const ChunkIndex& index,
                                                       const ColumnBuffers& columns, CacheFill fill)
{
    const std::shared_ptr<CachedRecording> recording = ticket.m_recording;
    if (!ticket || !isActive()) {
        return nullptr;
    }
    const PackedShape shape = PackedBlock::measure(columns);
    auto reservation = reserve(recording, PackedBlock::footprint(shape), fill);
    if (!reservation) {
        return nullptr;
    }
    auto block =
        PackedBlock::pack(shape, columns, ticket.m_block * recording->blockRows(), std::move(*reservation));
    const auto now = RandomAccessFile::identityOf(index.reader().file().path());
    if (!block || !now || !(*now == recording->identity())) {
        return nullptr;
    }
    Doomed doomed;
    const std::lock_guard lock(m_mutex);
    const CacheKey key = keyOfBlock(ticket.m_block);
    if (recording->m_alive && isActive() && recording->m_entries.count(key) == 0) {
        insert(*recording, key, block, shape.rows, fill != CacheFill::Query);
        keepWithinLimit(*recording, doomed);
    }
    return block;
}

std::shared_ptr<const CacheItem> EventCache::findItem(const std::shared_ptr<CachedRecording>& recording,
                                                      const CacheKey& key)
{
    const std::lock_guard lock(m_mutex);
    const auto found = recording->m_entries.find(key);
    if (found == recording->m_entries.end()) {
        return nullptr;
    }
    touch(*found->second);
    return found->second->item;
}

void EventCache::keepItem(const std::shared_ptr<CachedRecording>& recording, const CacheKey& key,
                          std::shared_ptr<const CacheItem> item)
{
    Doomed doomed;
    const std::lock_guard lock(m_mutex);
    if (recording->m_alive && isActive() && recording->m_entries.count(key) == 0) {
        insert(*recording, key, std::move(item), 0, false);
        keepWithinLimit(*recording, doomed);
    }
}

} // namespace perihelion
