// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/first_frame.h"

#include <chrono>

namespace perihelion {

Result<FirstFrame> loadFirstFrame(const FirstFrameRequest& request, const QueryContext& context)
{
    auto file = EventFile::open(request.path, request.open);
    if (!file) {
        return file.error();
    }
    FirstFrame first;
    first.file = std::move(*file);
    first.phases = first.file->openPhases();
    first.index = first.file->indexState();

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
    // Everything else of the query, so that the phases add up to what a person waited.
    first.phases.accumulate = spent - cost.seek - cost.decode;
    return first;
}

} // namespace perihelion
