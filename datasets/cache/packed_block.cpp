// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/packed_block.h"

#include "datasets/layouts/recording_layout.h"

#include <algorithm>
#include <limits>

namespace perihelion {

namespace {

constexpr std::size_t kAnchorBins = 128;
/// Beside the block itself: its entry in the cache's tables.
constexpr std::uint64_t kEntryBytes = 512;

/// b − a of times that may lie further apart than int64 reaches.
std::uint64_t distance(std::int64_t a, std::int64_t b)
{
    return static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a);
}

std::int64_t after(std::int64_t time, std::uint64_t micros)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(time) + micros);
}

std::size_t aligned(std::size_t bytes, std::size_t to)
{
    return (bytes + to - 1) / to * to;
}

/// Where the tables of binned words begin.
struct BinnedPlaces {
    std::size_t counts = 0;
    std::size_t anchors = 0;
    std::size_t end = 0;
};

BinnedPlaces placesOf(const PackedShape& shape)
{
    const std::size_t wordBytes = shape.form == PackedForm::Binned3 ? 3 : 4;
    BinnedPlaces places;
    places.counts = aligned(shape.rows * wordBytes + 4, 8); // The last word of three bytes is read as four.
    places.anchors = aligned(places.counts + std::size_t{shape.bins} * shape.countBytes, 4);
    places.end = places.anchors + (shape.bins / kAnchorBins + 1) * sizeof(std::uint32_t);
    return places;
}

/// Completes a shape for binned words of wordBytes; false when the times do not suit.
bool fitBins(PackedShape& shape, unsigned wordBytes, const std::int64_t* times)
{
    const unsigned pixelBits = shape.xBits + shape.yBits + 1;
    if (pixelBits > 8 * wordBytes) {
        return false;
    }
    shape.form = wordBytes == 3 ? PackedForm::Binned3 : PackedForm::Binned4;
    shape.timeBits = 8 * wordBytes - pixelBits;
    const std::uint64_t lastBin = distance(shape.minTime, shape.maxTime) >> shape.timeBits;
    // More bytes of table than eight an event: some other form is smaller.
    if (lastBin > std::min<std::uint64_t>(std::uint64_t{8} * shape.rows + 64, 1ULL << 30)) {
        return false;
    }
    std::uint32_t most = 0;
    std::uint32_t run = 0;
    std::uint64_t bin = 0;
    for (std::size_t i = 0; i < shape.rows; ++i) {
        const std::uint64_t here = distance(shape.minTime, times[i]) >> shape.timeBits;
        run = here == bin ? run + 1 : 1;
        bin = here;
        most = std::max(most, run);
    }
    if (most > std::numeric_limits<std::uint16_t>::max()) {
        return false;
    }
    shape.bins = static_cast<std::uint32_t>(lastBin + 1);
    shape.countBytes = most > std::numeric_limits<std::uint8_t>::max() ? 2 : 1;
    shape.bytes = placesOf(shape).end;
    return true;
}

template <typename T>
std::pair<T, T> extremesOf(const T* values, std::size_t count)
{
    T least = values[0];
    T greatest = values[0];
    for (std::size_t i = 1; i < count; ++i) {
        least = std::min(least, values[i]);
        greatest = std::max(greatest, values[i]);
    }
    return {least, greatest};
}

bool neverFalls(const std::int64_t* times, std::size_t count)
{
    std::size_t falls = 0;
    for (std::size_t i = 1; i < count; ++i) {
        falls += times[i] < times[i - 1] ? 1U : 0U;
    }
    return falls == 0;
}

} // namespace

PackedShape PackedBlock::measure(const ColumnBuffers& columns)
{
    PackedShape shape;
    shape.rows = static_cast<std::uint32_t>(columns.rows);
    shape.bytes = columns.rows * 13 + 8;
    if (columns.rows == 0) {
        return shape;
    }
    const auto [minX, maxX] = extremesOf(columns.x, columns.rows);
    const auto [minY, maxY] = extremesOf(columns.y, columns.rows);
    std::tie(shape.minTime, shape.maxTime) = extremesOf(columns.t, columns.rows);
    shape.minX = minX;
    shape.minY = minY;
    shape.xBits = static_cast<unsigned>(std::bit_width(static_cast<unsigned>(maxX - minX)));
    shape.yBits = static_cast<unsigned>(std::bit_width(static_cast<unsigned>(maxY - minY)));
    shape.sorted = neverFalls(columns.t, columns.rows);
    if (extremesOf(columns.p, columns.rows).second > 1) {
        return shape; // No polarity that the readers make; kept as it is.
    }
    const auto smaller = [&shape](const PackedShape& other) {
        if (other.bytes < shape.bytes) {
            shape = other;
        }
    };
    PackedShape wide = shape;
    wide.form = PackedForm::Word8;
    wide.bytes = columns.rows * 8;
    const unsigned pixelBits = shape.xBits + shape.yBits + 1; // At most 33.
    if (distance(shape.minTime, shape.maxTime) >> (64 - pixelBits) == 0) {
        smaller(wide);
    }
    if (shape.sorted) {
        for (const unsigned wordBytes : {3U, 4U}) {
            PackedShape binned = wide;
            if (fitBins(binned, wordBytes, columns.t)) {
                smaller(binned);
            }
        }
    }
    return shape;
}

std::uint64_t PackedBlock::footprint(const PackedShape& shape)
{
    return BlockMemory::footprint(shape.bytes) + sizeof(PackedBlock) + kEntryBytes;
}

PackedBlock::PackedBlock(const PackedShape& shape, std::uint64_t firstRow, Reservation reservation,
                         BlockMemory memory)
    : CacheItem(std::move(reservation)),
      m_shape(shape),
      m_firstRow(firstRow),
      m_memory(std::move(memory))
{
}

std::byte* PackedBlock::counts() const
{
    return m_memory.get() + placesOf(m_shape).counts;
}

std::uint32_t* PackedBlock::anchors() const
{
    return reinterpret_cast<std::uint32_t*>(m_memory.get() + placesOf(m_shape).anchors);
}

PackedBlock::Columns PackedBlock::plainColumns() const
{
    const std::size_t rows = m_shape.rows;
    auto* const t = reinterpret_cast<std::int64_t*>(m_memory.get());
    auto* const x = reinterpret_cast<std::uint16_t*>(t + rows);
    return {t, x, x + rows, reinterpret_cast<std::uint8_t*>(x + 2 * rows)};
}

std::uint32_t PackedBlock::binCount(std::size_t bin) const
{
    const std::byte* const table = counts();
    if (m_shape.countBytes == 1) {
        return static_cast<std::uint8_t>(table[bin]);
    }
    std::uint16_t count = 0;
    std::memcpy(&count, table + bin * 2, sizeof(count));
    return count;
}

template <std::size_t Bytes>
void PackedBlock::packWords(const ColumnBuffers& columns)
{
    const unsigned polarityShift = m_shape.xBits + m_shape.yBits;
    const std::uint64_t timeMask = Bytes == 8 ? ~0ULL : (1ULL << m_shape.timeBits) - 1;
    std::byte* at = m_memory.get();
    for (std::size_t i = 0; i < m_shape.rows; ++i, at += Bytes) {
        const std::uint64_t time = distance(m_shape.minTime, columns.t[i]) & timeMask;
        const std::uint64_t bits = static_cast<std::uint64_t>(columns.x[i] - m_shape.minX) |
                                   static_cast<std::uint64_t>(columns.y[i] - m_shape.minY) << m_shape.xBits |
                                   static_cast<std::uint64_t>(columns.p[i]) << polarityShift |
                                   time << (polarityShift + 1);
        if constexpr (Bytes == 8) {
            std::memcpy(at, &bits, 8);
        } else {
            // Of three bytes the fourth written is overwritten by the next word, or lies in the padding.
            const auto low = static_cast<std::uint32_t>(bits);
            std::memcpy(at, &low, 4);
        }
    }
}

void PackedBlock::countBins(const ColumnBuffers& columns)
{
    std::byte* const table = counts();
    std::uint32_t* const anchor = anchors();
    std::size_t row = 0;
    for (std::size_t bin = 0; bin < m_shape.bins; ++bin) {
        if (bin % kAnchorBins == 0) {
            anchor[bin / kAnchorBins] = static_cast<std::uint32_t>(row);
        }
        const std::size_t first = row;
        while (row < m_shape.rows && distance(m_shape.minTime, columns.t[row]) >> m_shape.timeBits == bin) {
            ++row;
        }
        const auto count = static_cast<std::uint16_t>(row - first);
        if (m_shape.countBytes == 1) {
            table[bin] = static_cast<std::byte>(count);
        } else {
            std::memcpy(table + bin * 2, &count, sizeof(count));
        }
    }
    if (m_shape.bins % kAnchorBins == 0) {
        anchor[m_shape.bins / kAnchorBins] = m_shape.rows;
    }
}

std::shared_ptr<const PackedBlock> PackedBlock::pack(const PackedShape& shape, const ColumnBuffers& columns,
                                                     std::uint64_t firstRow, Reservation reservation)
{
    BlockMemory memory = BlockMemory::allocate(shape.bytes);
    if (!memory) {
        return nullptr;
    }
    std::shared_ptr<PackedBlock> block(
        new PackedBlock(shape, firstRow, std::move(reservation), std::move(memory)));
    const std::size_t rows = shape.rows;
    switch (shape.form) {
    case PackedForm::Binned3:
        block->packWords<3>(columns);
        block->countBins(columns);
        break;
    case PackedForm::Binned4:
        block->packWords<4>(columns);
        block->countBins(columns);
        break;
    case PackedForm::Word8:
        block->packWords<8>(columns);
        break;
    case PackedForm::Columns: {
        const Columns plain = block->plainColumns();
        if (rows > 0) {
            std::memcpy(plain.t, columns.t, rows * sizeof(*columns.t));
            std::memcpy(plain.x, columns.x, rows * sizeof(*columns.x));
            std::memcpy(plain.y, columns.y, rows * sizeof(*columns.y));
            std::memcpy(plain.p, columns.p, rows * sizeof(*columns.p));
        }
        break;
    }
    }
    return block;
}

template <std::size_t Bytes>
std::size_t PackedBlock::lowerBoundInBin(std::int64_t time) const
{
    const std::uint64_t offset = distance(m_shape.minTime, time);
    const auto bin = static_cast<std::size_t>(offset >> m_shape.timeBits);
    const std::uint64_t low = offset & ((1ULL << m_shape.timeBits) - 1);
    std::size_t row = anchors()[bin / kAnchorBins];
    for (std::size_t before = bin / kAnchorBins * kAnchorBins; before < bin; ++before) {
        row += binCount(before);
    }
    const unsigned shift = m_shape.xBits + m_shape.yBits + 1;
    std::size_t count = binCount(bin);
    while (count > 0) {
        const std::size_t half = count / 2;
        if (word<Bytes>(row + half) >> shift < low) {
            row += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return row;
}

std::size_t PackedBlock::lowerBound(std::int64_t time) const
{
    if (m_shape.rows == 0 || time <= m_shape.minTime) {
        return 0;
    }
    if (time > m_shape.maxTime) {
        return m_shape.rows;
    }
    switch (m_shape.form) {
    case PackedForm::Binned3:
        return lowerBoundInBin<3>(time);
    case PackedForm::Binned4:
        return lowerBoundInBin<4>(time);
    case PackedForm::Word8: {
        const unsigned shift = m_shape.xBits + m_shape.yBits + 1;
        const std::uint64_t wanted = distance(m_shape.minTime, time);
        std::size_t row = 0;
        for (std::size_t count = m_shape.rows; count > 0;) {
            const std::size_t half = count / 2;
            if (word<8>(row + half) >> shift < wanted) {
                row += half + 1;
                count -= half + 1;
            } else {
                count = half;
            }
        }
        return row;
    }
    case PackedForm::Columns: {
        const std::int64_t* const times = plainColumns().t;
        return static_cast<std::size_t>(std::lower_bound(times, times + m_shape.rows, time) - times);
    }
    }
    return 0;
}

std::pair<std::size_t, std::size_t> PackedBlock::rowsOfWindow(std::int64_t start, std::int64_t end) const
{
    const std::size_t first = lowerBound(start);
    return {first, std::max(first, lowerBound(end))};
}

template <std::size_t Bytes>
void PackedBlock::unpackBinnedTimes(std::size_t from, std::size_t count, std::int64_t* target) const
{
    const std::byte* const words = m_memory.get();
    const std::uint32_t* const anchor = anchors();
    const std::size_t anchorCount = (m_shape.bins + kAnchorBins - 1) / kAnchorBins;
    // The last anchor at or before the row; empty bins give several the same number.
    const std::size_t above = static_cast<std::size_t>(
        std::upper_bound(anchor, anchor + anchorCount, static_cast<std::uint32_t>(from)) - anchor);
    std::size_t bin = (above - 1) * kAnchorBins;
    std::size_t binEnd = anchor[above - 1] + binCount(bin);
    const unsigned shift = m_shape.xBits + m_shape.yBits + 1;
    for (std::size_t row = from; row < from + count;) {
        while (binEnd <= row) {
            ++bin;
            binEnd += binCount(bin);
        }
        const std::int64_t base = after(m_shape.minTime, static_cast<std::uint64_t>(bin) << m_shape.timeBits);
        const std::size_t last = std::min(binEnd, from + count);
        for (; row < last; ++row) {
            target[row - from] = after(base, wordAt<Bytes>(words, row) >> shift);
        }
    }
}

void PackedBlock::unpackTimes(std::size_t from, std::size_t count, std::int64_t* target) const
{
    switch (m_shape.form) {
    case PackedForm::Binned3:
        return unpackBinnedTimes<3>(from, count, target);
    case PackedForm::Binned4:
        return unpackBinnedTimes<4>(from, count, target);
    case PackedForm::Word8: {
        const unsigned shift = m_shape.xBits + m_shape.yBits + 1;
        for (std::size_t i = 0; i < count; ++i) {
            target[i] = after(m_shape.minTime, word<8>(from + i) >> shift);
        }
        return;
    }
    case PackedForm::Columns:
        std::memcpy(target, plainColumns().t + from, count * sizeof(*target));
    }
}

void PackedBlock::unpack(ColumnSet wanted, std::size_t from, std::size_t count, ColumnBuffers& target) const
{
    if (count == 0) {
        return;
    }
    if ((wanted & (1U << kTimeColumn)) != 0) {
        unpackTimes(from, count, target.t);
    }
    constexpr ColumnSet kPixel = 1U << kXColumn | 1U << kYColumn | 1U << kPolarityColumn;
    if ((wanted & kPixel) == 0) {
        return;
    }
    std::uint16_t* x = target.x;
    std::uint16_t* y = target.y;
    std::uint8_t* p = target.p;
    forEachPixel(from, count, [&](std::uint32_t px, std::uint32_t py, std::uint32_t polarity) {
        *x++ = static_cast<std::uint16_t>(px);
        *y++ = static_cast<std::uint16_t>(py);
        *p++ = static_cast<std::uint8_t>(polarity);
    });
}

} // namespace perihelion
