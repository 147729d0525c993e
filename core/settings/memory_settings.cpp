// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/memory_settings.h"

#include "core/settings/settings.h"

namespace perihelion {

MemoryPolicy memoryPolicyOf(const Settings& settings)
{
    const auto mebibytes = [&settings](const IntegerSetting& setting) {
        return static_cast<std::uint64_t>(settings.value(setting)) * kMebibyte;
    };
    MemoryPolicy policy;
    policy.fraction = static_cast<double>(settings.value(setting::kCacheSharePercent)) / 100.0;
    policy.limitBytes = mebibytes(setting::kCacheLimitMib);
    policy.floorBytes = mebibytes(setting::kCacheFloorMib);
    return policy;
}

} // namespace perihelion
