// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Walk of a version 1 B-tree of chunks (HDF5 File Format Specification 3.0, section III.A.1, node type 1),
// the index that every HDF5 library writes unless told to use the latest format.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_grid.h"
#include "datasets/hdf5/metadata_reader.h"
#include "datasets/hdf5/object_header.h"

namespace perihelion {

/// Places every chunk of the tree into grid. Corrupt when a node or an entry is out of bounds.
Result<void> walkChunkBTree1(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid);

} // namespace perihelion
