// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Hdf5Writer: makes a new HDF5 file of plain columns, chunk by chunk in bounded memory. Chunks are encoded
// outside the library and stored as they are; everything goes to a temporary file that gets its name only
// when it is whole. One writer belongs to one thread, but each column may be appended to on a thread of its
// own; every library call passes the gate.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_encoder.h"

#include <QString>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace perihelion {

enum class ColumnType { Int8, UInt8, UInt16, Int64, UInt64 };

std::size_t columnTypeBytes(ColumnType type);

struct ColumnPlan {
    std::string path; ///< Absolute, e.g. "/events/t"; missing groups are made.
    ColumnType type = ColumnType::Int64;
    std::uint64_t rows = 0;      ///< Exact number of rows that will be appended.
    std::uint64_t chunkRows = 0; ///< 0: contiguous; more than rows counts as rows.
    ChunkFilter filter = ChunkFilter::None;
    int level = 1;
};

/// Numbers, UTF-8 text, or a list of numbers.
using AttributeValue =
    std::variant<std::int64_t, std::uint64_t, double, std::string, std::vector<std::int64_t>>;

class Hdf5Writer {
public:
    using ColumnId = std::size_t;

    /// Starts a file that will be called path. NotFound, PermissionDenied, DiskFull. A file of that name
    /// stays as it is until commit() replaces it.
    static Result<std::unique_ptr<Hdf5Writer>> create(const QString& path);
    /// Leaves nothing behind unless commit() succeeded.
    ~Hdf5Writer();
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;

    /// InvalidArgument for a chunk of 4 GiB or more.
    Result<ColumnId> addColumn(const ColumnPlan& plan);

    /// Appends rows in the column's own type, any number at a time; whole chunks are taken without a copy.
    /// DiskFull or Io when the file cannot take them, after which the writer is of no more use.
    Result<void> appendBytes(ColumnId column, std::span<const std::byte> rows);
    template <typename T>
    Result<void> append(ColumnId column, std::span<const T> rows)
    {
        return appendBytes(column, std::as_bytes(rows));
    }

    /// Sets an attribute of a group or column that exists ("/" for the root).
    Result<void> setAttribute(const std::string& objectPath, const std::string& name,
                              const AttributeValue& value);

    /// Writes what is left, makes the file durable and gives it its name. Returns its size in bytes.
    /// Internal when a column got fewer rows than planned.
    Result<std::uint64_t> commit();

private:
    struct State;
    explicit Hdf5Writer(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace perihelion
