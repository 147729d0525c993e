// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_array.h"

#include "datasets/hdf5/chunk_entries.h"

#include <algorithm>
#include <vector>

namespace perihelion {

namespace {

constexpr std::uint64_t kPageChecksumBytes = 4;

/// The parts of a fixed array's header that its data block needs.
struct FixedArray {
    std::uint64_t pageBits = 0;
    std::uint64_t entries = 0;
    std::uint64_t blockAddress = MetadataReader::kUndefined;
};

Result<FixedArray> readFixedArrayHeader(MetadataReader& reader, std::uint64_t address, ChunkEntries& entries)
{
    const std::uint64_t headerBytes = 8 + reader.superblock().lengthBytes + reader.superblock().addressBytes;
    ByteReader bytes(reader.read(address, headerBytes));
    if (!bytes.accept("FAHD")) {
        return reader.corrupt("the index of chunks has a wrong signature or lies outside the file");
    }
    FixedArray array;
    const std::uint8_t version = bytes.u8();
    const std::uint8_t client = bytes.u8();
    const std::uint64_t entryBytes = bytes.u8();
    array.pageBits = bytes.u8();
    array.entries = reader.length(bytes);
    array.blockAddress = reader.address(bytes);
    if (!bytes.ok() || version != 0 || array.pageBits > 31 || entryBytes == 0) {
        return reader.corrupt("the index of chunks has a wrong version or kind");
    }
    Result<void> format = entries.setFormat(client, entryBytes);
    if (!format) {
        return format.error();
    }
    if (array.entries > reader.fileBytes() / entryBytes) {
        return reader.corrupt("the index of chunks has more entries than the file can hold");
    }
    return array;
}

} // namespace

Result<void> placeSingleChunk(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    if (grid.size() == 0) {
        return {};
    }
    ChunkEntries entries(reader, layout, grid);
    return entries.place(0, layout.indexAddress,
                         layout.singleFiltered ? layout.singleBytes : entries.chunkBytes(),
                         layout.singleMask);
}

Result<void> placeImplicitChunks(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    if (layout.indexAddress == MetadataReader::kUndefined) {
        return {};
    }
    ChunkEntries entries(reader, layout, grid);
    for (std::uint64_t row = 0; row < grid.rows(); ++row) {
        for (std::uint64_t column = 0; column < grid.columns(); ++column) {
            const std::optional<std::uint64_t> index = entries.indexOf(row, column);
            std::uint64_t address = 0;
            if (!index || __builtin_mul_overflow(*index, entries.chunkBytes(), &address) ||
                __builtin_add_overflow(address, layout.indexAddress, &address)) {
                return reader.corrupt("the chunks' addresses are out of bounds");
            }
            Result<void> placed = entries.place(*index, address, entries.chunkBytes(), 0);
            if (!placed) {
                return placed;
            }
        }
    }
    return {};
}

Result<void> walkFixedArray(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    if (layout.indexAddress == MetadataReader::kUndefined) {
        return {};
    }
    ChunkEntries entries(reader, layout, grid);
    const Result<FixedArray> header = readFixedArrayHeader(reader, layout.indexAddress, entries);
    if (!header) {
        return header.error();
    }
    const FixedArray& array = *header;
    if (array.blockAddress == MetadataReader::kUndefined) {
        return {};
    }
    const std::uint64_t entryBytes = entries.entryBytes();
    const std::uint64_t entriesInPage = 1ULL << array.pageBits;
    const bool paged = array.entries > entriesInPage;
    const std::uint64_t pages = paged ? (array.entries - 1) / entriesInPage + 1 : 0;
    const std::uint64_t bitmapBytes = (pages + 7) / 8;
    const std::uint64_t headBytes = 6 + reader.superblock().addressBytes;
    const std::uint64_t firstBytes = headBytes + (paged ? bitmapBytes : array.entries * entryBytes);
    ByteReader bytes(reader.read(array.blockAddress, firstBytes));
    if (!bytes.accept("FADB")) {
        return reader.corrupt(
            "a block of the index of chunks has a wrong signature or lies outside the file");
    }
    bytes.skip(static_cast<std::size_t>(headBytes) - 4);
    if (!paged) {
        return entries.placeAll(bytes.take(bytes.remaining()), 0);
    }
    const std::span<const std::byte> bitmapView = bytes.take(static_cast<std::size_t>(bitmapBytes));
    const std::vector<std::byte> bitmap(bitmapView.begin(), bitmapView.end());
    std::uint64_t pageAddress = array.blockAddress + firstBytes + kPageChecksumBytes;
    for (std::uint64_t page = 0; page < pages; ++page) {
        const std::uint64_t count = std::min(entriesInPage, array.entries - page * entriesInPage);
        // The first page is the most significant bit; a page that is not marked was never written.
        const auto marks = std::to_integer<unsigned>(bitmap.at(static_cast<std::size_t>(page / 8)));
        if ((marks & (0x80U >> (page % 8))) != 0) {
            const std::span<const std::byte> block = reader.read(pageAddress, count * entryBytes);
            if (block.empty()) {
                return reader.corrupt("a page of the index of chunks reaches beyond the end of the file");
            }
            Result<void> placed = entries.placeAll(block, page * entriesInPage);
            if (!placed) {
                return placed;
            }
        }
        pageAddress += entriesInPage * entryBytes + kPageChecksumBytes;
    }
    return {};
}

} // namespace perihelion
