// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/column_reader.h"

#include "datasets/index/element_convert.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace perihelion {

namespace {

/// A decoded chunk is kept in the scratch when it is this many times larger than what was asked of it.
constexpr std::uint64_t kHoldFactor = 4;

std::uint64_t nextReaderId()
{
    static std::atomic<std::uint64_t> id{1};
    return id.fetch_add(1);
}

void normalisePolarities(std::uint8_t* values, std::size_t count, bool isSigned)
{
    if (isSigned) {
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(values[i]) > 0);
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<std::uint8_t>(values[i] != 0);
    }
}

} // namespace

ColumnScratch& ColumnScratch::ofThisThread()
{
    static thread_local ColumnScratch scratch;
    return scratch;
}

ColumnReader::ColumnReader(std::shared_ptr<const RandomAccessFile> file, RecordingLayout layout,
                           std::vector<DatasetReader> readers, std::shared_ptr<Hdf5File> library)
    : m_file(std::move(file)),
      m_layout(std::move(layout)),
      m_readers(std::move(readers)),
      m_id(nextReaderId()),
      m_library(std::move(library))
{
}

std::uint64_t ColumnReader::timeBlockCount() const
{
    const std::uint64_t rows = timeBlockRows();
    return (m_layout.rows + rows - 1) / rows;
}

ColumnSet ColumnReader::existing(ColumnSet wanted) const
{
    ColumnSet there = 0;
    for (std::size_t column = 0; column < kColumnCount; ++column) {
        if (m_layout.columns[column].exists()) {
            there |= 1U << column;
        }
    }
    return wanted & there;
}

void ColumnReader::prepare(ColumnBuffers& buffers, std::uint64_t firstRow, std::size_t rows,
                           ColumnSet wanted) const
{
    // Room for the padded last chunk of each column, so that it too can be decoded in place.
    std::uint64_t slack = 0;
    for (const DatasetReader& reader : m_readers) {
        if (reader.access == DatasetAccess::Chunks) {
            slack = std::max(slack, std::min<std::uint64_t>(reader.blockRows, 1U << 20));
        }
    }
    buffers.firstRow = firstRow;
    buffers.rows = rows;
    buffers.reserve(rows + static_cast<std::size_t>(slack));
    if ((wanted & (1U << kPolarityColumn)) != 0 && !m_layout.columns[kPolarityColumn].exists()) {
        std::memset(buffers.p, 1, rows);
    }
}

void ColumnReader::plan(std::uint64_t firstRow, std::size_t rows, ColumnSet wanted,
                        std::vector<ReadSlice>& slices) const
{
    wanted = existing(wanted);
    if (rows == 0) {
        return;
    }
    for (std::size_t dataset = 0; dataset < m_readers.size(); ++dataset) {
        const DatasetDescription& description = m_layout.datasets[dataset];
        const DatasetReader& reader = m_readers[dataset];
        const std::uint32_t gridColumns =
            reader.access == DatasetAccess::Chunks ? description.chunkGridColumns() : 1;
        for (std::uint32_t gridColumn = 0; gridColumn < gridColumns; ++gridColumn) {
            ColumnSet here = 0;
            for (std::size_t column = 0; column < kColumnCount; ++column) {
                const ColumnSource& source = m_layout.columns[column];
                const bool inGrid = reader.access != DatasetAccess::Chunks ||
                                    source.column / description.chunkColumns == gridColumn;
                if ((wanted & (1U << column)) != 0 && source.dataset == static_cast<int>(dataset) && inGrid) {
                    here |= 1U << column;
                }
            }
            if (here == 0) {
                continue;
            }
            const std::uint64_t lastBlock = (firstRow + rows - 1) / reader.blockRows;
            for (std::uint64_t block = firstRow / reader.blockRows; block <= lastBlock; ++block) {
                slices.push_back(ReadSlice{static_cast<int>(dataset), gridColumn, block, here});
            }
        }
    }
}

std::pair<std::uint64_t, std::uint64_t> ColumnReader::rowsOf(const ReadSlice& slice,
                                                             const ColumnBuffers& buffers) const
{
    const std::uint64_t blockRows = m_readers[static_cast<std::size_t>(slice.dataset)].blockRows;
    const std::uint64_t first = std::max(buffers.firstRow, slice.block * blockRows);
    const std::uint64_t last = std::min(buffers.firstRow + buffers.rows, (slice.block + 1) * blockRows);
    return {first, last};
}

Result<SliceOutcome> ColumnReader::read(const ReadSlice& slice, ColumnBuffers& buffers) const
{
    const auto readNow = [&] {
        return m_readers[static_cast<std::size_t>(slice.dataset)].access == DatasetAccess::Chunks
                   ? readChunk(slice, buffers)
                   : readRun(slice, buffers);
    };
    if (!m_times.isOn()) {
        return readNow();
    }
    const auto began = ReadingTimes::Clock::now();
    Result<SliceOutcome> outcome = readNow();
    if (outcome && !outcome->fromScratch) {
        m_times.record(ReadingStep::Chunk, began, m_file->path(), ByteCount{outcome->bytesDecoded});
    }
    return outcome;
}

std::byte* ColumnReader::directTarget(const ReadSlice& slice, ColumnBuffers& buffers, std::uint64_t first,
                                      std::uint64_t count) const
{
    const DatasetDescription& description = m_layout.datasets[static_cast<std::size_t>(slice.dataset)];
    if (description.columns != 1 || description.chunkColumns != 1 || description.members.size() != 1) {
        return nullptr;
    }
    for (const ColumnIndex column : {kTimeColumn, kXColumn, kYColumn, kPolarityColumn}) {
        if (slice.columns != 1U << column) {
            continue;
        }
        if (first < buffers.firstRow || first + count > buffers.firstRow + buffers.capacity ||
            !isInternalType(column, m_layout.columns[column].member, m_layout.timeUnit)) {
            return nullptr;
        }
        const auto at = static_cast<std::size_t>(first - buffers.firstRow);
        switch (column) {
        case kTimeColumn:
            return reinterpret_cast<std::byte*>(buffers.t + at);
        case kXColumn:
            return reinterpret_cast<std::byte*>(buffers.x + at);
        case kYColumn:
            return reinterpret_cast<std::byte*>(buffers.y + at);
        case kPolarityColumn:
            return reinterpret_cast<std::byte*>(buffers.p + at);
        case kColumnCount:
            break;
        }
    }
    return nullptr;
}

void ColumnReader::convert(const ReadSlice& slice, const std::byte* decoded, std::uint64_t decodedFirstRow,
                           std::uint64_t rowBytes, std::uint32_t firstColumn, ColumnBuffers& buffers,
                           std::uint64_t first, std::uint64_t last) const
{
    const DatasetDescription& description = m_layout.datasets[static_cast<std::size_t>(slice.dataset)];
    const auto count = static_cast<std::size_t>(last - first);
    const auto at = static_cast<std::size_t>(first - buffers.firstRow);
    for (const ColumnIndex column : {kTimeColumn, kXColumn, kYColumn, kPolarityColumn}) {
        if ((slice.columns & (1U << column)) == 0) {
            continue;
        }
        const ColumnSource& source = m_layout.columns[column];
        const std::size_t inRow =
            static_cast<std::size_t>(source.column - firstColumn) * description.recordBytes +
            source.member.offset;
        const StridedSource from{decoded + (first - decodedFirstRow) * rowBytes + inRow, rowBytes,
                                 source.member.type, source.member.bigEndian};
        switch (column) {
        case kTimeColumn:
            convertTimes(from, m_layout.timeUnit, count, buffers.t + at);
            break;
        case kXColumn:
            convertCoordinates(from, count, buffers.x + at);
            break;
        case kYColumn:
            convertCoordinates(from, count, buffers.y + at);
            break;
        case kPolarityColumn:
            convertPolarities(from, count, buffers.p + at);
            break;
        case kColumnCount:
            break;
        }
    }
}

void ColumnReader::normalise(ColumnSet columns, ColumnBuffers& buffers, std::uint64_t first,
                             std::uint64_t last) const
{
    const auto at = static_cast<std::size_t>(first - buffers.firstRow);
    const auto count = static_cast<std::size_t>(last - first);
    if (columns == 1U << kPolarityColumn) {
        normalisePolarities(buffers.p + at, count,
                            m_layout.columns[kPolarityColumn].member.type == ScalarType::I8);
    } else if (columns == 1U << kTimeColumn) {
        invalidateAbsurdTimes(buffers.t + at, count);
    }
}

Result<void> ColumnReader::checkLocation(const ChunkLocation& location) const
{
    if (location.address == ChunkLocation::kUnallocated) {
        return Error{ErrorCode::NotFound, QStringLiteral("A chunk was never written"), m_file->path()};
    }
    const std::uint64_t fileSize = m_file->identity().sizeBytes;
    if (location.address > fileSize || location.sizeBytes > fileSize - location.address) {
        return Error{ErrorCode::Truncated, QStringLiteral("A chunk lies beyond the end of the file"),
                     m_file->path()};
    }
    return {};
}

Result<void> ColumnReader::decodeChunk(const DatasetReader& reader, const ChunkLocation& location,
                                       ChunkDecoder& decoder, std::span<std::byte> target) const
{
    if (reader.pipeline.isIdentity()) {
        if (location.sizeBytes != target.size()) {
            return Error{ErrorCode::Corrupt, QStringLiteral("A chunk has the wrong size"), m_file->path()};
        }
        return m_file->readExactly(location.address, target);
    }
    const std::span<std::byte> stored = decoder.storedBuffer(location.sizeBytes);
    if (auto read = m_file->readExactly(location.address, stored); !read) {
        return read;
    }
    if (auto done = decoder.decode(reader.pipeline, stored, location.filterMask, target); !done) {
        return Error{done.error().code, done.error().message, m_file->path()};
    }
    return {};
}

Result<SliceOutcome> ColumnReader::readLongChunk(const ReadSlice& slice, std::uint64_t key,
                                                 ColumnBuffers& buffers) const
{
    const DatasetDescription& description = m_layout.datasets[static_cast<std::size_t>(slice.dataset)];
    const DatasetReader& reader = m_readers[static_cast<std::size_t>(slice.dataset)];
    const ChunkLocation& location = reader.table.at(slice.block, slice.gridColumn);
    const auto used = m_longChunks.use(key, reader.pipeline.chunkBytes(), [&](std::span<std::byte> target) {
        ChunkDecoder ownDecoder; // The thread's own would hold on to memory as large as this chunk.
        return decodeChunk(reader, location, ownDecoder, target);
    });
    if (!used) {
        return used.error();
    }
    const auto [first, last] = rowsOf(slice, buffers);
    convert(slice, used->bytes(), slice.block * reader.blockRows,
            std::uint64_t{description.chunkColumns} * description.recordBytes,
            slice.gridColumn * description.chunkColumns, buffers, first, last);
    SliceOutcome outcome;
    outcome.fromScratch = !used->isNew();
    if (used->isNew()) {
        outcome.bytesRead = location.sizeBytes;
        outcome.bytesDecoded = reader.pipeline.chunkBytes();
    }
    return outcome;
}

Result<SliceOutcome> ColumnReader::readChunk(const ReadSlice& slice, ColumnBuffers& buffers) const
{
    const DatasetDescription& description = m_layout.datasets[static_cast<std::size_t>(slice.dataset)];
    const DatasetReader& reader = m_readers[static_cast<std::size_t>(slice.dataset)];
    const ChunkLocation& location = reader.table.at(slice.block, slice.gridColumn);
    const auto [first, last] = rowsOf(slice, buffers);
    const std::uint64_t chunkFirst = slice.block * reader.blockRows;
    const std::size_t chunkBytes = reader.pipeline.chunkBytes();
    ColumnScratch& scratch = ColumnScratch::ofThisThread();
    SliceOutcome outcome;

    if (auto allocated = checkLocation(location); !allocated) {
        return allocated.error();
    }
    const std::uint64_t key = (static_cast<std::uint64_t>(slice.dataset) << 56) ^
                              (static_cast<std::uint64_t>(slice.gridColumn) << 48) ^ slice.block;
    if (reader.blockRows > kLongChunkRows) {
        return readLongChunk(slice, key, buffers);
    }
    const bool hold = reader.blockRows >= kHoldFactor * buffers.rows;
    const std::uint32_t rowBytes = description.chunkColumns * description.recordBytes;
    const std::uint32_t firstColumn = slice.gridColumn * description.chunkColumns;
    if (hold && scratch.heldReader == m_id && scratch.heldKey == key) {
        outcome.fromScratch = true;
        convert(slice, scratch.decoded.get(), chunkFirst, rowBytes, firstColumn, buffers, first, last);
        return outcome;
    }

    std::byte* target = directTarget(slice, buffers, chunkFirst, reader.blockRows);
    const bool direct = target != nullptr;
    if (!direct) {
        target = scratch.decoded.reserve(chunkBytes);
        scratch.heldKey = ~0ULL;
    }
    if (auto done = decodeChunk(reader, location, scratch.decoder, std::span(target, chunkBytes)); !done) {
        return done.error();
    }
    outcome.bytesRead = location.sizeBytes;
    outcome.bytesDecoded = chunkBytes;
    if (!direct) {
        convert(slice, target, chunkFirst, rowBytes, firstColumn, buffers, first, last);
        if (hold) {
            scratch.heldReader = m_id;
            scratch.heldKey = key;
        }
    } else {
        normalise(slice.columns, buffers, first, last);
    }
    return outcome;
}

Result<SliceOutcome> ColumnReader::readRun(const ReadSlice& slice, ColumnBuffers& buffers) const
{
    const DatasetDescription& description = m_layout.datasets[static_cast<std::size_t>(slice.dataset)];
    const DatasetReader& reader = m_readers[static_cast<std::size_t>(slice.dataset)];
    const auto [first, last] = rowsOf(slice, buffers);
    const std::uint64_t rowBytes = std::uint64_t{description.columns} * description.recordBytes;
    const auto bytes = static_cast<std::size_t>((last - first) * rowBytes);
    ColumnScratch& scratch = ColumnScratch::ofThisThread();

    std::byte* target = directTarget(slice, buffers, first, last - first);
    const bool direct = target != nullptr;
    if (!direct) {
        target = scratch.decoded.reserve(bytes);
        scratch.heldKey = ~0ULL;
    }
    if (reader.access == DatasetAccess::InPlace) {
        const auto read = m_file->readExactly(description.contiguousAddress + first * rowBytes,
                                              std::span<std::byte>(target, bytes));
        if (!read) {
            return read.error();
        }
    } else {
        const auto opened = library();
        if (!opened) {
            return opened.error();
        }
        const auto read =
            (*opened)->readRows(description, first, last - first, std::span<std::byte>(target, bytes));
        if (!read) {
            return read.error();
        }
    }
    if (!direct) {
        convert(slice, target, first, rowBytes, 0, buffers, first, last);
    } else {
        normalise(slice.columns, buffers, first, last);
    }
    SliceOutcome outcome;
    outcome.bytesRead = bytes;
    outcome.bytesDecoded = bytes;
    return outcome;
}

bool ColumnReader::hasCheapFirstTimes() const
{
    const DatasetReader& reader = readerOf(kTimeColumn);
    return reader.access == DatasetAccess::InPlace ||
           (reader.access == DatasetAccess::Chunks && reader.pipeline.hasCheapPrefix());
}

Result<std::int64_t> ColumnReader::timeOfRow(std::uint64_t row, SliceOutcome& cost) const
{
    const ColumnSource& source = m_layout.columns[kTimeColumn];
    const DatasetDescription& description = m_layout.datasetOf(kTimeColumn);
    const DatasetReader& reader = readerOf(kTimeColumn);
    const std::uint64_t inBlock = row % reader.blockRows;

    if (reader.access == DatasetAccess::InPlace) {
        std::array<std::byte, sizeof(std::int64_t)> element{};
        const std::uint64_t rowBytes = std::uint64_t{description.columns} * description.recordBytes;
        const std::uint64_t offset = description.contiguousAddress + row * rowBytes +
                                     std::uint64_t{source.column} * description.recordBytes +
                                     source.member.offset;
        const std::span<std::byte> target(element.data(), scalarSize(source.member.type));
        if (const auto read = m_file->readExactly(offset, target); !read) {
            return read.error();
        }
        cost.bytesRead += target.size();
        cost.bytesDecoded += target.size();
        std::int64_t time = 0;
        convertTimes(StridedSource{element.data(), rowBytes, source.member.type, source.member.bigEndian},
                     m_layout.timeUnit, 1, &time);
        return time;
    }
    if (reader.access == DatasetAccess::Chunks && inBlock == 0 && hasCheapFirstTimes()) {
        const std::uint32_t gridColumn = source.column / description.chunkColumns;
        const ChunkLocation& location = reader.table.at(row / reader.blockRows, gridColumn);
        if (auto allocated = checkLocation(location); !allocated) {
            return allocated.error();
        }
        const std::size_t offset =
            static_cast<std::size_t>(source.column % description.chunkColumns) * description.recordBytes +
            source.member.offset;
        std::byte prefix[512];
        const std::size_t wanted = offset + scalarSize(source.member.type);
        // A deflate block begins with its code tables, hence a few hundred bytes even for one number.
        for (std::uint64_t storedBytes = 768; wanted <= sizeof prefix; storedBytes *= 8) {
            const auto size =
                static_cast<std::size_t>(std::min<std::uint64_t>(storedBytes, location.sizeBytes));
            ChunkDecoder& decoder = ColumnScratch::ofThisThread().decoder;
            const std::span<std::byte> stored = decoder.storedBuffer(size);
            if (const auto read = m_file->readExactly(location.address, stored); !read) {
                return read.error();
            }
            cost.bytesRead += size;
            const auto decoded = decoder.decodePrefix(reader.pipeline, stored, location.filterMask,
                                                      std::span<std::byte>(prefix, wanted));
            if (decoded) {
                cost.bytesDecoded += wanted;
                std::int64_t time = 0;
                convertTimes(StridedSource{prefix + offset, description.recordBytes, source.member.type,
                                           source.member.bigEndian},
                             m_layout.timeUnit, 1, &time);
                return time;
            }
            if (size == location.sizeBytes) {
                return decoded.error();
            }
        }
    }

    static thread_local ColumnBuffers buffers;
    prepare(buffers, row, 1, 1U << kTimeColumn);
    std::vector<ReadSlice> slices;
    plan(row, 1, 1U << kTimeColumn, slices);
    const auto outcome = read(slices.front(), buffers);
    if (!outcome) {
        return outcome.error();
    }
    cost.bytesRead += outcome->bytesRead;
    cost.bytesDecoded += outcome->bytesDecoded;
    return buffers.t[0];
}

Result<std::shared_ptr<Hdf5File>> ColumnReader::library() const
{
    const std::lock_guard lock(m_libraryMutex);
    if (!m_library) {
        auto opened = Hdf5File::open(m_file->path());
        if (!opened) {
            return opened.error();
        }
        m_library = std::move(*opened);
    }
    return m_library;
}

void ColumnReader::releaseLibrary() const
{
    const bool needed = std::any_of(m_readers.begin(), m_readers.end(), [](const DatasetReader& reader) {
        return reader.access == DatasetAccess::Library;
    });
    if (!needed) {
        const std::lock_guard lock(m_libraryMutex);
        m_library.reset();
    }
}

} // namespace perihelion
