// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// An accumulated frame as a grey PNG, for the command line, which has no painter.

#include "core/base/result.h"
#include "datasets/frames/lazy_frame.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace perihelion {

/// The picture's pixels, row by row: signed modes around 127 (ON white, OFF black), counts from black on a
/// logarithmic scale.
std::vector<std::uint8_t> frameGreys(const AccumulatedFrame& frame);

/// frameGreys() as a PNG of 8 bits. Written beside and renamed, so that an existing picture stays whole on
/// failure.
Result<void> writeFramePng(const QString& path, const AccumulatedFrame& frame);

} // namespace perihelion
