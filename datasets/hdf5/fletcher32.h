// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HDF5's Fletcher-32 checksum filter: four bytes behind the data. Pure functions.

#include <cstddef>
#include <cstdint>
#include <span>

namespace perihelion {

/// The sum as HDF5 computes it: over big-endian 16-bit words, an odd last byte as the high half of a word.
std::uint32_t fletcher32(std::span<const std::byte> bytes);
/// True when the last four bytes are the checksum of those before, in the order of today or of libraries
/// before 1.6.3.
bool hasValidFletcher32(std::span<const std::byte> stored);

} // namespace perihelion
