// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The bitshuffle filter (32008): bit planes of small blocks, plain or each compressed with LZ4 or Zstandard.
// One thread; scratch memory for one block is reused.

#include "datasets/hdf5/block_codecs.h"
#include "datasets/hdf5/codec.h"
#include "datasets/hdf5/dataset_description.h"

#include <cstdint>

namespace perihelion {

/// The filter's client values 2 to 4.
struct BitshuffleParameters {
    enum class Codec : std::uint32_t { None = 0, Lz4 = 2, Zstd = 3 };

    std::size_t elementBytes = 1;
    std::size_t blockElements = 0; ///< 0: the filter's own choice for this element size.
    std::uint32_t codec = 0;       ///< As stored; other values than Codec's are Damaged.
};

/// From the filter's client values; the element size falls to 0, which decode refuses, where there are too
/// few.
BitshuffleParameters bitshuffleParameters(const FilterSpec& filter);

class BitshuffleCodec {
public:
    DecodeOutcome decode(const BitshuffleParameters& parameters, std::span<const std::byte> stored,
                         std::span<std::byte> target);

private:
    DecodeOutcome decodePlain(const BitshuffleParameters& parameters, std::span<const std::byte> stored,
                              std::span<std::byte> target);
    DecodeOutcome decodeCompressed(const BitshuffleParameters& parameters, std::span<const std::byte> stored,
                                   std::span<std::byte> target);

    ZstdCodec m_zstd;
    ScratchBuffer m_block;
    ScratchBuffer m_planes;
};

} // namespace perihelion
