// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CachedRecording: one recording's place in an EventCache: what it is, which rows make a block, and (for the
// cache alone, under its lock) what is kept of it and what is being filled. A replaced file gets a new one.

#include "datasets/cache/event_cache.h"
#include "datasets/hdf5/random_access_file.h"
#include "datasets/index/column_reader.h"

#include <QString>

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace perihelion {

/// Rows of one cached block: a chunk of the time column, several small ones, or a part of a very long one; 0:
/// the recording's events lie in other files, whose changes nobody would notice.
std::uint64_t cacheBlockRows(const ColumnReader& reader);

struct EventCache::Entry {
    CachedRecording* recording = nullptr;
    CacheKey key{};
    std::shared_ptr<const CacheItem> item;
    std::uint64_t events = 0; ///< 0 of what is no block.
    bool isProtected = false;
    bool prefetched = false; ///< And not used yet.
    std::uint64_t useMark = 0;
    EntryList::iterator byUse;
    EntryList::iterator ofRecording;
};

class CachedRecording {
public:
    CachedRecording(const ColumnReader& reader, std::uint64_t blockRows)
        : m_path(reader.file().path()),
          m_stream(reader.layout().stream),
          m_identity(reader.file().identity()),
          m_rows(reader.layout().rows),
          m_blockRows(blockRows)
    {
    }

    const QString& path() const { return m_path; }
    const QString& stream() const { return m_stream; }
    const FileIdentity& identity() const { return m_identity; }
    std::uint64_t rows() const { return m_rows; }
    std::uint64_t blockRows() const { return m_blockRows; }
    std::uint64_t blockCount() const { return (m_rows + m_blockRows - 1) / m_blockRows; }
    std::uint64_t rowsOfBlock(std::uint64_t block) const
    {
        return std::min(m_blockRows, m_rows - block * m_blockRows);
    }

private:
    friend class EventCache;

    struct KeyHash {
        std::size_t operator()(const CacheKey& key) const
        {
            std::uint64_t hash = 0x9E3779B97F4A7C15ULL;
            for (const std::int64_t word : key) {
                hash = (hash ^ static_cast<std::uint64_t>(word)) * 0xBF58476D1CE4E5B9ULL;
                hash ^= hash >> 29;
            }
            return static_cast<std::size_t>(hash);
        }
    };
    /// Who fills a block: how many at once, and whether any of them is in a hurry.
    struct Filling {
        int fillers = 0;
        bool urgent = false;
    };

    const QString m_path;
    const QString m_stream;
    const FileIdentity m_identity;
    const std::uint64_t m_rows;
    const std::uint64_t m_blockRows;

    // Guarded by the cache's lock.
    bool m_alive = true; ///< False once the file was found replaced.
    bool m_pinned = false;
    std::unordered_map<CacheKey, std::unique_ptr<EventCache::Entry>, KeyHash> m_entries;
    EventCache::EntryList m_byUse; ///< Latest used first.
    std::unordered_map<std::uint64_t, Filling> m_filling;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_blocks = 0;
    std::uint64_t m_cachedEvents = 0;
    std::uint64_t m_hits = 0;
    std::uint64_t m_misses = 0;
    std::uint64_t m_evictions = 0;
};

} // namespace perihelion
