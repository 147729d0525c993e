// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Numbers as people read them: thin spaces between thousands, SI counts, binary sizes, times. Locale-free.

#include "core/base/units.h"

#include <QString>

namespace perihelion {

/// 26412007 → "26 412 007" with thin spaces (U+2009).
QString formatCount(std::int64_t count);
/// 26412007 → "26.4 M", 950 → "950".
QString formatShortCount(double count);
/// 89123456 → "89 MB", 1141234567 → "1.1 GB" (SI, as file managers show sizes).
QString formatFileSize(ByteCount size);
/// 210763776 → "201 MiB" (binary, for memory).
QString formatMemory(ByteCount size);
/// 10.13 s, 31.2 ms, 450 µs.
QString formatDuration(EventTime time);
/// 834 ns, 12.3 µs, 4.56 ms, 1.23 s, 20 min 34 s, 3 h 25 min.
QString formatElapsed(Nanoseconds time);
/// "00:12.482" (hours in front when there are any); negative times keep their sign.
QString formatClock(EventTime time);
/// "2.61 Mev/s".
QString formatEventRate(double eventsPerSecond);

} // namespace perihelion
