// SPDX-License-Identifier: GPL-3.0-or-later
// Hdf5File: where chunks lie, and rows that only the library can read.

#include "datasets/hdf5/chunk_grid.h"
#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/hdf5_file_state.h"
#include "datasets/hdf5/hdf5_gate.h"
#include "datasets/hdf5/library_filters.h"

#include <algorithm>
#include <array>
#include <limits>

#include <H5Cpp.h>

namespace perihelion {

namespace {

/// The library's enumeration, chunk by chunk; each call costs O(n).
class LibraryEnumeration {
public:
    LibraryEnumeration(const H5::DataSet& dataset, const RandomAccessFile& bytes,
                       std::uint64_t superblockBase, const DatasetDescription& description)
        : m_dataset(dataset),
          m_bytes(bytes),
          m_superblockBase(superblockBase),
          m_description(description)
    {
    }

    Result<ChunkTable> run();

private:
    std::uint64_t addressBase(const std::array<hsize_t, 2>& offset, haddr_t address, hsize_t sizeBytes) const;
    Error failed(const QString& reason) const;

    const H5::DataSet& m_dataset;
    const RandomAccessFile& m_bytes;
    std::uint64_t m_superblockBase;
    const DatasetDescription& m_description;
};

Error LibraryEnumeration::failed(const QString& reason) const
{
    return {ErrorCode::Corrupt,
            QStringLiteral("Listing the chunks of dataset %1 failed because the file is damaged: %2")
                .arg(QString::fromStdString(m_description.path), reason),
            m_bytes.path()};
}

/// Libraries disagree on whether the address counts from the start of the file or from the superblock:
/// compares the bytes of one chunk.
std::uint64_t LibraryEnumeration::addressBase(const std::array<hsize_t, 2>& offset, haddr_t address,
                                              hsize_t sizeBytes) const
{
    if (m_superblockBase == 0 || sizeBytes > maxStoredBytes(m_description.chunkBytes())) {
        return 0;
    }
    std::vector<std::byte> fromLibrary(static_cast<std::size_t>(sizeBytes));
    std::vector<std::byte> fromFile(static_cast<std::size_t>(sizeBytes));
    std::uint32_t mask = 0;
    if (H5Dread_chunk(m_dataset.getId(), H5P_DEFAULT, offset.data(), &mask, fromLibrary.data()) < 0) {
        return m_superblockBase;
    }
    const bool absolute = m_bytes.readSome(address, fromFile) == fromFile.size() && fromFile == fromLibrary;
    return absolute ? 0 : m_superblockBase;
}

Result<ChunkTable> LibraryEnumeration::run()
{
    Result<ChunkGrid> grid = ChunkGrid::create(m_description, m_bytes.identity().sizeBytes);
    if (!grid) {
        return Error{grid.error().code, grid.error().message, m_bytes.path()};
    }
    const H5::DataSpace space = m_dataset.getSpace();
    hsize_t count = 0;
    if (H5Dget_num_chunks(m_dataset.getId(), space.getId(), &count) < 0) {
        return failed(hdf5Reason());
    }
    const H5::DSetCreatPropList creation = m_dataset.getCreatePlist();
    unsigned options = 0;
    H5Pget_chunk_opts(creation.getId(), &options);
    const bool partialUnfiltered = (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
    std::uint64_t base = 0;
    for (hsize_t index = 0; index < count; ++index) {
        std::array<hsize_t, 2> offset{};
        unsigned mask = 0;
        haddr_t address = HADDR_UNDEF;
        hsize_t sizeBytes = 0;
        if (H5Dget_chunk_info(m_dataset.getId(), space.getId(), index, offset.data(), &mask, &address,
                              &sizeBytes) < 0) {
            return failed(hdf5Reason());
        }
        if (index == 0) {
            base = addressBase(offset, address, sizeBytes);
        }
        const std::uint64_t row = offset.at(0) / m_description.chunkRows;
        const std::uint64_t column = offset.at(1) / m_description.chunkColumns;
        ChunkLocation location;
        location.filterMask =
            partialUnfiltered && grid->isPartial(row, column) ? ChunkLocation::kAllFiltersSkipped : mask;
        location.sizeBytes = static_cast<std::uint32_t>(sizeBytes);
        if (address > std::numeric_limits<std::uint64_t>::max() - 1 - base ||
            sizeBytes > std::numeric_limits<std::uint32_t>::max()) {
            return failed(QStringLiteral("a chunk is out of bounds"));
        }
        location.address = address + base;
        if (!grid->place(row, column, location)) {
            return failed(QStringLiteral("a chunk is outside the dataset or comes twice"));
        }
    }
    return std::move(*grid).take();
}

/// Whether the walked table and the library agree on how many chunks there are and what they take together.
bool agreesWithLibrary(const ChunkTable& table, const H5::DataSet& dataset,
                       const DatasetDescription& description)
{
    std::uint64_t chunks = 0;
    std::uint64_t storedBytes = 0;
    for (const ChunkLocation& chunk : table.chunks) {
        if (chunk.isAllocated()) {
            ++chunks;
            storedBytes += chunk.sizeBytes;
        }
    }
    if (storedBytes != description.storageBytes) {
        return false;
    }
    // 1.10.8 refuses H5S_ALL here.
    const H5::DataSpace space = dataset.getSpace();
    hsize_t counted = 0;
    return H5Dget_num_chunks(dataset.getId(), space.getId(), &counted) >= 0 && counted == chunks;
}

/// Standard number type of the same width and byte order as a member of the file's record.
hid_t standardType(const RecordMember& member)
{
    switch (member.type) {
    case ScalarType::I8:
        return H5T_STD_I8LE;
    case ScalarType::U8:
        return H5T_STD_U8LE;
    case ScalarType::I16:
        return member.bigEndian ? H5T_STD_I16BE : H5T_STD_I16LE;
    case ScalarType::U16:
        return member.bigEndian ? H5T_STD_U16BE : H5T_STD_U16LE;
    case ScalarType::I32:
        return member.bigEndian ? H5T_STD_I32BE : H5T_STD_I32LE;
    case ScalarType::U32:
        return member.bigEndian ? H5T_STD_U32BE : H5T_STD_U32LE;
    case ScalarType::I64:
        return member.bigEndian ? H5T_STD_I64BE : H5T_STD_I64LE;
    case ScalarType::U64:
        return member.bigEndian ? H5T_STD_U64BE : H5T_STD_U64LE;
    case ScalarType::F32:
        return member.bigEndian ? H5T_IEEE_F32BE : H5T_IEEE_F32LE;
    case ScalarType::F64:
        return member.bigEndian ? H5T_IEEE_F64BE : H5T_IEEE_F64LE;
    case ScalarType::Unsupported:
        break;
    }
    return H5I_INVALID_HID;
}

/// The record in memory: where the members are in the file's, those of unsupported types left out.
H5::DataType memoryType(const H5::DataSet& dataset, const DatasetDescription& description)
{
    if (dataset.getTypeClass() == H5T_BITFIELD) {
        return dataset.getDataType(); // there is no conversion to a number, and none is needed
    }
    if (description.members.size() == 1 && description.members.front().name.empty()) {
        const hid_t id = H5Tcopy(standardType(description.members.front()));
        H5::DataType number(id);
        H5Idec_ref(id); // The object has added a reference of its own.
        return number;
    }
    H5::CompType record(static_cast<std::size_t>(description.recordBytes));
    for (const RecordMember& member : description.members) {
        const hid_t type = standardType(member);
        if (type != H5I_INVALID_HID) {
            H5Tinsert(record.getId(), member.name.c_str(), member.offset, type);
        }
    }
    return static_cast<const H5::DataType&>(record);
}

} // namespace

Result<ChunkTable> Hdf5File::chunkTable(const DatasetDescription& description) const
{
    Result<ChunkTable> walked = walkChunkTable(*m_bytes, m_state->superblockBase, description);
    const auto gate = lockHdf5();
    try {
        const H5::DataSet dataset = m_state->file->openDataSet(description.path);
        if (walked && agreesWithLibrary(*walked, dataset, description)) {
            return walked;
        }
        return LibraryEnumeration(dataset, *m_bytes, m_state->superblockBase, description).run();
    } catch (const H5::Exception& exception) {
        return libraryError(
            QStringLiteral("Listing the chunks of dataset %1").arg(QString::fromStdString(description.path)),
            exception, m_bytes->path());
    }
}

Result<void> Hdf5File::readRows(const DatasetDescription& description, std::uint64_t firstRow,
                                std::uint64_t rowCount, std::span<std::byte> target) const
{
    const QString doing = QStringLiteral("Reading dataset %1").arg(QString::fromStdString(description.path));
    const std::uint64_t rowBytes = std::uint64_t{description.recordBytes} * description.columns;
    if (description.rank < 0 || description.rank > 2 || firstRow > description.rows ||
        rowCount > description.rows - firstRow || target.size() != rowBytes * rowCount) {
        return Error{ErrorCode::InvalidArgument,
                     QString(doing % u" failed because rows were asked for that it does not have"),
                     m_bytes->path()};
    }
    const Result<FilterPipeline> pipeline = FilterPipeline::create(description);
    if (!pipeline) {
        return Error{pipeline.error().code, pipeline.error().message, m_bytes->path()};
    }
    if (!isSafeForLibrary(description)) {
        return Error{ErrorCode::Corrupt,
                     QString(doing % u" failed because its chunks are longer than its filter can make them"),
                     m_bytes->path()};
    }
    if (rowCount == 0) {
        return {};
    }
    const auto gate = lockHdf5();
    try {
        constexpr std::size_t kMostOpen = 16;
        if (m_state->openDatasets.size() >= kMostOpen && m_state->openDatasets.count(description.path) == 0) {
            m_state->openDatasets.clear();
        }
        std::unique_ptr<H5::DataSet>& dataset = m_state->openDatasets[description.path];
        if (dataset == nullptr) {
            // Room for a few chunks, so that reading on does not decode the last one again.
            constexpr std::size_t kCacheSlots = 521;
            constexpr std::uint64_t kMostCacheBytes = 64ULL << 20;
            constexpr std::uint64_t kUsualCacheBytes = 1ULL << 20;
            const std::uint64_t cacheBytes =
                std::clamp(4 * description.chunkBytes(), kUsualCacheBytes, kMostCacheBytes);
            H5::DSetAccPropList access;
            access.setChunkCache(kCacheSlots, static_cast<std::size_t>(cacheBytes), 0.75);
            dataset = std::make_unique<H5::DataSet>(m_state->file->openDataSet(description.path, access));
        }
        const H5::DataType type = memoryType(*dataset, description);
        H5::DataSpace fileSpace = dataset->getSpace();
        H5::DataSpace memorySpace(H5S_SCALAR);
        if (description.rank > 0) {
            const std::array<hsize_t, 2> start{firstRow, 0};
            const std::array<hsize_t, 2> count{rowCount, description.columns};
            fileSpace.selectHyperslab(H5S_SELECT_SET, count.data(), start.data());
            memorySpace = H5::DataSpace(description.rank, count.data());
        }
        dataset->read(target.data(), type, memorySpace, fileSpace);
    } catch (const H5::Exception& exception) {
        m_state->openDatasets.erase(description.path);
        return libraryError(doing, exception, m_bytes->path());
    }
    return {};
}

} // namespace perihelion
