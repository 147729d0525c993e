// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/cache_settings.h"

#include "core/settings/settings.h"

namespace perihelion {

namespace {

std::uint64_t bytesOf(std::int64_t count, std::uint64_t unit)
{
    return static_cast<std::uint64_t>(count) * unit;
}

} // namespace

CacheOptions cacheOptionsOf(const Settings& settings)
{
    CacheOptions options;
    options.enabled = settings.value(setting::kCacheMode);
    options.perRecordingBytes = bytesOf(settings.value(setting::kCacheRecordingMib), kMebibyte);
    options.largestRecordingBytes = bytesOf(settings.value(setting::kCacheOnlyBelowMb), 1'000'000);
    return options;
}

void applyCacheSettings(const Settings& settings, MemoryBudget& memory, EventCache& cache)
{
    memory.setPolicy(memoryPolicyOf(settings));
    cache.setOptions(cacheOptionsOf(settings));
    const QStringList pinned = settings.value(setting::kCachePinned);
    for (const QString& path : pinned) {
        cache.setPinned(path, true);
    }
}

} // namespace perihelion
