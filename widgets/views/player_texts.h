// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The words that the player writes over a frame. Pure functions.

#include "widgets/models/go_to_time.h"
#include "widgets/models/player_session.h"

#include <QStringList>

namespace perihelion {

QString formatSpeed(double speed);      ///< "0.25×", "1×", "100×".
QString formatWindow(EventTime window); ///< "500 µs", "1.5 ms", "10 ms".

/// Speed, window, time, events, frames per second (0: paused) and late frames, a line each.
QStringList hudLines(const PlayerFrame& frame, const PlaybackClock& clock, const TimeReference& reference,
                     double framesPerSecond);
/// "x 640 · y 360 · ON 3 · OFF 1 · last 12.482103 s".
QString pixelLine(const PixelNumbers& numbers, const TimeReference& reference);

} // namespace perihelion
