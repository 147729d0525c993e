// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/metadata_reader.h"

#include "datasets/hdf5/random_access_file.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace perihelion {

namespace {

constexpr std::array<unsigned char, 8> kSignature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
constexpr std::uint8_t kWriteAccess = 1;        // of the consistency flags, which version 3 uses
constexpr std::size_t kLargestSuperblock = 100; // version 1 with 8-byte addresses, root entry included

bool isWidth(std::uint8_t bytes)
{
    return bytes == 2 || bytes == 4 || bytes == 8;
}

bool hasSignature(std::span<const std::byte> bytes)
{
    return bytes.size() >= kSignature.size() &&
           std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) == 0;
}

} // namespace

Result<Superblock> readSuperblock(const RandomAccessFile& file, std::uint64_t base)
{
    std::array<std::byte, kLargestSuperblock> buffer = {};
    const std::size_t got = file.readSome(base, buffer);
    const auto bytes = std::span<const std::byte>(buffer).first(got);
    if (!hasSignature(bytes)) {
        return Error{ErrorCode::NotHdf5,
                     QStringLiteral("Opening the file failed because it is not an HDF5 file"), file.path()};
    }
    const Error truncated{
        ErrorCode::Truncated,
        QStringLiteral("Opening the file failed because it is cut off within its first block"), file.path()};
    ByteReader reader(bytes);
    reader.skip(kSignature.size());
    Superblock superblock;
    superblock.version = reader.u8();
    if (superblock.version <= 1) {
        reader.skip(4);
        superblock.addressBytes = reader.u8();
        superblock.lengthBytes = reader.u8();
        reader.skip(superblock.version == 0 ? 9 : 13);
    } else if (superblock.version <= 3) {
        superblock.addressBytes = reader.u8();
        superblock.lengthBytes = reader.u8();
        superblock.openForWriting = (reader.u8() & kWriteAccess) != 0 && superblock.version == 3;
    } else {
        return Error{ErrorCode::UnsupportedLayout,
                     QStringLiteral("Opening the file failed because its HDF5 superblock has version %1, "
                                    "which is newer than this program")
                         .arg(superblock.version),
                     file.path()};
    }
    if (!reader.ok()) {
        return truncated;
    }
    if (!isWidth(superblock.addressBytes) || !isWidth(superblock.lengthBytes)) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Opening the file failed because its HDF5 superblock is damaged"),
                     file.path()};
    }
    const std::uint64_t statedBase = reader.unsignedLe(superblock.addressBytes);
    reader.skip(superblock.addressBytes);
    const std::uint64_t statedEnd = reader.unsignedLe(superblock.addressBytes);
    if (!reader.ok()) {
        return truncated;
    }
    // A user block put in front of a finished file leaves the stated base behind; the library goes by the
    // signature.
    superblock.base = base;
    superblock.endOfFile = statedEnd - statedBase + base;
    return superblock;
}

Result<Superblock> findSuperblock(const RandomAccessFile& file)
{
    const std::uint64_t size = file.identity().sizeBytes;
    std::array<std::byte, kSignature.size()> buffer = {};
    for (std::uint64_t base = 0; base < size && base < (1ULL << 62); base = base == 0 ? 512 : base * 2) {
        if (file.readSome(base, buffer) == buffer.size() && hasSignature(buffer)) {
            return readSuperblock(file, base);
        }
    }
    return Error{ErrorCode::NotHdf5,
                 size == 0 ? QStringLiteral("Opening the file failed because it is empty")
                           : QStringLiteral("Opening the file failed because it is not an HDF5 file"),
                 file.path()};
}

std::uint64_t MetadataReader::fileBytes() const
{
    return m_file.identity().sizeBytes;
}

std::optional<std::uint64_t> MetadataReader::fileOffset(std::uint64_t address) const
{
    const std::uint64_t size = fileBytes();
    if (m_superblock.base > size || address >= size - m_superblock.base) {
        return std::nullopt;
    }
    return m_superblock.base + address;
}

std::span<const std::byte> MetadataReader::readUpTo(std::uint64_t address, std::uint64_t length)
{
    const std::optional<std::uint64_t> offset = fileOffset(address);
    if (!offset) {
        return {};
    }
    const auto wanted = static_cast<std::size_t>(std::min(length, fileBytes() - *offset));
    if (m_buffer.size() < wanted) {
        m_buffer.resize(wanted);
    }
    const std::size_t got = m_file.readSome(*offset, std::span(m_buffer).first(wanted));
    return std::span<const std::byte>(m_buffer).first(got);
}

std::span<const std::byte> MetadataReader::read(std::uint64_t address, std::uint64_t length)
{
    const std::optional<std::uint64_t> offset = fileOffset(address);
    if (!offset || length > fileBytes() - *offset) {
        return {};
    }
    const std::span<const std::byte> bytes = readUpTo(address, length);
    return bytes.size() == length ? bytes : std::span<const std::byte>();
}

std::uint64_t MetadataReader::address(ByteReader& bytes) const
{
    const std::uint64_t value = bytes.unsignedLe(m_superblock.addressBytes);
    const unsigned bits = 8U * m_superblock.addressBytes;
    const std::uint64_t allSet = bits == 64 ? kUndefined : (1ULL << bits) - 1;
    return value == allSet ? kUndefined : value;
}

Error MetadataReader::corrupt(const char* what) const
{
    return {
        ErrorCode::Corrupt,
        QStringLiteral("Finding the chunks failed because the file is damaged: %1").arg(QLatin1String(what)),
        m_file.path()};
}

Error MetadataReader::unsupported(const char* what) const
{
    return {
        ErrorCode::UnsupportedLayout,
        QStringLiteral("Finding the chunks in the file itself is not possible: %1").arg(QLatin1String(what)),
        m_file.path()};
}

} // namespace perihelion
