// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_array.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace perihelion {

namespace {

std::uint64_t layoutChunkBytes(const ChunkLayout& layout)
{
    std::uint64_t bytes = layout.elementBytes;
    for (std::size_t dimension = 0; dimension < layout.rank; ++dimension) {
        bytes *= layout.chunk.at(dimension); // checked against the description, which is bounded
    }
    return bytes;
}

/// Columns of chunks that the array counts with: those of the largest extent the dataset may have.
std::uint64_t arrayColumns(const ChunkLayout& layout)
{
    if (layout.rank < 2) {
        return 1;
    }
    const std::uint64_t extent = layout.maxExtent.at(1);
    const std::uint64_t chunk = layout.chunk.at(1);
    return std::max<std::uint64_t>(1, extent / chunk + (extent % chunk != 0 ? 1 : 0));
}

/// Turns one entry of the array into a place in the grid; entries beyond the present extent are left out.
Result<void> placeEntry(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid,
                        std::uint64_t index, std::uint64_t address, std::uint64_t sizeBytes,
                        std::uint32_t mask)
{
    const std::uint64_t columns = arrayColumns(layout);
    const std::uint64_t row = index / columns;
    const std::uint64_t column = index % columns;
    if (address == MetadataReader::kUndefined || row >= grid.rows() || column >= grid.columns()) {
        return {};
    }
    ChunkLocation location;
    location.sizeBytes = static_cast<std::uint32_t>(sizeBytes);
    location.filterMask = mask;
    if (layout.partialChunksUnfiltered && grid.isPartial(row, column)) {
        location.filterMask = ChunkLocation::kAllFiltersSkipped;
    }
    if (sizeBytes > std::numeric_limits<std::uint32_t>::max() ||
        address >= MetadataReader::kUndefined - reader.superblock().base) {
        return reader.corrupt("an entry of the index of chunks is out of bounds");
    }
    location.address = reader.superblock().base + address;
    if (!grid.place(row, column, location)) {
        return reader.corrupt("an entry of the index of chunks is outside the dataset or comes twice");
    }
    return {};
}

/// The parts of a fixed array's header that its data block needs.
struct FixedArray {
    bool filtered = false;
    std::uint64_t entryBytes = 0;
    std::uint64_t sizeFieldBytes = 0;
    std::uint64_t pageBits = 0;
    std::uint64_t entries = 0;
    std::uint64_t blockAddress = MetadataReader::kUndefined;
};

Result<FixedArray> readFixedArrayHeader(MetadataReader& reader, std::uint64_t address)
{
    const std::uint64_t addressBytes = reader.superblock().addressBytes;
    const std::uint64_t headerBytes = 8 + reader.superblock().lengthBytes + addressBytes;
    ByteReader bytes(reader.read(address, headerBytes));
    if (!bytes.accept("FAHD")) {
        return reader.corrupt("the index of chunks has a wrong signature or lies outside the file");
    }
    FixedArray array;
    const std::uint8_t version = bytes.u8();
    const std::uint8_t client = bytes.u8();
    array.entryBytes = bytes.u8();
    array.pageBits = bytes.u8();
    array.entries = reader.length(bytes);
    array.blockAddress = reader.address(bytes);
    array.filtered = client == 1;
    const std::uint64_t fixedBytes = addressBytes + (array.filtered ? 4 : 0);
    if (!bytes.ok() || version != 0 || client > 1 || array.entryBytes < fixedBytes) {
        return reader.corrupt("the index of chunks has a wrong version or kind");
    }
    array.sizeFieldBytes = array.entryBytes - fixedBytes;
    if (array.sizeFieldBytes > 8 || (array.filtered != (array.sizeFieldBytes > 0)) || array.pageBits > 31) {
        return reader.corrupt("the index of chunks has entries of a wrong size");
    }
    return array;
}

Result<void> placeEntries(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid,
                          const FixedArray& array, std::span<const std::byte> entries,
                          std::uint64_t firstIndex)
{
    const std::uint64_t chunkBytes = layoutChunkBytes(layout);
    ByteReader bytes(entries);
    const std::uint64_t count = entries.size() / array.entryBytes;
    for (std::uint64_t entry = 0; entry < count; ++entry) {
        const std::uint64_t address = reader.address(bytes);
        const std::uint64_t sizeBytes =
            array.filtered ? bytes.unsignedLe(static_cast<std::size_t>(array.sizeFieldBytes)) : chunkBytes;
        const std::uint32_t mask = array.filtered ? bytes.u32() : 0;
        Result<void> placed = placeEntry(reader, layout, grid, firstIndex + entry, address, sizeBytes, mask);
        if (!placed) {
            return placed;
        }
    }
    return {};
}

} // namespace

Result<void> placeSingleChunk(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    if (layout.indexAddress == MetadataReader::kUndefined || grid.size() == 0) {
        return {};
    }
    return placeEntry(reader, layout, grid, 0, layout.indexAddress,
                      layout.singleFiltered ? layout.singleBytes : layoutChunkBytes(layout),
                      layout.singleMask);
}

Result<void> placeImplicitChunks(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    if (layout.indexAddress == MetadataReader::kUndefined) {
        return {};
    }
    const std::uint64_t chunkBytes = layoutChunkBytes(layout);
    const std::uint64_t columns = arrayColumns(layout);
    for (std::uint64_t row = 0; row < grid.rows(); ++row) {
        for (std::uint64_t column = 0; column < grid.columns(); ++column) {
            std::uint64_t index = 0;
            std::uint64_t address = 0;
            if (__builtin_mul_overflow(row, columns, &index) ||
                __builtin_add_overflow(index, column, &index) ||
                __builtin_mul_overflow(index, chunkBytes, &address) ||
                __builtin_add_overflow(address, layout.indexAddress, &address)) {
                return reader.corrupt("the chunks' addresses are out of bounds");
            }
            Result<void> placed = placeEntry(reader, layout, grid, index, address, chunkBytes, 0);
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
    const Result<FixedArray> header = readFixedArrayHeader(reader, layout.indexAddress);
    if (!header) {
        return header.error();
    }
    const FixedArray& array = *header;
    if (array.blockAddress == MetadataReader::kUndefined) {
        return {};
    }
    const std::uint64_t entriesInPage = 1ULL << array.pageBits;
    const bool paged = array.entries > entriesInPage;
    const std::uint64_t pages = paged ? (array.entries - 1) / entriesInPage + 1 : 0;
    const std::uint64_t bitmapBytes = (pages + 7) / 8;
    const std::uint64_t headBytes = 6 + reader.superblock().addressBytes;
    if (array.entries > reader.fileBytes() / array.entryBytes) {
        return reader.corrupt("the index of chunks has more entries than the file can hold");
    }
    const std::uint64_t firstBytes = headBytes + (paged ? bitmapBytes : array.entries * array.entryBytes);
    const std::span<const std::byte> block = reader.read(array.blockAddress, firstBytes);
    ByteReader bytes(block);
    if (!bytes.accept("FADB")) {
        return reader.corrupt(
            "a block of the index of chunks has a wrong signature or lies outside the file");
    }
    bytes.skip(static_cast<std::size_t>(headBytes) - 4);
    if (!paged) {
        return placeEntries(reader, layout, grid, array, bytes.take(bytes.remaining()), 0);
    }
    const std::span<const std::byte> bitmapView = bytes.take(static_cast<std::size_t>(bitmapBytes));
    const std::vector<std::byte> bitmap(bitmapView.begin(), bitmapView.end());
    constexpr std::uint64_t kChecksumBytes = 4;
    std::uint64_t pageAddress = array.blockAddress + firstBytes + kChecksumBytes;
    for (std::uint64_t page = 0; page < pages; ++page) {
        const std::uint64_t count = std::min(entriesInPage, array.entries - page * entriesInPage);
        // The first page is the most significant bit; a page that is not marked was never written.
        const auto marks = std::to_integer<unsigned>(bitmap.at(static_cast<std::size_t>(page / 8)));
        if ((marks & (0x80U >> (page % 8))) != 0) {
            const std::span<const std::byte> entries = reader.read(pageAddress, count * array.entryBytes);
            if (entries.empty()) {
                return reader.corrupt("a page of the index of chunks reaches beyond the end of the file");
            }
            Result<void> placed = placeEntries(reader, layout, grid, array, entries, page * entriesInPage);
            if (!placed) {
                return placed;
            }
        }
        pageAddress += entriesInPage * array.entryBytes + kChecksumBytes;
    }
    return {};
}

} // namespace perihelion
