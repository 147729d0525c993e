// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Input of fuzz_chunk_walk: what the library would have said about a dataset (32 bytes), then the bytes of a
// file. Shared by the target and by the program that makes its seeds.

#include "datasets/hdf5/dataset_description.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace perihelion::fuzz {

struct ChunkWalkHead {
    std::uint64_t objectHeaderAddress = 0;
    std::uint64_t rows = 0;
    std::uint32_t chunkRows = 0;
    std::uint32_t columns = 0; ///< 0: a list, else a table.
    std::uint32_t chunkColumns = 0;
    std::uint32_t recordBytes = 0;
};
static_assert(sizeof(ChunkWalkHead) == 32);

inline DatasetDescription describe(const ChunkWalkHead& head)
{
    DatasetDescription description;
    description.path = "/t";
    description.kind = StorageKind::Chunked;
    description.rank = head.columns == 0 ? 1 : 2;
    description.rows = head.rows;
    description.columns = head.columns == 0 ? 1 : head.columns;
    description.recordBytes = head.recordBytes;
    description.chunkRows = head.chunkRows;
    description.chunkColumns = head.columns == 0 ? 1 : head.chunkColumns;
    description.objectHeaderAddress = head.objectHeaderAddress;
    return description;
}

inline std::vector<std::byte> chunkWalkInput(const DatasetDescription& description,
                                             std::span<const std::byte> file)
{
    ChunkWalkHead head;
    head.objectHeaderAddress = description.objectHeaderAddress;
    head.rows = description.rows;
    head.chunkRows = static_cast<std::uint32_t>(description.chunkRows);
    head.columns = description.rank == 2 ? description.columns : 0;
    head.chunkColumns = description.chunkColumns;
    head.recordBytes = description.recordBytes;
    std::vector<std::byte> input(sizeof head + file.size());
    std::memcpy(input.data(), &head, sizeof head);
    std::memcpy(input.data() + sizeof head, file.data(), file.size());
    return input;
}

} // namespace perihelion::fuzz
