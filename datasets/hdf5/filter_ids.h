// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Registered numbers of the filters that Perihelion decodes or hands to the library.

#include <cstddef>
#include <cstdint>

namespace perihelion::filterid {

inline constexpr std::uint32_t kDeflate = 1;
inline constexpr std::uint32_t kShuffle = 2;
inline constexpr std::uint32_t kFletcher32 = 3;
inline constexpr std::uint32_t kSzip = 4;
inline constexpr std::uint32_t kNBit = 5;
inline constexpr std::uint32_t kScaleOffset = 6;
inline constexpr std::uint32_t kLzf = 32000;
inline constexpr std::uint32_t kBlosc = 32001;
inline constexpr std::uint32_t kLz4 = 32004;
inline constexpr std::uint32_t kBitshuffle = 32008;
inline constexpr std::uint32_t kZstd = 32015;
inline constexpr std::uint32_t kEcf = 36559;

/// HDF5 allows 32 steps, one bit each of a chunk's filter mask.
inline constexpr std::size_t kMaxFilters = 32;

} // namespace perihelion::filterid
