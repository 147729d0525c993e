// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_grid.h"

namespace perihelion {

namespace {

// Every index takes at least 8 bytes a chunk, and an implicit one a chunk's own bytes; some room for datasets
// that were given their extent before their events. With this the table is never larger than the file and 1
// MiB.
constexpr std::uint64_t kChunksAlwaysBelieved = 65536;
constexpr std::uint64_t kBytesPerChunk = 16;

} // namespace

Result<void> ChunkGrid::checkPlausible(const DatasetDescription& description, std::uint64_t fileBytes)
{
    const std::uint64_t rows = description.chunkGridRows();
    const std::uint64_t columns = description.chunkGridColumns();
    const std::uint64_t most = kChunksAlwaysBelieved + fileBytes / kBytesPerChunk;
    if (columns != 0 && rows > most / columns) {
        return Error{
            ErrorCode::Corrupt,
            QStringLiteral("Reading dataset %1 failed because it says it has %2 × %3 chunks, more than a "
                           "file of %4 bytes can hold")
                .arg(QString::fromStdString(description.path))
                .arg(rows)
                .arg(columns)
                .arg(fileBytes),
            QString()};
    }
    return {};
}

Result<ChunkGrid> ChunkGrid::create(const DatasetDescription& description, std::uint64_t fileBytes)
{
    if (description.kind != StorageKind::Chunked || description.chunkRows == 0 ||
        description.chunkColumns == 0 || description.chunkBytes() > kMaxChunkBytes) {
        return Error{
            ErrorCode::InvalidArgument,
            QStringLiteral("Listing the chunks of dataset %1 failed because it is not stored in chunks")
                .arg(QString::fromStdString(description.path)),
            QString()};
    }
    Result<void> plausible = checkPlausible(description, fileBytes);
    if (!plausible) {
        return plausible.error();
    }
    return ChunkGrid(description);
}

ChunkGrid::ChunkGrid(const DatasetDescription& description)
    : m_extentRows(description.rows),
      m_extentColumns(description.columns),
      m_chunkRows(description.chunkRows),
      m_chunkColumns(description.chunkColumns),
      m_maxStoredBytes(maxStoredBytes(description.chunkBytes()))
{
    m_table.gridRows = description.chunkGridRows();
    m_table.gridColumns = description.chunkGridColumns();
    m_table.chunks.resize(static_cast<std::size_t>(m_table.gridRows * m_table.gridColumns));
}

bool ChunkGrid::place(std::uint64_t row, std::uint64_t column, const ChunkLocation& location)
{
    if (row >= m_table.gridRows || column >= m_table.gridColumns || !location.isAllocated() ||
        location.sizeBytes == 0 || location.sizeBytes > m_maxStoredBytes) {
        return false;
    }
    ChunkLocation& slot = m_table.chunks.at(static_cast<std::size_t>(row * m_table.gridColumns + column));
    if (slot.isAllocated()) {
        return false;
    }
    slot = location;
    ++m_allocated;
    m_storedBytes += location.sizeBytes;
    return true;
}

bool ChunkGrid::isPartial(std::uint64_t row, std::uint64_t column) const
{
    return (row + 1) * m_chunkRows > m_extentRows || (column + 1) * m_chunkColumns > m_extentColumns;
}

} // namespace perihelion
