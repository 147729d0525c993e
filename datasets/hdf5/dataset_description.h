// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What an HDF5 dataset looks like on disk, in our own words: no type of the HDF5 library leaves this folder.
// Plain values, filled by Hdf5File::describe, kept in the index file, usable from any thread.

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace perihelion {

enum class ScalarType : std::uint8_t { Unsupported, I8, U8, I16, U16, I32, U32, I64, U64, F32, F64 };

/// Bytes of one element; 0 for Unsupported.
std::uint32_t scalarSize(ScalarType type);
/// numpy-style name, "i8", "u2", "f8" in bytes: "int64", "uint16", "float64".
QString scalarName(ScalarType type);

/// One member of a record. Plain datasets have exactly one, unnamed, at offset 0.
struct RecordMember {
    std::string name;
    std::uint32_t offset = 0;
    ScalarType type = ScalarType::Unsupported; ///< Booleans and enums appear as their integer base type.
    bool bigEndian = false;
};

/// One step of the filter pipeline, in writing order.
struct FilterSpec {
    std::uint32_t id = 0;
    std::uint32_t flags = 0; ///< Bit 0: optional.
    std::vector<std::uint32_t> clientValues;
};

/// "deflate 1", "shuffle", "Blosc (zstd 1, shuffle)", "filter 36559 (ECF)": what a person is shown.
QString filterLabel(const FilterSpec& filter);
/// Registered name of a filter id, e.g. 32001 → "Blosc"; "unknown" where the registry has none that we know.
QString filterName(std::uint32_t id);

enum class StorageKind : std::uint8_t {
    Contiguous,  ///< One run of bytes at contiguousAddress.
    Chunked,     ///< See chunkRows, chunkColumns and the ChunkTable.
    Compact,     ///< Inside the object header: read through the library.
    LibraryOnly, ///< Virtual, external or otherwise odd: read through the library.
};

/// A dataset of shape (rows) or (rows, columns). Higher ranks are described with kind LibraryOnly and rows 0.
struct DatasetDescription {
    std::string path; ///< Absolute, e.g. "/events/t".
    int rank = 0;
    std::uint64_t rows = 0;
    std::uint32_t columns = 1;     ///< Second dimension; 1 for rank 1.
    std::uint32_t recordBytes = 0; ///< Bytes of one element in the file (whole compound).
    std::vector<RecordMember> members;
    StorageKind kind = StorageKind::LibraryOnly;
    std::uint64_t contiguousAddress = 0; ///< File offset, superblock base included.
    std::uint64_t chunkRows = 0;         ///< Checked: > 0, chunkBytes() below kMaxChunkBytes.
    std::uint32_t chunkColumns = 1;
    std::vector<FilterSpec> filters;
    std::uint64_t objectHeaderAddress = 0; ///< Relative to the superblock base, as the file format counts.
    std::uint64_t storageBytes = 0;        ///< What the library says the dataset takes on disk.

    /// Bytes of one decoded chunk.
    std::uint64_t chunkBytes() const { return chunkRows * chunkColumns * recordBytes; }
    /// Rows of chunks: ceil(rows / chunkRows).
    std::uint64_t chunkGridRows() const { return chunkRows == 0 ? 0 : (rows + chunkRows - 1) / chunkRows; }
    /// Columns of chunks: ceil(columns / chunkColumns).
    std::uint32_t chunkGridColumns() const
    {
        return chunkColumns == 0 ? 0 : (columns + chunkColumns - 1) / chunkColumns;
    }
};

/// No chunk larger than this is believed; a file that says so is refused before anything is allocated.
inline constexpr std::uint64_t kMaxChunkBytes = 1ULL << 30;

} // namespace perihelion
