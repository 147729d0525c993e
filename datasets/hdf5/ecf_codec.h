// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ECF (filter 36559), Prophesee's coding of events in Metavision HDF5 files: a decoder written from the
// format. Every read is checked against the end of the stream. Pure functions.

#include "datasets/hdf5/codec.h"

#include <cstddef>

namespace perihelion {

/// One decoded event: x u16, y u16, p i16, 2 bytes of padding, t i64 (µs), little-endian.
inline constexpr std::size_t kEcfRecordBytes = 16;
/// The coding never puts more than 65535 events into a chunk.
inline constexpr std::size_t kEcfMaxEvents = 65535;

/// Number of events a stream says it holds; 0 when it is too short to say.
std::size_t ecfEventCount(std::span<const std::byte> stored);

/// Decodes into records. What the stream does not fill of target is set to zero (the last chunk of a file
/// holds fewer events than the others), so that Done always covers the whole target. NoRoom when it holds
/// more.
DecodeOutcome decodeEcf(std::span<const std::byte> stored, std::span<std::byte> target);

} // namespace perihelion
