// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/kept_frame.h"

#include <limits>
#include <new>

namespace perihelion {

namespace {

constexpr std::int64_t kWorthwhileEvents = 250'000;
constexpr std::uint64_t kMostFrameBytes = 8 * kMebibyte;
/// First word of the key of a frame; blocks have 0 there.
constexpr std::int64_t kFrameItem = 1;

std::int64_t pairOf(std::int64_t high, std::int64_t low)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(high) << 32 |
                                     (static_cast<std::uint64_t>(low) & 0xFFFF'FFFFU));
}

} // namespace

CacheKey KeptFrame::keyOf(const EventFilter& filter, int width, int height, AccumulateMode mode,
                          bool complete)
{
    const RegionOfInterest roi = filter.roi.value_or(RegionOfInterest{});
    const auto [start, end] =
        filter.time.value_or(std::pair(std::numeric_limits<std::int64_t>::min(), std::int64_t{0}));
    // A frame's sides are at most 65 536.
    const std::int64_t kind = kFrameItem | static_cast<std::int64_t>(mode) << 4 |
                              static_cast<std::int64_t>(filter.polarity) << 8 |
                              std::int64_t{filter.roi.has_value()} << 12 |
                              std::int64_t{filter.time.has_value()} << 13 | std::int64_t{complete} << 14;
    return {kind, start, end, pairOf(roi.x, roi.y), pairOf(roi.width, roi.height), pairOf(width, height)};
}

void KeptFrame::keep(EventCache& cache, const std::shared_ptr<CachedRecording>& recording,
                     const CacheKey& key, const AccumulatedFrame& frame)
{
    const std::uint64_t bytes = frame.values.size() * sizeof(frame.values.front()) + sizeof(KeptFrame);
    if (frame.events < kWorthwhileEvents || frame.cost.missingEvents > 0 || bytes > kMostFrameBytes) {
        return;
    }
    auto reservation = cache.reserve(recording, bytes);
    if (!reservation) {
        return;
    }
    try {
        cache.keepItem(recording, key, std::make_shared<const KeptFrame>(frame, std::move(*reservation)));
    } catch (const std::bad_alloc&) {
        return; // The answer is there all the same.
    }
}

} // namespace perihelion
