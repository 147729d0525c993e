// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_entries.h"

#include <algorithm>
#include <limits>

namespace perihelion {

ChunkEntries::ChunkEntries(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
    : m_reader(reader),
      m_layout(layout),
      m_grid(grid)
{
    m_chunkBytes = layout.elementBytes;
    for (std::size_t dimension = 0; dimension < layout.rank; ++dimension) {
        m_chunkBytes *= layout.chunk.at(dimension); // checked against the description, which is bounded
    }
    if (layout.rank == 2) {
        m_columnsFirst = layout.maxExtent.at(1) == ChunkLayout::kUnlimited &&
                         layout.maxExtent.at(0) != ChunkLayout::kUnlimited;
        const std::size_t fast = m_columnsFirst ? 0 : 1;
        const std::uint64_t extent = layout.maxExtent.at(fast);
        const std::uint64_t chunk = layout.chunk.at(fast);
        m_fastLength = std::max<std::uint64_t>(1, extent / chunk + (extent % chunk != 0 ? 1 : 0));
    }
    if (grid.size() > 0) {
        m_indexEnd = indexOf(grid.rows() - 1, grid.columns() - 1).value_or(0) + 1;
    }
}

Result<void> ChunkEntries::setFormat(std::uint8_t client, std::uint64_t entryBytes)
{
    const std::uint64_t fixedBytes = m_reader.superblock().addressBytes + (client == 1 ? 4U : 0U);
    if (client > 1 || entryBytes < fixedBytes || entryBytes - fixedBytes > 8 ||
        (client == 1) != (entryBytes > fixedBytes)) {
        return m_reader.corrupt("the index of chunks has entries of a wrong size");
    }
    m_filtered = client == 1;
    m_entryBytes = entryBytes;
    m_sizeFieldBytes = entryBytes - fixedBytes;
    return {};
}

std::optional<std::uint64_t> ChunkEntries::indexOf(std::uint64_t row, std::uint64_t column) const
{
    const std::uint64_t slow = m_columnsFirst ? column : row;
    const std::uint64_t fast = m_columnsFirst ? row : column;
    std::uint64_t index = 0;
    if (__builtin_mul_overflow(slow, m_fastLength, &index) || __builtin_add_overflow(index, fast, &index)) {
        return std::nullopt;
    }
    return index;
}

Result<void> ChunkEntries::place(std::uint64_t index, std::uint64_t address, std::uint64_t sizeBytes,
                                 std::uint32_t mask)
{
    const std::uint64_t slow = index / m_fastLength;
    const std::uint64_t fast = index % m_fastLength;
    const std::uint64_t row = m_columnsFirst ? fast : slow;
    const std::uint64_t column = m_columnsFirst ? slow : fast;
    if (address == MetadataReader::kUndefined || row >= m_grid.rows() || column >= m_grid.columns()) {
        return {};
    }
    if (sizeBytes > std::numeric_limits<std::uint32_t>::max() ||
        address >= MetadataReader::kUndefined - m_reader.superblock().base) {
        return m_reader.corrupt("an entry of the index of chunks is out of bounds");
    }
    ChunkLocation location;
    location.address = m_reader.superblock().base + address;
    location.sizeBytes = static_cast<std::uint32_t>(sizeBytes);
    location.filterMask = m_layout.partialChunksUnfiltered && m_grid.isPartial(row, column)
                              ? ChunkLocation::kAllFiltersSkipped
                              : mask;
    if (!m_grid.place(row, column, location)) {
        return m_reader.corrupt("an entry of the index of chunks is outside the dataset or comes twice");
    }
    return {};
}

Result<void> ChunkEntries::placeAll(std::span<const std::byte> entries, std::uint64_t firstIndex)
{
    ByteReader bytes(entries);
    const std::uint64_t count = m_entryBytes == 0 ? 0 : entries.size() / m_entryBytes;
    for (std::uint64_t entry = 0; entry < count; ++entry) {
        const std::uint64_t address = m_reader.address(bytes);
        const std::uint64_t sizeBytes =
            m_filtered ? bytes.unsignedLe(static_cast<std::size_t>(m_sizeFieldBytes)) : m_chunkBytes;
        const std::uint32_t mask = m_filtered ? bytes.u32() : 0;
        Result<void> placed = place(firstIndex + entry, address, sizeBytes, mask);
        if (!placed) {
            return placed;
        }
    }
    return {};
}

} // namespace perihelion
