// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The two messages of a dataset's object header that say where its chunks are: dataspace and data layout
// (HDF5 File Format Specification 3.0, sections IV.A.1, IV.A.2.b and IV.A.2.i). Read by our own
// bounds-checked parser.

#include "core/base/result.h"
#include "datasets/hdf5/metadata_reader.h"

#include <array>
#include <cstdint>

namespace perihelion {

enum class ChunkIndexKind : std::uint8_t {
    BTree1,
    SingleChunk,
    Implicit,
    FixedArray,
    ExtensibleArray,
    BTree2
};

/// Chunked storage of a dataset of rank 1 or 2, as its header states it.
struct ChunkLayout {
    static constexpr std::size_t kMaxRank = 2;
    static constexpr std::uint64_t kUnlimited = ~0ULL;

    std::size_t rank = 0;
    std::array<std::uint64_t, kMaxRank> extent{};
    std::array<std::uint64_t, kMaxRank> maxExtent{}; ///< kUnlimited where it may grow.
    std::array<std::uint64_t, kMaxRank> chunk{};
    std::uint64_t elementBytes = 0;
    ChunkIndexKind index = ChunkIndexKind::BTree1;
    std::uint64_t indexAddress = MetadataReader::kUndefined;
    bool partialChunksUnfiltered = false; ///< Chunks that reach beyond the extent are stored raw.
    bool singleFiltered = false;          ///< SingleChunk: the two below are given.
    std::uint64_t singleBytes = 0;
    std::uint32_t singleMask = 0;
};

/// Reads the header at address (version 1 or 2, with continuations). UnsupportedLayout for what this parser
/// does not know (shared messages, layout versions 1 and 2, virtual or contiguous storage, rank above 2),
/// Corrupt else.
Result<ChunkLayout> readChunkLayout(MetadataReader& reader, std::uint64_t address);

} // namespace perihelion
