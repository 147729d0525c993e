// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/ecf_codec.h"

#include "datasets/hdf5/byte_reader.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace perihelion {

namespace {

constexpr std::size_t kXOffset = 0;
constexpr std::size_t kYOffset = 2;
constexpr std::size_t kPolarityOffset = 4;
constexpr std::size_t kTimeOffset = 8;
constexpr unsigned kLongByteRun = 15;      // four bits: the real run follows in two bytes
constexpr unsigned kLongWordRun = 31;      // five bits
constexpr unsigned kLongPolarityRun = 127; // seven bits

/// The stream and the records it becomes; each step returns false where the stream is damaged.
class EcfDecoder {
public:
    EcfDecoder(std::span<const std::byte> stored, std::byte* records, std::size_t events)
        : m_stream(stored),
          m_records(records),
          m_events(events)
    {
    }

    bool decodeTimes();
    bool decodePackedXyp();
    bool decodeRows();
    bool decodePackedXp();
    bool decodeColumns();
    bool decodePolarities();
    bool atEnd() const { return m_stream.ok() && m_stream.remaining() == 0; }

private:
    template <typename Value>
    void put(std::size_t event, std::size_t offset, Value value)
    {
        static_assert(std::endian::native == std::endian::little);
        std::memcpy(m_records + event * kEcfRecordBytes + offset, &value, sizeof value);
    }
    void putColumn(std::size_t event, unsigned value)
    {
        put(event, kXOffset, static_cast<std::uint16_t>(value));
    }
    void putRow(std::size_t event, unsigned value)
    {
        put(event, kYOffset, static_cast<std::uint16_t>(value));
    }
    void putPolarity(std::size_t event, unsigned value)
    {
        put(event, kPolarityOffset, static_cast<std::uint16_t>(value));
    }
    std::uint64_t longDelta(unsigned first);

    ByteReader m_stream;
    std::byte* m_records;
    std::size_t m_events;
};

/// An escape: the low nibbles of this and all following bytes whose high nibble is 15, least significant
/// first.
std::uint64_t EcfDecoder::longDelta(unsigned first)
{
    std::uint64_t delta = first & 0x0fU;
    unsigned shift = 4;
    while (m_stream.remaining() > 0) {
        ByteReader ahead = m_stream;
        const unsigned next = ahead.u8();
        if ((next >> 4) != 0x0fU) {
            break;
        }
        if (shift < 64) {
            delta |= std::uint64_t{next & 0x0fU} << shift;
        }
        shift += 4;
        m_stream = ahead;
    }
    return delta;
}

bool EcfDecoder::decodeTimes()
{
    std::uint64_t time = m_stream.u64();
    std::size_t event = 0;
    while (event < m_events) {
        const unsigned part = m_stream.u8();
        if (!m_stream.ok()) {
            return false;
        }
        if ((part >> 4) == 0x0fU) {
            time += longDelta(part);
            continue;
        }
        time += part >> 4;
        std::size_t run = part & 0x0fU;
        if (run == kLongByteRun) {
            run = m_stream.u16();
        }
        if (!m_stream.ok() || run > m_events - event) {
            return false;
        }
        for (const std::size_t end = event + run; event < end; ++event) {
            put(event, kTimeOffset, time);
        }
    }
    return m_stream.ok();
}

bool EcfDecoder::decodePackedXyp()
{
    for (std::size_t event = 0; event < m_events; event += 4) {
        ByteReader group(m_stream.take(12));
        const std::uint32_t a = group.u32();
        const std::uint32_t b = group.u32();
        const std::uint32_t c = group.u32();
        if (!m_stream.ok()) {
            return false;
        }
        const std::uint32_t values[4] = {a >> 8, (a & 0xffU) | ((b >> 16) << 8),
                                         (b & 0xffffU) | ((c >> 24) << 16), c & 0xffffffU};
        const std::size_t count = std::min<std::size_t>(4, m_events - event);
        for (std::size_t index = 0; index < count; ++index) {
            const std::uint32_t value = values[index];
            putPolarity(event + index, value & 1U);
            putColumn(event + index, (value >> 1) & 0x7ffU);
            putRow(event + index, (value >> 12) & 0x7ffU);
        }
    }
    return true;
}

bool EcfDecoder::decodeRows()
{
    std::size_t event = 0;
    while (event < m_events) {
        const unsigned word = m_stream.u16();
        std::size_t run = word & 0x1fU;
        if (run == kLongWordRun) {
            run = m_stream.u16();
        }
        if (!m_stream.ok() || run > m_events - event) {
            return false;
        }
        for (const std::size_t end = event + run; event < end; ++event) {
            putRow(event, word >> 5);
        }
    }
    return true;
}

bool EcfDecoder::decodePackedXp()
{
    for (std::size_t event = 0; event < m_events; event += 4) {
        ByteReader group(m_stream.take(6));
        const unsigned a = group.u16();
        const unsigned b = group.u16();
        const unsigned c = group.u16();
        if (!m_stream.ok()) {
            return false;
        }
        const unsigned values[4] = {a >> 4, (a & 15U) | ((b >> 8) << 4), (b & 255U) | ((c >> 12) << 8),
                                    c & 0xfffU};
        const std::size_t count = std::min<std::size_t>(4, m_events - event);
        for (std::size_t index = 0; index < count; ++index) {
            putPolarity(event + index, values[index] & 1U);
            putColumn(event + index, (values[index] >> 1) & 0x7ffU);
        }
    }
    return true;
}

bool EcfDecoder::decodeColumns()
{
    constexpr unsigned kFollowers = 5;
    std::size_t event = 0;
    while (event < m_events) {
        const unsigned word = m_stream.u16();
        if (!m_stream.ok()) {
            return false;
        }
        const unsigned base = word >> 5;
        putColumn(event++, base);
        // The last group may name more columns than there are events; they are padding.
        for (unsigned follower = 0; follower < kFollowers && event < m_events; ++follower) {
            if (((word >> (kFollowers - 1 - follower)) & 1U) != 0) {
                putColumn(event++, base + 1 + follower);
            }
        }
    }
    return true;
}

bool EcfDecoder::decodePolarities()
{
    std::size_t event = 0;
    while (event < m_events) {
        const unsigned part = m_stream.u8();
        std::size_t run = part & 0x7fU;
        if (run == kLongPolarityRun) {
            run = m_stream.u16();
        }
        if (!m_stream.ok() || run > m_events - event) {
            return false;
        }
        for (const std::size_t end = event + run; event < end; ++event) {
            putPolarity(event, part >> 7);
        }
    }
    return true;
}

} // namespace

std::size_t ecfEventCount(std::span<const std::byte> stored)
{
    return ByteReader(stored).u32() >> 2;
}

DecodeOutcome decodeEcf(std::span<const std::byte> stored, std::span<std::byte> target)
{
    ByteReader head(stored);
    const std::uint32_t header = head.u32();
    const std::size_t events = header >> 2;
    if (!head.ok()) {
        return DecodeOutcome::damaged();
    }
    if (events > target.size() / kEcfRecordBytes) {
        return DecodeOutcome::noRoom();
    }
    std::fill(target.begin(), target.end(), std::byte{0});
    EcfDecoder decoder(stored.subspan(head.position()), target.data(), events);
    const bool packedXyp = (header & 2U) != 0;
    const bool packedXp = (header & 1U) != 0;
    bool fine = decoder.decodeTimes();
    if (packedXyp) {
        fine = fine && decoder.decodePackedXyp();
    } else {
        fine = fine && decoder.decodeRows();
        fine = fine &&
               (packedXp ? decoder.decodePackedXp() : decoder.decodeColumns() && decoder.decodePolarities());
    }
    return fine && decoder.atEnd() ? DecodeOutcome::done(target.size()) : DecodeOutcome::damaged();
}

} // namespace perihelion
