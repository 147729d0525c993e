// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Hdf5File: the only place that talks to the HDF5 library for reading. Every call passes one process-wide
// gate (the library has one global lock, other builds have none), every HDF5 error or exception becomes an
// Error here. Files are opened read-only, without file locking and with the library's error printing off.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_table.h"
#include "datasets/hdf5/dataset_description.h"
#include "datasets/hdf5/random_access_file.h"

#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace perihelion {

/// A small value read from an attribute or dataset: integers, floats or text, always as a list.
using SmallValue = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

enum class ObjectKind { Group, Dataset, Other };

struct ObjectEntry {
    std::string path; ///< Absolute.
    ObjectKind kind = ObjectKind::Other;
};

class Hdf5File {
public:
    /// Opens read-only. NotFound, PermissionDenied, NotHdf5 (no signature), Truncated (the superblock
    /// promises more bytes than there are), Corrupt (the library refuses it; its innermost reason is in the
    /// message).
    static Result<std::shared_ptr<Hdf5File>> open(const QString& path);
    ~Hdf5File();
    Hdf5File(const Hdf5File&) = delete;
    Hdf5File& operator=(const Hdf5File&) = delete;

    const std::shared_ptr<const RandomAccessFile>& bytes() const { return m_bytes; }
    /// File offset of the superblock's base address (0 without a user block).
    std::uint64_t superblockBase() const;

    /// Kind of the object at path, or empty when there is none.
    std::optional<ObjectKind> kindOf(const std::string& path) const;
    /// Members of a group, sorted by name; at most limit.
    Result<std::vector<ObjectEntry>> children(const std::string& groupPath, std::size_t limit = 4096) const;
    /// Every object below the root down to depth, breadth first, each once (loops of links are not followed
    /// twice).
    Result<std::vector<ObjectEntry>> walk(int maxDepth = 6, std::size_t limit = 4096) const;

    /// Shape, type, storage and filters. Absurd sizes are Corrupt before anything is allocated.
    Result<DatasetDescription> describe(const std::string& datasetPath) const;

    /// Attribute of an object ("/" for the root); empty when it is missing, unreadable, or has more than 64
    /// elements.
    std::optional<SmallValue> attribute(const std::string& objectPath, const std::string& name) const;
    /// Names of the attributes of an object.
    std::vector<std::string> attributeNames(const std::string& objectPath) const;
    /// A whole small dataset of any rank with at most maxElements numbers or strings.
    Result<SmallValue> readSmall(const std::string& datasetPath, std::size_t maxElements = 64) const;

    /// Chunk table by our own walk, cross-checked against the library's counts (number of chunks, storage
    /// size), else by the library's own calls.
    Result<ChunkTable> chunkTable(const DatasetDescription& description) const;

    /// Rows [firstRow, firstRow + rowCount) of all columns through H5Dread in the file's own element format
    /// (recordBytes × columns × rowCount bytes): the way for compact, virtual and library-only filtered
    /// datasets.
    Result<void> readRows(const DatasetDescription& description, std::uint64_t firstRow,
                          std::uint64_t rowCount, std::span<std::byte> target) const;

private:
    struct State;
    explicit Hdf5File(std::unique_ptr<State> state, std::shared_ptr<const RandomAccessFile> bytes);

    std::unique_ptr<State> m_state;
    std::shared_ptr<const RandomAccessFile> m_bytes;
};

} // namespace perihelion
