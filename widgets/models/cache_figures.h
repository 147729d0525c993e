// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the window shows of cache mode: figures of the whole cache and of one recording in it. Plain values.

#include "core/base/units.h"

#include <QString>

namespace perihelion {

struct CacheFigures {
    bool on = false;   ///< Switched on, and there is memory for it.
    QString offReason; ///< Why a cache that is switched on keeps nothing; else empty.
    ByteCount used;
    ByteCount budget;
    ByteCount available; ///< Memory that programs could still take.
    std::int64_t hits = 0;
    std::int64_t misses = 0;
    std::int64_t evictions = 0;

    bool operator==(const CacheFigures&) const = default;
};

enum class CachePresence {
    Off,         ///< Cache mode is off.
    None,        ///< Nothing of the recording is in the cache.
    Partly,      ///< What was shown is.
    Prefetching, ///< More of it is being read ahead.
    Full,        ///< All of it is.
};

struct RecordingCacheFacts {
    CachePresence presence = CachePresence::Off;
    int percent = 0; ///< Of the recording's events.
    ByteCount bytes;
    std::int64_t cachedEvents = 0;
    bool pinned = false;
    std::int64_t hits = 0;
    std::int64_t misses = 0;
    std::int64_t evictions = 0;

    bool operator==(const RecordingCacheFacts&) const = default;
};

/// "cached", "cached 34 %", "prefetching 64 %", "not cached"; empty while cache mode is off.
QString cachePresenceWords(const RecordingCacheFacts& facts);
/// "201 MiB · 3.1 B/event · pinned"; "nothing" and "cache mode is off" where there is nothing to count.
QString cacheSizeWords(const RecordingCacheFacts& facts);
/// "2.1 / 9.4 GiB", "47.0 MiB / 9.4 GiB"; "off" or "no memory" when it keeps nothing.
QString cacheGaugeWords(const CacheFigures& figures);
/// "2.1 GiB": for memory, with a decimal from GiB on.
QString shortMemory(ByteCount bytes);

} // namespace perihelion
