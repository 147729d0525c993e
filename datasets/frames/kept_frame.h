// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// KeptFrame: an accumulated frame in the event cache. Kept are frames that took more events than copying a
// frame takes time, and that are small: pictures of long windows that were shown lately.

#include "datasets/cache/cache_item.h"
#include "datasets/cache/event_cache.h"
#include "datasets/frames/event_filter.h"
#include "datasets/frames/lazy_frame.h"

#include <utility>

namespace perihelion {

class KeptFrame final : public CacheItem {
public:
    KeptFrame(AccumulatedFrame frame, Reservation reservation)
        : CacheItem(std::move(reservation)),
          m_frame(std::move(frame))
    {
    }

    const AccumulatedFrame& frame() const { return m_frame; }

    /// Names the answer to one question about a recording. complete: its index was; what is known about
    /// the order of events may change answers.
    static CacheKey keyOf(const EventFilter& filter, int width, int height, AccumulateMode mode,
                          bool complete);
    /// Gives a frame to the cache when it is worth keeping and there is room.
    static void keep(EventCache& cache, const std::shared_ptr<CachedRecording>& recording,
                     const CacheKey& key, const AccumulatedFrame& frame);

private:
    AccumulatedFrame m_frame;
};

} // namespace perihelion
