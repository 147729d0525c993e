// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChunkGrid: a ChunkTable in the making. Believes a grid only when a file of this size can hold its index,
// and an entry only when it lies in the grid, comes once, and has a sane size. One thread.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_table.h"
#include "datasets/hdf5/dataset_description.h"

#include <cstdint>

namespace perihelion {

class ChunkGrid {
public:
    /// Corrupt when the dataset says it has more chunks than a file of fileBytes can tell apart.
    static Result<ChunkGrid> create(const DatasetDescription& description, std::uint64_t fileBytes);
    /// The same check without the table.
    static Result<void> checkPlausible(const DatasetDescription& description, std::uint64_t fileBytes);

    std::uint64_t rows() const { return m_table.gridRows; }
    std::uint32_t columns() const { return m_table.gridColumns; }
    std::uint64_t size() const { return m_table.chunks.size(); }

    /// False when (row, column) is outside the grid, taken already, or the size is absurd.
    bool place(std::uint64_t row, std::uint64_t column, const ChunkLocation& location);
    /// True when the chunk reaches beyond the dataset's extent.
    bool isPartial(std::uint64_t row, std::uint64_t column) const;

    std::uint64_t allocatedChunks() const { return m_allocated; }
    std::uint64_t storedBytes() const { return m_storedBytes; }
    ChunkTable take() && { return std::move(m_table); }

private:
    explicit ChunkGrid(const DatasetDescription& description);

    ChunkTable m_table;
    std::uint64_t m_extentRows = 0;
    std::uint64_t m_extentColumns = 0;
    std::uint64_t m_chunkRows = 0;
    std::uint64_t m_chunkColumns = 0;
    std::uint64_t m_maxStoredBytes = 0;
    std::uint64_t m_allocated = 0;
    std::uint64_t m_storedBytes = 0;
};

} // namespace perihelion
