// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Times as a person types and reads them: "12.5", "300 ms", "450 us", "1:02.500", "+20ms", "@1640995200.5".
// Values only, no state, any thread.

#include "core/base/result.h"
#include "core/base/units.h"

#include <QString>

namespace perihelion {

/// What a typed time is measured against.
struct TimeReference {
    EventTime first{0};    ///< Earliest event, relative to the file's origin.
    EventTime origin{0};   ///< Add to any time to get the file's absolute time.
    EventTime position{0}; ///< Where the player is.
    bool absolute = false; ///< Plain times are absolute ones.
};

/// Turns a typed time into one relative to the file's origin. A number without unit is in seconds; s, ms, us,
/// µs and [h:]mm:ss.mmm are understood; a leading + or − counts from the present position, a leading @ is an
/// absolute time. InvalidArgument with a sentence that says what is accepted.
Result<EventTime> parseGoToTime(const QString& text, const TimeReference& reference);

/// How the player writes a time: "00:12.482" after the first event, or seconds with all six digits when
/// absolute.
QString formatPlayerTime(EventTime time, const TimeReference& reference);

} // namespace perihelion
