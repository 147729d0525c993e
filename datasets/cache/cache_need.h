// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a recording would take in an EventCache, without keeping anything: each block is decoded and measured
// as the cache would pack it. A synchronous job in bounded memory.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/progress.h"
#include "datasets/index/event_file.h"

#include <cstddef>
#include <cstdint>

namespace perihelion {

struct CacheNeed {
    std::int64_t events = 0;         ///< Of the recording.
    std::int64_t measuredEvents = 0; ///< Of the blocks that were looked at.
    std::uint64_t bytes = 0;         ///< Of the whole recording: counted, or carried over from the sample.
    bool isExact = false;            ///< Every block was looked at.
    bool canBeKept = true;           ///< False: its events lie in other files. Then bytes is 0.
};

/// sampleBlocks: how many blocks, spread evenly, to look at; 0: all. Blocks that cannot be read need nothing,
/// because the cache does not keep them. Cancelled. Progress counts blocks.
Result<CacheNeed> cacheNeedOf(const EventFile& file, std::size_t sampleBlocks, DecodePool& pool,
                              const CancelToken& cancel = {}, const ProgressReporter& report = {});

} // namespace perihelion
