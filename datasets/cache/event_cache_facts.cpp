// SPDX-License-Identifier: GPL-3.0-or-later
// What the user decides about the cache, and what it tells about itself.
#include "datasets/cache/event_cache.h"

#include "datasets/cache/cached_recording.h"

#include <utility>

namespace perihelion {

// ---- what the user decides
// ---------------------------------------------------------------------------------

void EventCache::setEnabled(bool enabled)
{
    m_enabled.store(enabled, std::memory_order_relaxed);
    {
        const std::lock_guard lock(m_mutex);
        m_options.enabled = enabled;
    }
    if (!enabled) {
        clear();
    }
}

QString EventCache::offReason() const
{
    return isEnabled() ? m_budget.gauge().reason : QString();
}

void EventCache::setOptions(const CacheOptions& options)
{
    Doomed doomed;
    {
        const std::lock_guard lock(m_mutex);
        m_options = options;
        for (const auto& [name, recording] : m_recordings) {
            const std::uint64_t most = options.perRecordingBytes;
            const std::uint64_t largest = options.largestRecordingBytes;
            if (largest > 0 && recording->identity().sizeBytes > largest) {
                eraseAll(*recording, doomed);
            } else if (most > 0 && recording->m_bytes > most) {
                evictFrom(*recording, recording->m_bytes - most, doomed);
            }
        }
    }
    m_disposal.dispose(std::move(doomed));
    setEnabled(options.enabled);
}

CacheOptions EventCache::options() const
{
    const std::lock_guard lock(m_mutex);
    return m_options;
}

template <typename Use>
void EventCache::forEachNamed(const QString& path, const QString& stream, Use use) const
{
    for (const auto& [name, recording] : m_recordings) {
        if (recording->path() == path && (stream.isEmpty() || recording->stream() == stream)) {
            use(*recording);
        }
    }
}

void EventCache::setPinned(const QString& path, bool pinned, const QString& stream)
{
    const std::lock_guard lock(m_mutex);
    if (pinned) {
        m_pins.emplace(path, stream);
    } else if (stream.isEmpty()) {
        std::erase_if(m_pins, [&path](const auto& pin) { return pin.first == path; });
    } else {
        m_pins.erase({path, stream});
    }
    forEachNamed(path, stream, [&](CachedRecording& recording) {
        recording.m_pinned = isPinnedNow(path, recording.stream());
    });
}

bool EventCache::isPinnedNow(const QString& path, const QString& stream) const
{
    return m_pins.count({path, stream}) > 0 || m_pins.count({path, QString()}) > 0;
}

bool EventCache::isPinned(const QString& path, const QString& stream) const
{
    const std::lock_guard lock(m_mutex);
    return isPinnedNow(path, stream);
}

void EventCache::clear()
{
    Doomed doomed;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [name, recording] : m_recordings) {
            eraseAll(*recording, doomed);
        }
    }
    m_disposal.dispose(std::move(doomed));
    m_files.clear();
}

void EventCache::clear(const QString& path, const QString& stream)
{
    Doomed doomed;
    {
        const std::lock_guard lock(m_mutex);
        forEachNamed(path, stream, [&](CachedRecording& recording) { eraseAll(recording, doomed); });
    }
    m_disposal.dispose(std::move(doomed));
    m_files.clear(path);
}

// ---- what it holds
// -----------------------------------------------------------------------------------------

CacheFacts EventCache::facts() const
{
    CacheFacts all;
    for (const CacheFacts& one : allFacts()) {
        all.bytes += one.bytes;
        all.blocks += one.blocks;
        all.cachedEvents += one.cachedEvents;
        all.events += one.events;
        all.hits += one.hits;
        all.misses += one.misses;
        all.evictions += one.evictions;
    }
    return all;
}

CacheFacts EventCache::factsOf(const QString& path, const QString& stream) const
{
    CacheFacts facts;
    facts.path = path;
    facts.stream = stream;
    const std::lock_guard lock(m_mutex);
    forEachNamed(path, stream, [&facts](const CachedRecording& recording) {
        facts.bytes += recording.m_bytes;
        facts.blocks += recording.m_blocks;
        facts.cachedEvents += recording.m_cachedEvents;
        facts.events += recording.rows();
        facts.hits += recording.m_hits;
        facts.misses += recording.m_misses;
        facts.evictions += recording.m_evictions;
    });
    facts.pinned = isPinnedNow(path, stream);
    return facts;
}

std::vector<CacheFacts> EventCache::allFacts() const
{
    std::vector<CacheFacts> all;
    const std::lock_guard lock(m_mutex);
    all.reserve(m_recordings.size());
    for (const auto& [name, recording] : m_recordings) {
        CacheFacts facts;
        facts.path = recording->path();
        facts.stream = recording->stream();
        facts.bytes = recording->m_bytes;
        facts.blocks = recording->m_blocks;
        facts.cachedEvents = recording->m_cachedEvents;
        facts.events = recording->rows();
        facts.hits = recording->m_hits;
        facts.misses = recording->m_misses;
        facts.evictions = recording->m_evictions;
        facts.pinned = recording->m_pinned;
        all.push_back(std::move(facts));
    }
    return all;
}

bool EventCache::admits(std::uint64_t fileBytes) const
{
    const std::lock_guard lock(m_mutex);
    return m_options.largestRecordingBytes == 0 || fileBytes <= m_options.largestRecordingBytes;
}

} // namespace perihelion
