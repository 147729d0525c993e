// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one load path: open → index → decode → accumulate, timed by phase. Command line, player, thumbnails and
// profile runs all come through here.

#include "core/base/result.h"
#include "core/measure/load_phases.h"
#include "datasets/frames/lazy_frame.h"
#include "datasets/index/event_file.h"

#include <QString>

#include <memory>
#include <optional>

namespace perihelion {

struct FirstFrameRequest {
    QString path;
    OpenOptions open;
    EventTime windowOffset{0}; ///< From the first event.
    bool absolute = false;     ///< windowOffset is absolute time instead (timeOrigin included).
    EventTime windowLength{10'000};
    std::optional<RegionOfInterest> roi;
    PolarityFilter polarity = PolarityFilter::Both;
    AccumulateMode mode = AccumulateMode::Polarity;
    int width = 0; ///< 0: the sensor's own size.
    int height = 0;
};

struct FirstFrame {
    std::shared_ptr<EventFile> file;
    std::optional<LazyFrame> plan; ///< What the frame shows, for further questions about the same events.
    AccumulatedFrame frame;
    LoadPhases phases; ///< firstFrame is left at 0: whoever paints adds it.
    IndexState index = IndexState::Built;
    CacheState cache = CacheState::Off;
};

/// Opens a recording and accumulates its first window. Errors as EventFile::open and LazyFrame::accumulate.
Result<FirstFrame> loadFirstFrame(const FirstFrameRequest& request, const QueryContext& context);

} // namespace perihelion
