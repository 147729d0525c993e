// SPDX-License-Identifier: GPL-3.0-or-later
// walkExtensibleArray: the first entries lie in an index block; then come data blocks, the first of them
// named by the index block, the others by secondary blocks, both in numbers and sizes that double in turn
// (HDF5 File Format Specification 3.0, section VII.D).

#include "datasets/hdf5/chunk_array.h"
#include "datasets/hdf5/chunk_entries.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace perihelion {

namespace {

constexpr std::uint64_t kBlockChecksumBytes = 4;

class ExtensibleArrayWalk {
public:
    ExtensibleArrayWalk(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
        : m_reader(reader),
          m_layout(layout),
          m_entries(reader, layout, grid)
    {
    }

    Result<void> run();

private:
    /// One group of equal data blocks, as the format numbers them.
    struct Group {
        std::uint64_t blocks = 0;
        std::uint64_t entriesInBlock = 0;
        std::uint64_t firstIndex = 0;
    };

    Result<void> readHeader();
    Result<void> readIndexBlock();
    Result<void> readSecondaryBlock(std::uint64_t address, const Group& group);
    Result<void> readDataBlock(std::uint64_t address, std::uint64_t firstIndex, std::uint64_t entries);
    /// One bit of marks a page says whether it was ever written; this block's begin at firstMark.
    Result<void> readPagedBlock(std::uint64_t address, std::uint64_t firstIndex, std::uint64_t pages,
                                std::span<const std::byte> marks, std::uint64_t firstMark);
    std::vector<std::uint64_t> readAddresses(ByteReader& bytes, std::uint64_t count) const;
    Group groupAt(std::uint64_t number, std::uint64_t firstIndex) const;
    std::uint64_t headBytes() const { return 6 + m_reader.superblock().addressBytes; }

    MetadataReader& m_reader;
    const ChunkLayout& m_layout;
    ChunkEntries m_entries;
    std::uint64_t m_indexBits = 0;
    std::uint64_t m_indexBlockEntries = 0;
    std::uint64_t m_smallestBlock = 0;
    std::uint64_t m_fewestPointers = 0;
    std::uint64_t m_entriesInPage = 0;
    std::uint64_t m_offsetBytes = 0;
    std::uint64_t m_indexBlock = MetadataReader::kUndefined;
};

Result<void> ExtensibleArrayWalk::run()
{
    if (m_layout.indexAddress == MetadataReader::kUndefined) {
        return {};
    }
    Result<void> header = readHeader();
    if (!header || m_indexBlock == MetadataReader::kUndefined) {
        return header;
    }
    return readIndexBlock();
}

Result<void> ExtensibleArrayWalk::readHeader()
{
    constexpr std::uint64_t kStatistics = 6;
    const std::uint64_t headerBytes =
        12 + kStatistics * m_reader.superblock().lengthBytes + m_reader.superblock().addressBytes;
    ByteReader bytes(m_reader.read(m_layout.indexAddress, headerBytes));
    if (!bytes.accept("EAHD")) {
        return m_reader.corrupt("the index of chunks has a wrong signature or lies outside the file");
    }
    const std::uint8_t version = bytes.u8();
    const std::uint8_t client = bytes.u8();
    const std::uint64_t entryBytes = bytes.u8();
    m_indexBits = bytes.u8();
    m_indexBlockEntries = bytes.u8();
    m_smallestBlock = bytes.u8();
    m_fewestPointers = bytes.u8();
    const std::uint64_t pageBits = bytes.u8();
    bytes.skip(static_cast<std::size_t>(kStatistics) * m_reader.superblock().lengthBytes);
    m_indexBlock = m_reader.address(bytes);
    if (!bytes.ok() || version != 0 || m_indexBits > 64 || !std::has_single_bit(m_smallestBlock) ||
        !std::has_single_bit(m_fewestPointers) || m_fewestPointers < 2 || pageBits > 31 ||
        m_indexBits < static_cast<std::uint64_t>(std::countr_zero(m_smallestBlock))) {
        return m_reader.corrupt("the index of chunks has a wrong version or kind");
    }
    m_entriesInPage = 1ULL << pageBits;
    m_offsetBytes = (m_indexBits + 7) / 8;
    return m_entries.setFormat(client, entryBytes);
}

ExtensibleArrayWalk::Group ExtensibleArrayWalk::groupAt(std::uint64_t number, std::uint64_t firstIndex) const
{
    return {1ULL << (number / 2), m_smallestBlock << ((number + 1) / 2), firstIndex};
}

std::vector<std::uint64_t> ExtensibleArrayWalk::readAddresses(ByteReader& bytes, std::uint64_t count) const
{
    std::vector<std::uint64_t> addresses(static_cast<std::size_t>(count));
    std::ranges::generate(addresses, [&] { return m_reader.address(bytes); });
    return addresses;
}

Result<void> ExtensibleArrayWalk::readIndexBlock()
{
    const auto firstSecondary = 2 * static_cast<std::uint64_t>(std::countr_zero(m_fewestPointers));
    const std::uint64_t groups =
        1 + m_indexBits - static_cast<std::uint64_t>(std::countr_zero(m_smallestBlock));
    const std::uint64_t directBlocks = 2 * (m_fewestPointers - 1);
    const std::uint64_t secondaryBlocks = groups > firstSecondary ? groups - firstSecondary : 0;
    const std::uint64_t entryBytes = m_indexBlockEntries * m_entries.entryBytes();
    ByteReader bytes(m_reader.read(
        m_indexBlock,
        headBytes() + entryBytes + (directBlocks + secondaryBlocks) * m_reader.superblock().addressBytes));
    if (!bytes.accept("EAIB")) {
        return m_reader.corrupt(
            "a block of the index of chunks has a wrong signature or lies outside the file");
    }
    bytes.skip(static_cast<std::size_t>(headBytes()) - 4);
    Result<void> placed = m_entries.placeAll(bytes.take(static_cast<std::size_t>(entryBytes)), 0);
    const std::vector<std::uint64_t> direct = readAddresses(bytes, directBlocks);
    const std::vector<std::uint64_t> secondary = readAddresses(bytes, secondaryBlocks);

    std::uint64_t nextIndex = m_indexBlockEntries;
    std::size_t nextDirect = 0;
    for (std::uint64_t number = 0; placed && number < groups && nextIndex < m_entries.indexEnd(); ++number) {
        const Group group = groupAt(number, nextIndex);
        if (number >= firstSecondary) {
            placed =
                readSecondaryBlock(secondary.at(static_cast<std::size_t>(number - firstSecondary)), group);
        }
        for (std::uint64_t block = 0; placed && number < firstSecondary && block < group.blocks; ++block) {
            placed = readDataBlock(direct.at(nextDirect++), group.firstIndex + block * group.entriesInBlock,
                                   group.entriesInBlock);
        }
        // Beyond 2^64 there is nothing: both factors are powers of two below it.
        std::uint64_t entries = 0;
        if (__builtin_mul_overflow(group.blocks, group.entriesInBlock, &entries) ||
            __builtin_add_overflow(nextIndex, entries, &nextIndex)) {
            break;
        }
    }
    return placed;
}

Result<void> ExtensibleArrayWalk::readSecondaryBlock(std::uint64_t address, const Group& group)
{
    if (address == MetadataReader::kUndefined) {
        return {};
    }
    const bool paged = group.entriesInBlock > m_entriesInPage;
    const std::uint64_t pages = paged ? group.entriesInBlock / m_entriesInPage : 0;
    const std::uint64_t markBytes = (pages + 7) / 8;
    const std::uint64_t blockBytes = m_reader.superblock().addressBytes + markBytes;
    const std::uint64_t prefixBytes = headBytes() + m_offsetBytes;
    if (group.blocks > m_reader.fileBytes() / blockBytes) {
        return m_reader.corrupt("a block of the index of chunks reaches beyond the end of the file");
    }
    ByteReader bytes(m_reader.read(address, prefixBytes + group.blocks * blockBytes));
    if (!bytes.accept("EASB")) {
        return m_reader.corrupt(
            "a block of the index of chunks has a wrong signature or lies outside the file");
    }
    bytes.skip(static_cast<std::size_t>(prefixBytes) - 4);
    const std::span<const std::byte> marksView =
        bytes.take(static_cast<std::size_t>(group.blocks * markBytes));
    const std::vector<std::byte> marks(marksView.begin(), marksView.end());
    const std::vector<std::uint64_t> blocks = readAddresses(bytes, group.blocks);
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        const std::uint64_t firstIndex = group.firstIndex + block * group.entriesInBlock;
        if (firstIndex >= m_entries.indexEnd()) {
            break;
        }
        Result<void> placed = paged
                                  ? readPagedBlock(blocks.at(block), firstIndex, pages, marks, block * pages)
                                  : readDataBlock(blocks.at(block), firstIndex, group.entriesInBlock);
        if (!placed) {
            return placed;
        }
    }
    return {};
}

Result<void> ExtensibleArrayWalk::readDataBlock(std::uint64_t address, std::uint64_t firstIndex,
                                                std::uint64_t entries)
{
    if (address == MetadataReader::kUndefined || firstIndex >= m_entries.indexEnd()) {
        return {};
    }
    const std::uint64_t prefixBytes = headBytes() + m_offsetBytes;
    if (entries > m_entriesInPage || entries > m_reader.fileBytes() / m_entries.entryBytes()) {
        return m_reader.corrupt("a block of the index of chunks has more entries than it can hold");
    }
    ByteReader bytes(m_reader.read(address, prefixBytes + entries * m_entries.entryBytes()));
    if (!bytes.accept("EADB")) {
        return m_reader.corrupt(
            "a block of the index of chunks has a wrong signature or lies outside the file");
    }
    bytes.skip(static_cast<std::size_t>(prefixBytes) - 4);
    return m_entries.placeAll(bytes.take(bytes.remaining()), firstIndex);
}

Result<void> ExtensibleArrayWalk::readPagedBlock(std::uint64_t address, std::uint64_t firstIndex,
                                                 std::uint64_t pages, std::span<const std::byte> marks,
                                                 std::uint64_t firstMark)
{
    if (address == MetadataReader::kUndefined) {
        return {};
    }
    const std::uint64_t prefixBytes = headBytes() + m_offsetBytes + kBlockChecksumBytes;
    if (!ByteReader(m_reader.read(address, prefixBytes)).accept("EADB")) {
        return m_reader.corrupt(
            "a block of the index of chunks has a wrong signature or lies outside the file");
    }
    const std::uint64_t pageBytes = m_entriesInPage * m_entries.entryBytes();
    for (std::uint64_t page = 0; page < pages; ++page) {
        const std::uint64_t pageIndex = firstIndex + page * m_entriesInPage;
        if (pageIndex >= m_entries.indexEnd()) {
            break;
        }
        const std::uint64_t bit = firstMark + page;
        const auto mark = std::to_integer<unsigned>(marks[static_cast<std::size_t>(bit / 8)]);
        if ((mark & (0x80U >> (bit % 8))) == 0) {
            continue; // never written
        }
        const std::span<const std::byte> block =
            m_reader.read(address + prefixBytes + page * (pageBytes + kBlockChecksumBytes), pageBytes);
        if (block.empty()) {
            return m_reader.corrupt("a page of the index of chunks reaches beyond the end of the file");
        }
        Result<void> placed = m_entries.placeAll(block, pageIndex);
        if (!placed) {
            return placed;
        }
    }
    return {};
}

} // namespace

Result<void> walkExtensibleArray(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    return ExtensibleArrayWalk(reader, layout, grid).run();
}

} // namespace perihelion
