// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which events of a decoded run of rows match: time window, region of interest, polarity. Works in place on
// columns that its caller owns; sorted times cost two binary searches, everything else one branchless pass.

#include "datasets/frames/lazy_frame.h"
#include "datasets/index/column_buffers.h"

#include <optional>
#include <utility>

namespace perihelion {

struct EventFilter {
    std::optional<std::pair<std::int64_t, std::int64_t>> time; ///< [first, second) in µs.
    std::optional<RegionOfInterest> roi;
    PolarityFilter polarity = PolarityFilter::Both;

    /// Columns the filters look at, time left out.
    ColumnSet pixelColumns() const;
    /// True when no event can match.
    bool isEmpty() const;
};

/// Narrows rows [from, from + count) of the columns present to the matching ones; returns where they now are.
/// timesMatter: some of the rows may lie outside the window; sorted: times are known never to fall.
std::pair<std::size_t, std::size_t> applyFilter(const EventFilter& filter, ColumnSet present,
                                                bool timesMatter, bool sorted, ColumnBuffers& buffers,
                                                std::size_t from, std::size_t count);

/// Rows [from, from + count) of the buffers as a block, with the columns that are present.
EventBlock blockOf(const ColumnBuffers& buffers, ColumnSet present, std::size_t from, std::size_t count);

} // namespace perihelion
