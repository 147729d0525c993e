// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_btree.h"

#include <algorithm>
#include <array>
#include <vector>

namespace perihelion {

namespace {

constexpr int kMaxLevel = 16;
// A node of the usual 64 children fits, so that most nodes cost one read.
constexpr std::uint64_t kUsualNodeBytes = 4096;

struct PendingNode {
    std::uint64_t address = 0;
    int level = 0;
};

class BTree1Walk {
public:
    BTree1Walk(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
        : m_reader(reader),
          m_layout(layout),
          m_grid(grid),
          m_nodesLeft(grid.size() * 2 + 64)
    {
    }

    Result<void> run();

private:
    Result<void> readNode(const PendingNode& node);
    bool placeEntry(ByteReader& bytes, std::uint32_t sizeBytes, std::uint32_t mask,
                    const std::array<std::uint64_t, ChunkLayout::kMaxRank>& offset);

    MetadataReader& m_reader;
    const ChunkLayout& m_layout;
    ChunkGrid& m_grid;
    std::uint64_t m_nodesLeft;
    std::vector<PendingNode> m_pending;
};

Result<void> BTree1Walk::run()
{
    if (m_layout.indexAddress == MetadataReader::kUndefined) {
        return {}; // no chunk has been written
    }
    m_pending.push_back({m_layout.indexAddress, -1});
    while (!m_pending.empty()) {
        const PendingNode node = m_pending.back();
        m_pending.pop_back();
        if (m_nodesLeft-- == 0) {
            return m_reader.corrupt("the index of chunks has more nodes than chunks");
        }
        Result<void> done = readNode(node);
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<void> BTree1Walk::readNode(const PendingNode& node)
{
    const std::uint64_t addressBytes = m_reader.superblock().addressBytes;
    const std::uint64_t keyBytes = 8 + 8 * (static_cast<std::uint64_t>(m_layout.rank) + 1);
    const std::uint64_t headBytes = 8 + 2 * addressBytes;

    std::span<const std::byte> block = m_reader.readUpTo(node.address, kUsualNodeBytes);
    ByteReader head(block);
    if (!head.accept("TREE")) {
        return m_reader.corrupt(
            "a node of the index of chunks has a wrong signature or lies outside the file");
    }
    const std::uint8_t type = head.u8();
    const int level = head.u8();
    const std::uint64_t entries = head.u16();
    constexpr std::uint8_t kChunkNode = 1;
    if (!head.ok() || type != kChunkNode || level > kMaxLevel || (node.level >= 0 && level != node.level)) {
        return m_reader.corrupt("a node of the index of chunks has a wrong kind or level");
    }
    const std::uint64_t nodeBytes = headBytes + entries * (keyBytes + addressBytes);
    if (nodeBytes > block.size()) {
        block = m_reader.read(node.address, nodeBytes);
        if (block.empty()) {
            return m_reader.corrupt("a node of the index of chunks reaches beyond the end of the file");
        }
    }
    ByteReader bytes(block);
    bytes.skip(static_cast<std::size_t>(headBytes));
    for (std::uint64_t entry = 0; entry < entries; ++entry) {
        const std::uint32_t sizeBytes = bytes.u32();
        const std::uint32_t mask = bytes.u32();
        std::array<std::uint64_t, ChunkLayout::kMaxRank> offset{};
        for (std::size_t dimension = 0; dimension < m_layout.rank; ++dimension) {
            offset.at(dimension) = bytes.u64();
        }
        bytes.skip(8); // offset within the element, always 0
        if (level == 0) {
            if (!placeEntry(bytes, sizeBytes, mask, offset)) {
                return m_reader.corrupt(
                    "an entry of the index of chunks is outside the dataset or comes twice");
            }
        } else {
            m_pending.push_back({m_reader.address(bytes), level - 1});
        }
    }
    if (!bytes.ok()) {
        return m_reader.corrupt("a node of the index of chunks is cut off");
    }
    return {};
}

bool BTree1Walk::placeEntry(ByteReader& bytes, std::uint32_t sizeBytes, std::uint32_t mask,
                            const std::array<std::uint64_t, ChunkLayout::kMaxRank>& offset)
{
    ChunkLocation location;
    const std::uint64_t address = m_reader.address(bytes);
    if (!bytes.ok() || address >= MetadataReader::kUndefined - m_reader.superblock().base) {
        return false;
    }
    location.address = m_reader.superblock().base + address;
    location.sizeBytes = sizeBytes;
    location.filterMask = mask;
    std::array<std::uint64_t, ChunkLayout::kMaxRank> slot{};
    for (std::size_t dimension = 0; dimension < m_layout.rank; ++dimension) {
        if (offset.at(dimension) % m_layout.chunk.at(dimension) != 0) {
            return false;
        }
        slot.at(dimension) = offset.at(dimension) / m_layout.chunk.at(dimension);
    }
    return m_grid.place(slot.at(0), slot.at(1), location);
}

} // namespace

Result<void> walkChunkBTree1(MetadataReader& reader, const ChunkLayout& layout, ChunkGrid& grid)
{
    return BTree1Walk(reader, layout, grid).run();
}

} // namespace perihelion
