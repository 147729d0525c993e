// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Undoes HDF5's shuffle filter: from byte planes (all first bytes, all second bytes, …) back to elements.
// SSE2 for elements of 2, 4, 8 and 16 bytes, where it runs at memory speed; portable code for the rest. Pure
// functions.

#include <cstddef>
#include <span>

namespace perihelion {

/// shuffled and target have the same size and do not overlap; bytes behind the last whole element are copied.
void unshuffle(std::span<const std::byte> shuffled, std::span<std::byte> target, std::size_t elementBytes);
/// The same without vector instructions.
void unshufflePortable(std::span<const std::byte> shuffled, std::span<std::byte> target,
                       std::size_t elementBytes);

/// Undoes one block of the bitshuffle filter: from bit planes (all lowest bits of all first bytes, …) to
/// elements. The block is a multiple of 8 elements; scratch has its size and none of the three overlap.
void bitUnshuffle(std::span<const std::byte> planes, std::span<std::byte> target, std::size_t elementBytes,
                  std::span<std::byte> scratch);

} // namespace perihelion
