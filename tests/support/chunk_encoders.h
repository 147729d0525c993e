// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Stored bytes for the tests of the decoders: framing written here from the formats, streams by the
// libraries' own encoders. Plain and slow on purpose, and nothing of the decoders is used.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace perihelion::test {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

Bytes encodeShuffle(ByteView bytes, std::size_t elementBytes);
Bytes encodeDeflate(ByteView bytes, int level);
/// Appends HDF5's checksum, computed in the plainest way.
Bytes encodeFletcher32(ByteView bytes);
/// Literals and short matches; exercises all forms of control bytes.
Bytes encodeLzf(ByteView bytes);
Bytes encodeLz4(ByteView bytes, std::uint32_t blockBytes);
Bytes encodeZstd(ByteView bytes, int level);
/// shuffle: 0 none, 1 byte, 2 bit.
Bytes encodeBlosc(ByteView bytes, const char* codec, int shuffle, std::size_t typeBytes,
                  std::size_t blockBytes = 0);
/// codec: 0 none, 2 LZ4, 3 Zstandard.
Bytes encodeBitshuffle(ByteView bytes, std::size_t elementBytes, std::size_t blockElements,
                       std::uint32_t codec);

struct EcfEvent {
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    std::uint16_t p = 0;
    std::int64_t t = 0;
};
enum class EcfMode { PackedXyp, PackedXp, Separate };
/// Times must not step back, x and y stay below 2048.
Bytes encodeEcf(std::span<const EcfEvent> events, EcfMode mode);
/// The records that such a chunk decodes to, chunkEvents long.
Bytes ecfRecords(std::span<const EcfEvent> events, std::size_t chunkEvents);

} // namespace perihelion::test
