// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/first_frame.h"

#include "datasets/cache/event_cache.h"

#include <chrono>

namespace perihelion {

Result<FirstFrame> loadFirstFrame(const FirstFrameRequest& request, const QueryContext& context)
{
    FirstFrame first;
    const bool caching = context.cache != nullptr && context.cache->isActive();
    const auto looked = std::chrono::steady_clock::now();
    first.file = caching ? context.cache->files().find(request.path, request.open) : nullptr;
    const bool keptOpen = first.file != nullptr;
    if (keptOpen) {
        first.phases.open = std::chrono::steady_clock::now() - looked;
        first.index = IndexState::Kept;
    } else {
        auto file = EventFile::open(request.path, request.open);
        if (!file) {
            return file.error();
        }
        first.file = std::move(*file);
        first.phases = first.file->openPhases();
        first.index = first.file->indexState();
    }
    const bool cached = caching && context.cache->recordingOf(first.file->index()) != nullptr;
    if (cached && !keptOpen) {
        context.cache->files().keep(first.file, request.open);
    }

    const RecordingMetadata metadata = first.file->metadata();
    const int width = request.width > 0 ? request.width : metadata.sensor.width;
    const int height = request.height > 0 ? request.height : metadata.sensor.height;
    const EventTime start = request.absolute ? clampedDifference(request.windowOffset, metadata.timeOrigin)
                                             : clampedSum(metadata.firstTime, request.windowOffset);
    LazyFrame plan = LazyFrame::scan(first.file).filterTime(start, clampedSum(start, request.windowLength));
    if (request.roi) {
        plan = plan.filterRoi(*request.roi);
    }
    const auto started = std::chrono::steady_clock::now();
    first.plan = plan.filterPolarity(request.polarity);
    auto frame = first.plan->accumulate(context, width, height, request.mode);
    if (!frame) {
        return frame.error();
    }
    const Nanoseconds spent = std::chrono::steady_clock::now() - started;
    first.frame = std::move(*frame);
    const QueryCost& cost = first.frame.cost;
    first.phases.index += cost.seek;
    first.phases.decode = cost.decode;
    if (cached) {
        const bool hit = cost.blocksMissed == 0 && (cost.blocksFromCache > 0 || keptOpen);
        first.cache = hit ? CacheState::Hit : CacheState::Miss;
    }
    // Everything else of the query, so that the phases add up to what a person waited.
    first.phases.accumulate = spent - cost.seek - cost.decode;
    return first;
}

} // namespace perihelion
