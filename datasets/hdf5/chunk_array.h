// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The chunk indexes of the latest file format whose entries come in the order of the chunks: a single chunk,
// an implicit run of equal chunks, the fixed array, and the extensible array of datasets that grow in one
// dimension (HDF5 File Format Specification 3.0, section VII). Each is Corrupt when the index or an entry of
// it is out of bounds.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_grid.h"
#include "datasets/hdf5/metadata_reader.h"
#include "datasets/hdf5/object_header.h"

namespace perihelion {

Result<void> placeSingleChunk(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid);
Result<void> placeImplicitChunks(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid);
Result<void> walkFixedArray(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid);
Result<void> walkExtensibleArray(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid);

} // namespace perihelion
