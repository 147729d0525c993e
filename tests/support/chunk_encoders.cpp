// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chunk_encoders.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <blosc.h>
#include <lz4.h>
#include <zlib.h>
#include <zstd.h>

namespace perihelion::test {

namespace {

void append(Bytes& to, ByteView bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void appendNumber(Bytes& to, std::uint64_t value, std::size_t count, bool bigEndian)
{
    for (std::size_t index = 0; index < count; ++index) {
        const std::size_t shift = 8 * (bigEndian ? count - 1 - index : index);
        to.push_back(static_cast<std::byte>((value >> shift) & 0xffU));
    }
}

void appendLe(Bytes& to, std::uint64_t value, std::size_t count)
{
    appendNumber(to, value, count, false);
}

void appendBe(Bytes& to, std::uint64_t value, std::size_t count)
{
    appendNumber(to, value, count, true);
}

Bytes lz4Block(ByteView bytes)
{
    const int room = LZ4_compressBound(static_cast<int>(bytes.size()));
    Bytes block(static_cast<std::size_t>(room));
    const int used =
        LZ4_compress_default(reinterpret_cast<const char*>(bytes.data()),
                             reinterpret_cast<char*>(block.data()), static_cast<int>(bytes.size()), room);
    block.resize(static_cast<std::size_t>(used));
    return block;
}

/// Bit b of byte j of element i goes to bit i % 8 of byte i / 8 of plane 8 j + b.
Bytes bitPlanes(ByteView bytes, std::size_t elementBytes)
{
    const std::size_t elements = bytes.size() / elementBytes;
    Bytes planes(bytes.size());
    for (std::size_t element = 0; element < elements; ++element) {
        for (std::size_t bit = 0; bit < 8 * elementBytes; ++bit) {
            const std::byte from = bytes[element * elementBytes + bit / 8];
            if ((from & (std::byte{1} << (bit % 8))) != std::byte{0}) {
                planes[bit * (elements / 8) + element / 8] |= std::byte{1} << (element % 8);
            }
        }
    }
    return planes;
}

} // namespace

Bytes encodeShuffle(ByteView bytes, std::size_t elementBytes)
{
    Bytes shuffled(bytes.begin(), bytes.end());
    const std::size_t count = bytes.size() / elementBytes;
    for (std::size_t element = 0; element < count; ++element) {
        for (std::size_t part = 0; part < elementBytes; ++part) {
            shuffled[part * count + element] = bytes[element * elementBytes + part];
        }
    }
    return shuffled;
}

Bytes encodeDeflate(ByteView bytes, int level)
{
    uLongf size = compressBound(static_cast<uLong>(bytes.size()));
    Bytes stream(size);
    compress2(reinterpret_cast<Bytef*>(stream.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
              static_cast<uLong>(bytes.size()), level);
    stream.resize(size);
    return stream;
}

Bytes encodeFletcher32(ByteView bytes)
{
    std::uint32_t sum1 = 0;
    std::uint32_t sum2 = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        const auto high = std::to_integer<std::uint32_t>(bytes[at]);
        const auto low = at + 1 < bytes.size() ? std::to_integer<std::uint32_t>(bytes[at + 1]) : 0U;
        // One's complement addition of 16 bits, where a full sum stays 0xffff.
        const auto add = [](std::uint32_t a, std::uint32_t b) {
            return ((a + b) & 0xffffU) + ((a + b) >> 16);
        };
        sum1 = add(sum1, (high << 8) | low);
        sum2 = add(sum2, sum1);
    }
    Bytes stored(bytes.begin(), bytes.end());
    appendLe(stored, (std::uint64_t{sum2} << 16) | sum1, 4);
    return stored;
}

Bytes encodeLzf(ByteView bytes)
{
    Bytes stream;
    Bytes literals;
    const auto flush = [&] {
        for (std::size_t at = 0; at < literals.size(); at += 32) {
            const std::size_t count = std::min<std::size_t>(32, literals.size() - at);
            stream.push_back(static_cast<std::byte>(count - 1));
            append(stream, ByteView(literals).subspan(at, count));
        }
        literals.clear();
    };
    std::size_t at = 0;
    while (at < bytes.size()) {
        std::size_t bestLength = 0;
        std::size_t bestDistance = 0;
        for (const std::size_t distance : std::to_array<std::size_t>({1, 2, 3, 8, 16, 40, 200, 8192})) {
            std::size_t length = 0;
            while (distance <= at && at + length < bytes.size() && length < 264 &&
                   bytes[at + length] == bytes[at + length - distance]) {
                ++length;
            }
            if (length > bestLength) {
                bestLength = length;
                bestDistance = distance;
            }
        }
        if (bestLength < 3) {
            literals.push_back(bytes[at++]);
            continue;
        }
        flush();
        const std::size_t code = bestLength - 2;
        const std::size_t back = bestDistance - 1;
        stream.push_back(static_cast<std::byte>((std::min<std::size_t>(code, 7) << 5) | (back >> 8)));
        if (code >= 7) {
            stream.push_back(static_cast<std::byte>(code - 7));
        }
        stream.push_back(static_cast<std::byte>(back & 0xffU));
        at += bestLength;
    }
    flush();
    return stream;
}

Bytes encodeLz4(ByteView bytes, std::uint32_t blockBytes)
{
    Bytes stream;
    appendBe(stream, bytes.size(), 8);
    appendBe(stream, blockBytes, 4);
    for (std::size_t at = 0; at < bytes.size(); at += blockBytes) {
        const ByteView part = bytes.subspan(at, std::min<std::size_t>(blockBytes, bytes.size() - at));
        const Bytes block = lz4Block(part);
        const bool shorter = block.size() < part.size();
        appendBe(stream, shorter ? block.size() : part.size(), 4);
        append(stream, shorter ? ByteView(block) : part);
    }
    return stream;
}

Bytes encodeZstd(ByteView bytes, int level)
{
    Bytes stream(ZSTD_compressBound(bytes.size()));
    stream.resize(ZSTD_compress(stream.data(), stream.size(), bytes.data(), bytes.size(), level));
    return stream;
}

Bytes encodeBlosc(ByteView bytes, const char* codec, int shuffle, std::size_t typeBytes,
                  std::size_t blockBytes)
{
    Bytes stream(bytes.size() + BLOSC_MAX_OVERHEAD);
    const int used = blosc_compress_ctx(5, shuffle, typeBytes, bytes.size(), bytes.data(), stream.data(),
                                        stream.size(), codec, blockBytes, 1);
    stream.resize(used > 0 ? static_cast<std::size_t>(used) : 0);
    return stream;
}

Bytes encodeBitshuffle(ByteView bytes, std::size_t elementBytes, std::size_t blockElements,
                       std::uint32_t codec)
{
    Bytes stream;
    const std::size_t blockBytes = blockElements * elementBytes;
    if (codec != 0) {
        appendBe(stream, bytes.size(), 8);
        appendBe(stream, blockBytes, 4);
    }
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t group = 8 * elementBytes;
        const std::size_t left = bytes.size() - at;
        const std::size_t count = left >= blockBytes ? blockBytes : left / group * group;
        if (count == 0) {
            append(stream, bytes.subspan(at));
            break;
        }
        const Bytes planes = bitPlanes(bytes.subspan(at, count), elementBytes);
        if (codec == 0) {
            append(stream, planes);
        } else {
            const Bytes block = codec == 2 ? lz4Block(planes) : encodeZstd(planes, 3);
            appendBe(stream, block.size(), 4);
            append(stream, block);
        }
        at += count;
    }
    return stream;
}

namespace {

void appendTimes(Bytes& stream, std::span<const EcfEvent> events)
{
    auto current = static_cast<std::uint64_t>(events.empty() ? 0 : events.front().t);
    appendLe(stream, current, 8);
    for (std::size_t at = 0; at < events.size();) {
        std::size_t run = 1;
        while (at + run < events.size() && events[at + run].t == events[at].t && run < 65535) {
            ++run;
        }
        std::uint64_t delta = static_cast<std::uint64_t>(events[at].t) - current;
        current += delta;
        if (delta >= 15) {
            for (; delta > 0; delta >>= 4) {
                stream.push_back(static_cast<std::byte>(0xf0U | (delta & 15U)));
            }
        }
        stream.push_back(static_cast<std::byte>((delta << 4) | std::min<std::size_t>(run, 15)));
        if (run >= 15) {
            appendLe(stream, run, 2);
        }
        at += run;
    }
}

void appendPackedXyp(Bytes& stream, std::span<const EcfEvent> events)
{
    for (std::size_t at = 0; at < events.size(); at += 4) {
        std::array<std::uint32_t, 4> v{};
        for (std::size_t index = 0; index < 4 && at + index < events.size(); ++index) {
            const EcfEvent& event = events[at + index];
            v[index] = (std::uint32_t{event.y} << 12) | (std::uint32_t{event.x} << 1) | event.p;
        }
        appendLe(stream, (v[0] << 8) | (v[1] & 0xffU), 4);
        appendLe(stream, ((v[1] >> 8) << 16) | (v[2] & 0xffffU), 4);
        appendLe(stream, ((v[2] >> 16) << 24) | v[3], 4);
    }
}

void appendRows(Bytes& stream, std::span<const EcfEvent> events)
{
    for (std::size_t at = 0; at < events.size();) {
        std::size_t run = 1;
        while (at + run < events.size() && events[at + run].y == events[at].y && run < 65535) {
            ++run;
        }
        appendLe(stream, (std::uint64_t{events[at].y} << 5) | std::min<std::size_t>(run, 31), 2);
        if (run >= 31) {
            appendLe(stream, run, 2);
        }
        at += run;
    }
}

void appendPackedXp(Bytes& stream, std::span<const EcfEvent> events)
{
    for (std::size_t at = 0; at < events.size(); at += 4) {
        std::array<std::uint32_t, 4> v{};
        for (std::size_t index = 0; index < 4 && at + index < events.size(); ++index) {
            v[index] = (std::uint32_t{events[at + index].x} << 1) | events[at + index].p;
        }
        appendLe(stream, (v[0] << 4) | (v[1] & 15U), 2);
        appendLe(stream, ((v[1] >> 4) << 8) | (v[2] & 255U), 2);
        appendLe(stream, ((v[2] >> 8) << 12) | v[3], 2);
    }
}

void appendSeparateXp(Bytes& stream, std::span<const EcfEvent> events)
{
    for (std::size_t at = 0; at < events.size();) {
        const unsigned base = events[at].x;
        unsigned mask = 0;
        unsigned previous = base;
        ++at;
        while (at < events.size() && events[at].x > previous && events[at].x <= base + 5) {
            previous = events[at].x;
            mask |= 1U << (5 - (previous - base));
            ++at;
        }
        appendLe(stream, (base << 5) | mask, 2);
    }
    for (std::size_t at = 0; at < events.size();) {
        std::size_t run = 1;
        while (at + run < events.size() && events[at + run].p == events[at].p && run < 65535) {
            ++run;
        }
        stream.push_back(
            static_cast<std::byte>((std::size_t{events[at].p} << 7) | std::min<std::size_t>(run, 127)));
        if (run >= 127) {
            appendLe(stream, run, 2);
        }
        at += run;
    }
}

} // namespace

Bytes encodeEcf(std::span<const EcfEvent> events, EcfMode mode)
{
    Bytes stream;
    const std::uint64_t flags = mode == EcfMode::PackedXyp ? 2U : mode == EcfMode::PackedXp ? 1U : 0U;
    appendLe(stream, (events.size() << 2) | flags, 4);
    appendTimes(stream, events);
    if (mode == EcfMode::PackedXyp) {
        appendPackedXyp(stream, events);
    } else {
        appendRows(stream, events);
        if (mode == EcfMode::PackedXp) {
            appendPackedXp(stream, events);
        } else {
            appendSeparateXp(stream, events);
        }
    }
    return stream;
}

Bytes ecfRecords(std::span<const EcfEvent> events, std::size_t chunkEvents)
{
    Bytes records;
    for (const EcfEvent& event : events) {
        appendLe(records, event.x, 2);
        appendLe(records, event.y, 2);
        appendLe(records, event.p, 2);
        appendLe(records, 0, 2);
        appendLe(records, static_cast<std::uint64_t>(event.t), 8);
    }
    records.resize(chunkEvents * 16);
    return records;
}

} // namespace perihelion::test
