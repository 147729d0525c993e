// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/object_header.h"

#include <vector>

namespace perihelion {

namespace {

constexpr std::uint16_t kDataspace = 0x01;
constexpr std::uint16_t kLayout = 0x08;
constexpr std::uint16_t kContinuation = 0x10;
constexpr std::uint8_t kSharedFlag = 0x02;
constexpr std::size_t kMaxBlocks = 64;            // header and continuations
constexpr std::uint64_t kMaxBlockBytes = 4 << 20; // a header block with more is not believed

struct Block {
    std::uint64_t address = 0;
    std::uint64_t length = 0;
};

/// Collects the two messages while the blocks of one header are walked.
class HeaderWalk {
public:
    HeaderWalk(MetadataReader& reader, ChunkLayout& layout) : m_reader(reader), m_layout(layout) {}

    Result<void> run(std::uint64_t address);

private:
    Result<void> readVersion1(std::uint64_t address);
    Result<void> readVersion2(std::uint64_t address);
    Result<void> readContinuations();
    Result<void> readMessages(std::span<const std::byte> block);
    Result<void> takeMessage(std::uint16_t type, std::uint8_t flags, std::span<const std::byte> body);
    Result<void> takeDataspace(ByteReader bytes);
    Result<void> takeLayout(ByteReader bytes);
    Result<void> takeLayout3(ByteReader& bytes);
    Result<void> takeLayout4(ByteReader& bytes);

    MetadataReader& m_reader;
    ChunkLayout& m_layout;
    std::vector<Block> m_pending;
    bool m_version2 = false;
    bool m_creationOrder = false;
    bool m_sawSpace = false;
    bool m_sawLayout = false;
};

Result<void> HeaderWalk::run(std::uint64_t address)
{
    const std::span<const std::byte> start = m_reader.readUpTo(address, 4);
    if (start.size() < 4) {
        return m_reader.corrupt("the dataset's header lies outside the file");
    }
    m_version2 = ByteReader(start).accept("OHDR");
    Result<void> done = m_version2 ? readVersion2(address) : readVersion1(address);
    if (!done) {
        return done;
    }
    done = readContinuations();
    if (!done) {
        return done;
    }
    if (!m_sawSpace || !m_sawLayout) {
        return m_reader.unsupported("the dataset's header has no plain dataspace and layout");
    }
    return {};
}

Result<void> HeaderWalk::readVersion1(std::uint64_t address)
{
    constexpr std::uint64_t kPrefixBytes = 16; // 12 and 4 of padding
    ByteReader prefix(m_reader.read(address, kPrefixBytes));
    const std::uint8_t version = prefix.u8();
    prefix.skip(7);
    const std::uint64_t headerBytes = prefix.u32();
    if (!prefix.ok() || version != 1 || headerBytes > kMaxBlockBytes) {
        return m_reader.corrupt("the dataset's header has an unknown version or size");
    }
    const std::span<const std::byte> block = m_reader.read(address + kPrefixBytes, headerBytes);
    if (block.size() != headerBytes) {
        return m_reader.corrupt("the dataset's header reaches beyond the end of the file");
    }
    return readMessages(block);
}

Result<void> HeaderWalk::readVersion2(std::uint64_t address)
{
    constexpr std::uint64_t kLargestPrefix = 4 + 1 + 1 + 16 + 4 + 8;
    ByteReader prefix(m_reader.readUpTo(address, kLargestPrefix));
    prefix.skip(4);
    const std::uint8_t version = prefix.u8();
    const std::uint8_t flags = prefix.u8();
    m_creationOrder = (flags & 0x04) != 0;
    if ((flags & 0x20) != 0) {
        prefix.skip(16);
    }
    if ((flags & 0x10) != 0) {
        prefix.skip(4);
    }
    const std::uint64_t blockBytes = prefix.unsignedLe(std::size_t{1} << (flags & 0x03));
    if (!prefix.ok() || version != 2 || blockBytes > kMaxBlockBytes) {
        return m_reader.corrupt("the dataset's header has an unknown version or size");
    }
    const std::span<const std::byte> block = m_reader.read(address + prefix.position(), blockBytes);
    if (block.size() != blockBytes) {
        return m_reader.corrupt("the dataset's header reaches beyond the end of the file");
    }
    return readMessages(block);
}

Result<void> HeaderWalk::readContinuations()
{
    std::size_t blocks = 1;
    while (!m_pending.empty()) {
        const Block next = m_pending.back();
        m_pending.pop_back();
        if (++blocks > kMaxBlocks) {
            return m_reader.corrupt("the dataset's header has too many continuations");
        }
        if (next.length > kMaxBlockBytes) {
            return m_reader.corrupt("a continuation of the dataset's header is too large");
        }
        std::span<const std::byte> block = m_reader.read(next.address, next.length);
        if (block.size() != next.length) {
            return m_reader.corrupt("a continuation of the dataset's header lies outside the file");
        }
        if (m_version2) {
            constexpr std::size_t kFrame = 8; // "OCHK" in front, checksum behind
            if (block.size() < kFrame || !ByteReader(block).accept("OCHK")) {
                return m_reader.corrupt("a continuation of the dataset's header has a wrong signature");
            }
            block = block.subspan(4, block.size() - kFrame);
        }
        Result<void> done = readMessages(block);
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<void> HeaderWalk::readMessages(std::span<const std::byte> block)
{
    // The reader's buffer is reused by the next block, so continuations wait until this one is done.
    ByteReader bytes(block);
    const std::size_t messageHeader = m_version2 ? (m_creationOrder ? 6 : 4) : 8;
    while (bytes.remaining() >= messageHeader) {
        std::uint16_t type = 0;
        std::uint16_t size = 0;
        std::uint8_t flags = 0;
        if (m_version2) {
            type = bytes.u8();
            size = bytes.u16();
            flags = bytes.u8();
            bytes.skip(m_creationOrder ? 2 : 0);
        } else {
            type = bytes.u16();
            size = bytes.u16();
            flags = bytes.u8();
            bytes.skip(3);
        }
        const std::span<const std::byte> body = bytes.take(size);
        if (!bytes.ok()) {
            return m_reader.corrupt("a message of the dataset's header reaches beyond its block");
        }
        Result<void> taken = takeMessage(type, flags, body);
        if (!taken) {
            return taken;
        }
    }
    return {};
}

Result<void> HeaderWalk::takeMessage(std::uint16_t type, std::uint8_t flags, std::span<const std::byte> body)
{
    if (type == kContinuation) {
        ByteReader bytes(body);
        Block block;
        block.address = m_reader.address(bytes);
        block.length = m_reader.length(bytes);
        if (!bytes.ok()) {
            return m_reader.corrupt("a continuation of the dataset's header is cut off");
        }
        m_pending.push_back(block);
        return {};
    }
    if (type != kDataspace && type != kLayout) {
        return {};
    }
    if ((flags & kSharedFlag) != 0) {
        return m_reader.unsupported("the dataset's header shares its messages with others");
    }
    return type == kDataspace ? takeDataspace(ByteReader(body)) : takeLayout(ByteReader(body));
}

Result<void> HeaderWalk::takeDataspace(ByteReader bytes)
{
    const std::uint8_t version = bytes.u8();
    const std::size_t rank = bytes.u8();
    const std::uint8_t flags = bytes.u8();
    bytes.skip(version == 1 ? 5 : 1);
    if (version < 1 || version > 2 || rank < 1 || rank > ChunkLayout::kMaxRank) {
        return m_reader.unsupported("the dataset is neither a list nor a table");
    }
    m_layout.rank = rank;
    for (std::size_t dimension = 0; dimension < rank; ++dimension) {
        m_layout.extent.at(dimension) = m_reader.length(bytes);
    }
    m_layout.maxExtent = m_layout.extent;
    if ((flags & 0x01) != 0) {
        for (std::size_t dimension = 0; dimension < rank; ++dimension) {
            const std::uint64_t stated = m_reader.length(bytes);
            const unsigned bits = 8U * m_reader.superblock().lengthBytes;
            const std::uint64_t allSet = bits == 64 ? ChunkLayout::kUnlimited : (1ULL << bits) - 1;
            m_layout.maxExtent.at(dimension) = stated == allSet ? ChunkLayout::kUnlimited : stated;
        }
    }
    if (!bytes.ok()) {
        return m_reader.corrupt("the dataset's shape is cut off");
    }
    m_sawSpace = true;
    return {};
}

Result<void> HeaderWalk::takeLayout(ByteReader bytes)
{
    const std::uint8_t version = bytes.u8();
    const std::uint8_t storage = bytes.u8();
    constexpr std::uint8_t kChunked = 2;
    if ((version != 3 && version != 4) || storage != kChunked) {
        return m_reader.unsupported("the dataset's storage is not chunked in a way that this program knows");
    }
    Result<void> taken = version == 3 ? takeLayout3(bytes) : takeLayout4(bytes);
    if (!taken) {
        return taken;
    }
    if (!bytes.ok()) {
        return m_reader.corrupt("the dataset's storage layout is cut off");
    }
    m_sawLayout = true;
    return {};
}

Result<void> HeaderWalk::takeLayout3(ByteReader& bytes)
{
    const std::size_t dimensions = bytes.u8(); // the last one is the element's size
    if (dimensions < 2 || dimensions > ChunkLayout::kMaxRank + 1) {
        return m_reader.unsupported("the chunks have neither one nor two dimensions");
    }
    m_layout.index = ChunkIndexKind::BTree1;
    m_layout.indexAddress = m_reader.address(bytes);
    for (std::size_t dimension = 0; dimension + 1 < dimensions; ++dimension) {
        m_layout.chunk.at(dimension) = bytes.u32();
    }
    m_layout.elementBytes = bytes.u32();
    return {};
}

Result<void> HeaderWalk::takeLayout4(ByteReader& bytes)
{
    const std::uint8_t flags = bytes.u8();
    const std::size_t dimensions = bytes.u8();
    const std::size_t width = bytes.u8();
    if (dimensions < 2 || dimensions > ChunkLayout::kMaxRank + 1 || width < 1 || width > 8) {
        return m_reader.unsupported("the chunks have neither one nor two dimensions");
    }
    for (std::size_t dimension = 0; dimension + 1 < dimensions; ++dimension) {
        m_layout.chunk.at(dimension) = bytes.unsignedLe(width);
    }
    m_layout.elementBytes = bytes.unsignedLe(width);
    m_layout.partialChunksUnfiltered = (flags & 0x01) != 0;
    switch (bytes.u8()) {
    case 1:
        m_layout.index = ChunkIndexKind::SingleChunk;
        m_layout.singleFiltered = (flags & 0x02) != 0;
        if (m_layout.singleFiltered) {
            m_layout.singleBytes = m_reader.length(bytes);
            m_layout.singleMask = bytes.u32();
        }
        break;
    case 2:
        m_layout.index = ChunkIndexKind::Implicit;
        break;
    case 3:
        m_layout.index = ChunkIndexKind::FixedArray;
        bytes.skip(1); // bits of a page, stated again in the array's own header
        break;
    case 4:
        m_layout.index = ChunkIndexKind::ExtensibleArray;
        bytes.skip(5); // its parameters, stated again in the array's own header
        break;
    case 5:
        m_layout.index = ChunkIndexKind::BTree2;
        bytes.skip(6); // its parameters, stated again in the tree's own header
        break;
    default:
        return m_reader.unsupported("the dataset uses an unknown index of its chunks");
    }
    m_layout.indexAddress = m_reader.address(bytes);
    return {};
}

} // namespace

Result<ChunkLayout> readChunkLayout(MetadataReader& reader, std::uint64_t address)
{
    ChunkLayout layout;
    Result<void> done = HeaderWalk(reader, layout).run(address);
    if (!done) {
        return done.error();
    }
    return layout;
}

} // namespace perihelion
