// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PackedBlock: the events of a run of rows in as few bytes as keep every one of them exact. Sorted blocks
// take three (or four) bytes an event: x, y, polarity and the low bits of the time in a word, the high bits
// in a table that counts the events of each time bin. What does not fit falls back to words of eight bytes
// (any order, times within a range) and then to plain columns of thirteen. Immutable once made.

#include "core/memory/memory_budget.h"
#include "datasets/cache/block_memory.h"
#include "datasets/cache/cache_item.h"
#include "datasets/index/column_buffers.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace perihelion {

enum class PackedForm : std::uint8_t { Binned3, Binned4, Word8, Columns };

/// How a run of rows can be packed; what measure() finds out.
struct PackedShape {
    PackedForm form = PackedForm::Columns;
    std::uint32_t rows = 0;
    bool sorted = false; ///< Times never fall.
    std::int64_t minTime = 0;
    std::int64_t maxTime = 0;
    std::uint16_t minX = 0;
    std::uint16_t minY = 0;
    unsigned xBits = 0;
    unsigned yBits = 0;
    unsigned timeBits = 0;   ///< Binned: low bits of the time in a word.
    std::uint32_t bins = 0;  ///< Binned: 2^timeBits µs each.
    unsigned countBytes = 0; ///< Binned: 1 or 2 bytes for the number of events of a bin.
    std::size_t bytes = 0;   ///< All tables together.
};

class PackedBlock final : public CacheItem {
public:
    /// The smallest form for the rows of all four columns, at most 2^31 of them.
    static PackedShape measure(const ColumnBuffers& columns);
    /// Bytes that the block will reserve.
    static std::uint64_t footprint(const PackedShape& shape);
    /// Packs into reserved memory; null when the system has none. shape: measure(columns).
    static std::shared_ptr<const PackedBlock> pack(const PackedShape& shape, const ColumnBuffers& columns,
                                                   std::uint64_t firstRow, Reservation reservation);

    const PackedShape& shape() const { return m_shape; }
    std::uint64_t firstRow() const { return m_firstRow; } ///< Of the recording.
    std::size_t rows() const { return m_shape.rows; }

    /// First and one past the last row (of the block) with start ≤ t < end; only of sorted blocks.
    std::pair<std::size_t, std::size_t> rowsOfWindow(std::int64_t start, std::int64_t end) const;

    /// Writes rows [from, from + count) of the wanted columns to the front of target, which has room.
    void unpack(ColumnSet wanted, std::size_t from, std::size_t count, ColumnBuffers& target) const;

    /// visit(x, y, polarity) for rows [from, from + count), in order.
    template <typename Visit>
    void forEachPixel(std::size_t from, std::size_t count, Visit&& visit) const
    {
        switch (m_shape.form) {
        case PackedForm::Binned3:
            return wordPixels<3>(from, count, visit);
        case PackedForm::Binned4:
            return wordPixels<4>(from, count, visit);
        case PackedForm::Word8:
            return wordPixels<8>(from, count, visit);
        case PackedForm::Columns: {
            const Columns columns = plainColumns();
            for (std::size_t i = from; i < from + count; ++i) {
                visit(std::uint32_t{columns.x[i]}, std::uint32_t{columns.y[i]}, std::uint32_t{columns.p[i]});
            }
        }
        }
    }

private:
    struct Columns {
        std::int64_t* t;
        std::uint16_t* x;
        std::uint16_t* y;
        std::uint8_t* p;
    };

    PackedBlock(const PackedShape& shape, std::uint64_t firstRow, Reservation reservation,
                BlockMemory memory);
    static_assert(std::endian::native == std::endian::little, "words of three bytes are read as four");

    template <std::size_t Bytes>
    static std::uint64_t wordAt(const std::byte* words, std::size_t row)
    {
        const std::byte* at = words + row * Bytes;
        if constexpr (Bytes == 8) {
            std::uint64_t bits;
            std::memcpy(&bits, at, sizeof(bits));
            return bits;
        } else {
            std::uint32_t bits;
            std::memcpy(&bits, at, sizeof(bits)); // Of three bytes the fourth is the next word's.
            return Bytes == 3 ? bits & 0xFFFFFFU : bits;
        }
    }

    template <std::size_t Bytes>
    std::uint64_t word(std::size_t row) const
    {
        return wordAt<Bytes>(m_memory.get(), row);
    }

    template <std::size_t Bytes, typename Visit>
    void wordPixels(std::size_t from, std::size_t count, Visit& visit) const
    {
        const std::byte* const words = m_memory.get();
        const std::uint32_t xMask = (1U << m_shape.xBits) - 1;
        const std::uint32_t yMask = (1U << m_shape.yBits) - 1;
        const unsigned xBits = m_shape.xBits;
        const unsigned polarityShift = m_shape.xBits + m_shape.yBits;
        const std::uint32_t minX = m_shape.minX;
        const std::uint32_t minY = m_shape.minY;
        for (std::size_t i = from; i < from + count; ++i) {
            const std::uint64_t bits = wordAt<Bytes>(words, i);
            visit((static_cast<std::uint32_t>(bits) & xMask) + minX,
                  (static_cast<std::uint32_t>(bits >> xBits) & yMask) + minY,
                  static_cast<std::uint32_t>(bits >> polarityShift) & 1U);
        }
    }

    template <std::size_t Bytes>
    void packWords(const ColumnBuffers& columns);
    void countBins(const ColumnBuffers& columns);
    std::uint32_t binCount(std::size_t bin) const;
    std::size_t lowerBound(std::int64_t time) const;
    template <std::size_t Bytes>
    std::size_t lowerBoundInBin(std::int64_t time) const;
    template <std::size_t Bytes>
    void unpackBinnedTimes(std::size_t from, std::size_t count, std::int64_t* target) const;
    void unpackTimes(std::size_t from, std::size_t count, std::int64_t* target) const;

    std::byte* counts() const;
    std::uint32_t* anchors() const; ///< Events before every 128th bin.
    Columns plainColumns() const;

    PackedShape m_shape;
    std::uint64_t m_firstRow;
    BlockMemory m_memory;
};

} // namespace perihelion
