// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChunkEntries: the entries of a fixed or extensible array of chunks (address, and for filtered chunks size
// and mask), in the order in which those arrays count chunks. Places them into a ChunkGrid. One thread.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_grid.h"
#include "datasets/hdf5/metadata_reader.h"
#include "datasets/hdf5/object_header.h"

#include <cstdint>
#include <optional>
#include <span>

namespace perihelion {

class ChunkEntries {
public:
    ChunkEntries(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid);

    /// From the array's header: client 0 for plain, 1 for filtered chunks. Corrupt when they do not fit
    /// together.
    Result<void> setFormat(std::uint8_t client, std::uint64_t entryBytes);
    std::uint64_t entryBytes() const { return m_entryBytes; }

    /// Bytes of a decoded chunk.
    std::uint64_t chunkBytes() const { return m_chunkBytes; }
    /// Index of a chunk of the grid; empty when it cannot be counted.
    std::optional<std::uint64_t> indexOf(std::uint64_t row, std::uint64_t column) const;
    /// One more than the largest index of the present grid: entries from there on are spare.
    std::uint64_t indexEnd() const { return m_indexEnd; }

    /// Places one entry; those that are unallocated or beyond the present extent are left out.
    Result<void> place(std::uint64_t index, std::uint64_t address, std::uint64_t sizeBytes,
                       std::uint32_t mask);
    /// Places all whole entries of a block, the first of which has this index.
    Result<void> placeAll(std::span<const std::byte> entries, std::uint64_t firstIndex);

private:
    MetadataReader& m_reader;
    const ChunkLayout& m_layout;
    ChunkGrid& m_grid;
    bool m_columnsFirst = false; ///< A dimension without limit counts slowest, wherever it stands.
    std::uint64_t m_fastLength = 1;
    std::uint64_t m_chunkBytes = 0;
    std::uint64_t m_indexEnd = 0;
    bool m_filtered = false;
    std::uint64_t m_entryBytes = 0;
    std::uint64_t m_sizeFieldBytes = 0;
};

} // namespace perihelion
