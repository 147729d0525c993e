// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The five phases of opening a recording up to its first frame, and the state of index and cache they met.

#include "core/base/units.h"

namespace perihelion {

struct LoadPhases {
    Nanoseconds open{0};       ///< Look at the file, recognise the layout, read attributes.
    Nanoseconds index{0};      ///< Chunk tables and the first times a window needs, built or kept.
    Nanoseconds decode{0};     ///< Read and inflate the chunks of the first window.
    Nanoseconds accumulate{0}; ///< Events to pixel values.
    Nanoseconds firstFrame{0}; ///< Values to painted pixels; 0 where nothing is painted (command line).

    Nanoseconds total() const { return open + index + decode + accumulate + firstFrame; }
};

enum class IndexState { Built, Kept };
enum class CacheState { Off, Miss, Hit };

} // namespace perihelion
