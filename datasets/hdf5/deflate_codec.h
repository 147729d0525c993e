// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HDF5's deflate filter: a zlib stream a chunk. Whole chunks go through libdeflate, which is more than twice
// as fast; prefixes through zlib, which can stop early. Both objects are made once and reused; one thread
// each.

#include "datasets/hdf5/codec.h"

#include <memory>

namespace perihelion {

class DeflateCodec {
public:
    DeflateCodec();
    ~DeflateCodec();
    DeflateCodec(const DeflateCodec&) = delete;
    DeflateCodec& operator=(const DeflateCodec&) = delete;

    DecodeOutcome decode(std::span<const std::byte> stored, std::span<std::byte> target);
    /// Fills as much of target as stored gives: Done with fewer bytes than target when stored ends first.
    DecodeOutcome decodePrefix(std::span<const std::byte> stored, std::span<std::byte> target);

private:
    struct Streams;
    std::unique_ptr<Streams> m_streams;
};

} // namespace perihelion
