// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_table.h"

#include "datasets/hdf5/chunk_array.h"
#include "datasets/hdf5/chunk_btree.h"
#include "datasets/hdf5/chunk_grid.h"
#include "datasets/hdf5/metadata_reader.h"
#include "datasets/hdf5/object_header.h"
#include "datasets/hdf5/random_access_file.h"

namespace perihelion {

namespace {

/// What the header says must be what the library said: two readings of one file that disagree are not to be
/// trusted.
bool matches(const ChunkLayout& layout, const DatasetDescription& description)
{
    const bool rowsMatch = layout.rank == static_cast<std::size_t>(description.rank) &&
                           layout.extent.at(0) == description.rows &&
                           layout.chunk.at(0) == description.chunkRows &&
                           layout.elementBytes == description.recordBytes;
    if (layout.rank < 2) {
        return rowsMatch;
    }
    return rowsMatch && layout.extent.at(1) == description.columns &&
           layout.chunk.at(1) == description.chunkColumns;
}

Result<void> fill(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    switch (layout.index) {
    case ChunkIndexKind::BTree1:
        return walkChunkBTree1(reader, layout, grid);
    case ChunkIndexKind::SingleChunk:
        return placeSingleChunk(reader, layout, grid);
    case ChunkIndexKind::Implicit:
        return placeImplicitChunks(reader, layout, grid);
    case ChunkIndexKind::FixedArray:
        return walkFixedArray(reader, layout, grid);
    case ChunkIndexKind::ExtensibleArray:
        return walkExtensibleArray(reader, layout, grid);
    case ChunkIndexKind::BTree2:
        break;
    }
    return reader.unsupported("the dataset uses an index of chunks that only the HDF5 library knows");
}

} // namespace

Result<ChunkTable> walkChunkTable(const RandomAccessFile& file, std::uint64_t superblockBase,
                                  const DatasetDescription& description)
{
    const Result<Superblock> superblock = readSuperblock(file, superblockBase);
    if (!superblock) {
        return superblock.error();
    }
    Result<ChunkGrid> grid = ChunkGrid::create(description, file.identity().sizeBytes);
    if (!grid) {
        return Error{grid.error().code, grid.error().message, file.path()};
    }
    MetadataReader reader(file, *superblock);
    const Result<ChunkLayout> layout = readChunkLayout(reader, description.objectHeaderAddress);
    if (!layout) {
        return layout.error();
    }
    if (!matches(*layout, description)) {
        return reader.corrupt("the dataset's header does not say what the dataset was opened as");
    }
    Result<void> filled = fill(reader, *layout, *grid);
    if (!filled) {
        return filled.error();
    }
    ChunkTable table = std::move(*grid).take();
    table.walked = true;
    return table;
}

} // namespace perihelion
