// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From a file's own element types to the internal model: t int64 µs, x and y uint16, p 0/1.

#include "datasets/layouts/recording_layout.h"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace perihelion {

/// Times further than 73 000 years from the origin are invalid: so no difference or sum of two times
/// overflows.
inline constexpr std::int64_t kMaxTime = std::int64_t{1} << 61;
/// A time that no number of the file stands for: NaN, infinite, or beyond kMaxTime.
inline constexpr std::int64_t kInvalidTime = std::numeric_limits<std::int64_t>::min();
/// A coordinate that u16 cannot hold: negative, NaN or above 65 534 in the file.
inline constexpr std::uint16_t kInvalidCoordinate = 65'535;

/// Elements of one column inside decoded rows.
struct StridedSource {
    const std::byte* first = nullptr; ///< First wanted element.
    std::size_t strideBytes = 0;
    ScalarType type = ScalarType::Unsupported;
    bool bigEndian = false;
};

/// Seconds as float are rounded to the nearest µs (ties to even, as numpy does); nanoseconds are rounded
/// down.
void convertTimes(const StridedSource& source, TimeUnit unit, std::size_t count, std::int64_t* target);
/// Makes what lies beyond kMaxTime invalid, in times that were read without conversion.
void invalidateAbsurdTimes(std::int64_t* times, std::size_t count);
void convertCoordinates(const StridedSource& source, std::size_t count, std::uint16_t* target);
/// p > 0 counts as ON: covers 0/1, −1/+1 and booleans.
void convertPolarities(const StridedSource& source, std::size_t count, std::uint8_t* target);

/// True when the bytes of the file are already the internal representation (polarities still need p > 0).
bool isInternalType(ColumnIndex column, const RecordMember& member, TimeUnit unit);

} // namespace perihelion
