// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A file opened read-only for positioned reads (pread): no shared position, so any thread may read at any
// time, and a file that shrinks meanwhile gives an error instead of a signal. Owned by EventFile.

#include "core/base/result.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace perihelion {

/// What tells one state of a file from another.
struct FileIdentity {
    std::uint64_t sizeBytes = 0;
    std::int64_t modifiedNs = 0; ///< mtime in nanoseconds.
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    bool operator==(const FileIdentity&) const = default;
};

class RandomAccessFile {
public:
    /// NotFound, PermissionDenied, or Io; a folder or a device is InvalidArgument.
    static Result<std::shared_ptr<const RandomAccessFile>> open(const QString& path);
    ~RandomAccessFile();
    RandomAccessFile(const RandomAccessFile&) = delete;
    RandomAccessFile& operator=(const RandomAccessFile&) = delete;

    const QString& path() const { return m_path; }
    /// As it was when opened.
    const FileIdentity& identity() const { return m_identity; }
    /// As it is now, through the open descriptor.
    Result<FileIdentity> currentIdentity() const;
    /// As the path is now (a replaced file has another inode).
    static Result<FileIdentity> identityOf(const QString& path);

    /// Fills target from offset. Truncated when the file ends earlier.
    Result<void> readExactly(std::uint64_t offset, std::span<std::byte> target) const;
    /// As readExactly, without building an Error: the number of bytes read, for hot paths.
    std::size_t readSome(std::uint64_t offset, std::span<std::byte> target) const;
    /// Tells the system that this range is wanted soon.
    void willNeed(std::uint64_t offset, std::uint64_t length) const;

private:
    RandomAccessFile(int descriptor, QString path, FileIdentity identity);

    int m_descriptor;
    QString m_path;
    FileIdentity m_identity;
};

} // namespace perihelion
