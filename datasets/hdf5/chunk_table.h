// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where each chunk of a dataset lies. Built by a bounds-checked walk of the chunk index (B-tree version 1,
// fixed array, extensible array, single chunk, implicit) from the dataset's object header (HDF5 File Format
// Specification 3.0, sections III.A.1 and VII), because the library's own enumeration costs O(n) a chunk.
// Anything else falls back to the library's calls. Immutable once built; shared between threads.

#include "core/base/result.h"
#include "datasets/hdf5/dataset_description.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace perihelion {

class RandomAccessFile;

struct ChunkLocation {
    static constexpr std::uint64_t kUnallocated = std::numeric_limits<std::uint64_t>::max();
    static constexpr std::uint32_t kAllFiltersSkipped = ~0U; ///< Filter mask of a chunk stored as it is.

    std::uint64_t address = kUnallocated; ///< File offset, superblock base included.
    std::uint32_t sizeBytes = 0;          ///< Stored bytes.
    std::uint32_t filterMask = 0;         ///< Bit i set: filter i was skipped for this chunk.

    bool isAllocated() const { return address != kUnallocated; }
    /// False for an unallocated chunk and for one that reaches beyond the end of a file of fileBytes.
    bool liesWithin(std::uint64_t fileBytes) const
    {
        return isAllocated() && sizeBytes <= fileBytes && address <= fileBytes - sizeBytes;
    }

    bool operator==(const ChunkLocation&) const = default;
};

struct ChunkTable {
    std::uint64_t gridRows = 0;
    std::uint32_t gridColumns = 1;
    std::vector<ChunkLocation> chunks; ///< Row-major: chunks[row * gridColumns + column].
    bool walked = false;               ///< True when our own walk gave it, false for the library's calls.

    const ChunkLocation& at(std::uint64_t row, std::uint32_t column) const
    {
        return chunks[static_cast<std::size_t>(row * gridColumns + column)];
    }
};

/// No chunk's stored bytes are believed to be more than this, whatever the file says: filters may expand a
/// little.
inline std::uint64_t maxStoredBytes(std::uint64_t chunkBytes)
{
    return 2 * chunkBytes + 65536;
}

/// Walks the chunk index of a chunked dataset with our own parser only. UnsupportedLayout when the file uses
/// an index that the parser does not know (the caller then asks the library), Corrupt when a bound is
/// violated. superblockBase is the file offset that addresses count from. Never reads outside the file, never
/// allocates more than the grid of description needs.
Result<ChunkTable> walkChunkTable(const RandomAccessFile& file, std::uint64_t superblockBase,
                                  const DatasetDescription& description);

} // namespace perihelion
