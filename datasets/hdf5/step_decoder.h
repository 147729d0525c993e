// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// StepDecoder: undoes one step of a filter pipeline, whichever of our decoders it needs. Used by ChunkDecoder
// for chunks read past the HDF5 library and by the filters registered with the library. One thread; reuses
// its scratch.

#include "datasets/hdf5/bitshuffle_codec.h"
#include "datasets/hdf5/block_codecs.h"
#include "datasets/hdf5/codec.h"
#include "datasets/hdf5/dataset_description.h"
#include "datasets/hdf5/deflate_codec.h"

namespace perihelion {

/// Whether a StepDecoder undoes this filter. Fletcher32 is not a matter of decoding and not among them.
bool isDecodedHere(std::uint32_t filterId);

class StepDecoder {
public:
    /// elementBytes is what shuffle works on where the filter does not say.
    DecodeOutcome run(const FilterSpec& filter, std::size_t elementBytes, std::span<const std::byte> stored,
                      std::span<std::byte> target);
    DeflateCodec& deflate() { return m_deflate; }

private:
    DeflateCodec m_deflate;
    ZstdCodec m_zstd;
    BitshuffleCodec m_bitshuffle;
};

} // namespace perihelion
