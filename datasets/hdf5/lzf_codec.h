// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// h5py's LZF filter (32000): decoder of LibLZF's stream, written from its format. Pure function,
// bounds-checked.

#include "datasets/hdf5/codec.h"

namespace perihelion {

/// NoRoom when the stream holds more than target; Damaged when it ends in the middle or points before its
/// start.
DecodeOutcome decodeLzf(std::span<const std::byte> stored, std::span<std::byte> target);

} // namespace perihelion
