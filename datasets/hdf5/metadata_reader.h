// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MetadataReader: reads structures of an HDF5 file at addresses that the file itself gives, so every address
// and length is checked against the file's size before a byte is read or allocated. Knows the superblock's
// widths of addresses and lengths (HDF5 File Format Specification 3.0, section II). One thread; cheap to
// make.

#include "core/base/result.h"
#include "datasets/hdf5/byte_reader.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

class RandomAccessFile;

/// What the superblock says; all addresses in the file count from its base.
struct Superblock {
    int version = 0;
    std::uint64_t base = 0;      ///< File offset of the signature, which is what addresses count from.
    std::uint64_t endOfFile = 0; ///< File offset of the first byte past the data, as promised.
    std::uint8_t addressBytes = 8;
    std::uint8_t lengthBytes = 8;
    bool openForWriting = false; ///< Marked so by a writer that has not closed the file yet, or never did.
};

/// Finds the signature (at 0, 512, 1024, 2048, …) and reads the superblock. NotHdf5, Truncated,
/// UnsupportedLayout.
Result<Superblock> findSuperblock(const RandomAccessFile& file);
/// Reads the superblock whose signature is at base.
Result<Superblock> readSuperblock(const RandomAccessFile& file, std::uint64_t base);

class MetadataReader {
public:
    static constexpr std::uint64_t kUndefined = std::numeric_limits<std::uint64_t>::max();

    MetadataReader(const RandomAccessFile& file, const Superblock& superblock)
        : m_file(file),
          m_superblock(superblock)
    {
    }

    const Superblock& superblock() const { return m_superblock; }
    std::uint64_t fileBytes() const;
    /// File offset of an address, or empty when it lies outside the file.
    std::optional<std::uint64_t> fileOffset(std::uint64_t address) const;

    /// The length bytes at address, valid until the next call; an empty span when they are not all in the
    /// file.
    std::span<const std::byte> read(std::uint64_t address, std::uint64_t length);
    /// As read, but what there is up to length.
    std::span<const std::byte> readUpTo(std::uint64_t address, std::uint64_t length);

    /// An address field; kUndefined when all its bits are set.
    std::uint64_t address(ByteReader& bytes) const;
    std::uint64_t length(ByteReader& bytes) const { return bytes.unsignedLe(m_superblock.lengthBytes); }

    Error corrupt(const char* what) const;
    Error unsupported(const char* what) const;

private:
    const RandomAccessFile& m_file;
    Superblock m_superblock;
    std::vector<std::byte> m_buffer;
};

} // namespace perihelion
