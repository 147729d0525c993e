// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/unshuffle.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace perihelion {

namespace {

/// Elements [first, count) of all planes, in tiles that stay in the first-level cache.
void unshuffleFrom(const std::byte* planes, std::byte* target, std::size_t count, std::size_t elementBytes,
                   std::size_t first)
{
    constexpr std::size_t kTile = 512;
    for (std::size_t tile = first; tile < count; tile += kTile) {
        const std::size_t end = std::min(count, tile + kTile);
        for (std::size_t plane = 0; plane < elementBytes; ++plane) {
            const std::byte* from = planes + plane * count;
            std::byte* to = target + plane;
            for (std::size_t element = tile; element < end; ++element) {
                to[element * elementBytes] = from[element];
            }
        }
    }
}

#if defined(__SSE2__)

constexpr std::size_t kLane = 16;

__m128i loadLane(const std::byte* from)
{
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

void storeLane(std::byte* to, __m128i value)
{
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), value);
}

/// Each kernel turns 16 elements at a time and returns how many it has done.
std::size_t unshuffle2(const std::byte* planes, std::byte* target, std::size_t count)
{
    std::size_t element = 0;
    for (; element + kLane <= count; element += kLane) {
        const __m128i low = loadLane(planes + element);
        const __m128i high = loadLane(planes + count + element);
        std::byte* to = target + element * 2;
        storeLane(to, _mm_unpacklo_epi8(low, high));
        storeLane(to + kLane, _mm_unpackhi_epi8(low, high));
    }
    return element;
}

std::size_t unshuffle4(const std::byte* planes, std::byte* target, std::size_t count)
{
    std::size_t element = 0;
    for (; element + kLane <= count; element += kLane) {
        const __m128i a = loadLane(planes + element);
        const __m128i b = loadLane(planes + count + element);
        const __m128i c = loadLane(planes + 2 * count + element);
        const __m128i d = loadLane(planes + 3 * count + element);
        const __m128i abLow = _mm_unpacklo_epi8(a, b);
        const __m128i abHigh = _mm_unpackhi_epi8(a, b);
        const __m128i cdLow = _mm_unpacklo_epi8(c, d);
        const __m128i cdHigh = _mm_unpackhi_epi8(c, d);
        std::byte* to = target + element * 4;
        storeLane(to, _mm_unpacklo_epi16(abLow, cdLow));
        storeLane(to + kLane, _mm_unpackhi_epi16(abLow, cdLow));
        storeLane(to + 2 * kLane, _mm_unpacklo_epi16(abHigh, cdHigh));
        storeLane(to + 3 * kLane, _mm_unpackhi_epi16(abHigh, cdHigh));
    }
    return element;
}

/// Eight planes of 16 bytes to eight lanes that hold two 8-byte elements each.
struct EightLanes {
    __m128i lane[8];
};

EightLanes joinEightPlanes(const std::byte* planes, std::size_t stride)
{
    const __m128i p0 = loadLane(planes);
    const __m128i p1 = loadLane(planes + stride);
    const __m128i p2 = loadLane(planes + 2 * stride);
    const __m128i p3 = loadLane(planes + 3 * stride);
    const __m128i p4 = loadLane(planes + 4 * stride);
    const __m128i p5 = loadLane(planes + 5 * stride);
    const __m128i p6 = loadLane(planes + 6 * stride);
    const __m128i p7 = loadLane(planes + 7 * stride);
    const __m128i b01l = _mm_unpacklo_epi8(p0, p1);
    const __m128i b01h = _mm_unpackhi_epi8(p0, p1);
    const __m128i b23l = _mm_unpacklo_epi8(p2, p3);
    const __m128i b23h = _mm_unpackhi_epi8(p2, p3);
    const __m128i b45l = _mm_unpacklo_epi8(p4, p5);
    const __m128i b45h = _mm_unpackhi_epi8(p4, p5);
    const __m128i b67l = _mm_unpacklo_epi8(p6, p7);
    const __m128i b67h = _mm_unpackhi_epi8(p6, p7);
    const __m128i w03a = _mm_unpacklo_epi16(b01l, b23l);
    const __m128i w03b = _mm_unpackhi_epi16(b01l, b23l);
    const __m128i w03c = _mm_unpacklo_epi16(b01h, b23h);
    const __m128i w03d = _mm_unpackhi_epi16(b01h, b23h);
    const __m128i w47a = _mm_unpacklo_epi16(b45l, b67l);
    const __m128i w47b = _mm_unpackhi_epi16(b45l, b67l);
    const __m128i w47c = _mm_unpacklo_epi16(b45h, b67h);
    const __m128i w47d = _mm_unpackhi_epi16(b45h, b67h);
    return {{_mm_unpacklo_epi32(w03a, w47a), _mm_unpackhi_epi32(w03a, w47a), _mm_unpacklo_epi32(w03b, w47b),
             _mm_unpackhi_epi32(w03b, w47b), _mm_unpacklo_epi32(w03c, w47c), _mm_unpackhi_epi32(w03c, w47c),
             _mm_unpacklo_epi32(w03d, w47d), _mm_unpackhi_epi32(w03d, w47d)}};
}

std::size_t unshuffle8(const std::byte* planes, std::byte* target, std::size_t count)
{
    std::size_t element = 0;
    for (; element + kLane <= count; element += kLane) {
        const EightLanes joined = joinEightPlanes(planes + element, count);
        std::byte* to = target + element * 8;
        for (std::size_t lane = 0; lane < 8; ++lane) {
            storeLane(to + lane * kLane, joined.lane[lane]);
        }
    }
    return element;
}

std::size_t unshuffle16(const std::byte* planes, std::byte* target, std::size_t count)
{
    std::size_t element = 0;
    for (; element + kLane <= count; element += kLane) {
        const EightLanes low = joinEightPlanes(planes + element, count);
        const EightLanes high = joinEightPlanes(planes + 8 * count + element, count);
        std::byte* to = target + element * 16;
        for (std::size_t lane = 0; lane < 8; ++lane) {
            storeLane(to + 2 * lane * kLane, _mm_unpacklo_epi64(low.lane[lane], high.lane[lane]));
            storeLane(to + (2 * lane + 1) * kLane, _mm_unpackhi_epi64(low.lane[lane], high.lane[lane]));
        }
    }
    return element;
}

/// The same on two matrices at once.
__m128i transposeBits(__m128i value)
{
    const auto exchange = [](__m128i bits, int distance, std::int64_t mask) {
        const __m128i changed =
            _mm_and_si128(_mm_xor_si128(bits, _mm_srli_epi64(bits, distance)), _mm_set1_epi64x(mask));
        return _mm_xor_si128(bits, _mm_xor_si128(changed, _mm_slli_epi64(changed, distance)));
    };
    value = exchange(value, 7, 0x00aa00aa00aa00aaLL);
    value = exchange(value, 14, 0x0000cccc0000ccccLL);
    return exchange(value, 28, 0x00000000f0f0f0f0LL);
}

std::size_t bitRowsToBytes(const std::byte* rows, std::byte* bytes, std::size_t groups)
{
    std::size_t group = 0;
    for (; group + kLane <= groups; group += kLane) {
        const EightLanes joined = joinEightPlanes(rows + group, groups);
        for (std::size_t lane = 0; lane < 8; ++lane) {
            storeLane(bytes + group * 8 + lane * kLane, transposeBits(joined.lane[lane]));
        }
    }
    return group;
}

#endif

/// Transposes a matrix of 8 × 8 bits, a byte a row (H. S. Warren, Hacker's Delight, section 7-3).
std::uint64_t transposeBits(std::uint64_t value)
{
    const auto exchange = [](std::uint64_t bits, unsigned distance, std::uint64_t mask) {
        const std::uint64_t changed = (bits ^ (bits >> distance)) & mask;
        return bits ^ changed ^ (changed << distance);
    };
    value = exchange(value, 7, 0x00aa00aa00aa00aaULL);
    value = exchange(value, 14, 0x0000cccc0000ccccULL);
    return exchange(value, 28, 0x00000000f0f0f0f0ULL);
}

/// Eight bit rows of groups bytes each to groups × 8 bytes; starts at a group.
void bitRowsToBytesFrom(const std::byte* rows, std::byte* bytes, std::size_t groups, std::size_t first)
{
    for (std::size_t group = first; group < groups; ++group) {
        std::uint64_t matrix = 0;
        for (std::size_t row = 0; row < 8; ++row) {
            matrix |= std::to_integer<std::uint64_t>(rows[row * groups + group]) << (8 * row);
        }
        matrix = transposeBits(matrix);
        for (std::size_t byte = 0; byte < 8; ++byte) {
            bytes[group * 8 + byte] = static_cast<std::byte>((matrix >> (8 * byte)) & 0xffU);
        }
    }
}

} // namespace

void bitUnshuffle(std::span<const std::byte> planes, std::span<std::byte> target, std::size_t elementBytes,
                  std::span<std::byte> scratch)
{
    const std::size_t elements = planes.size() / elementBytes;
    const std::size_t groups = elements / 8;
    // First from bit rows to byte planes, then as the byte shuffle.
    const std::span<std::byte> bytePlanes = elementBytes == 1 ? target : scratch;
    for (std::size_t plane = 0; plane < elementBytes; ++plane) {
        const std::byte* rows = planes.data() + plane * elements;
        std::byte* bytes = bytePlanes.data() + plane * elements;
        std::size_t done = 0;
#if defined(__SSE2__)
        done = bitRowsToBytes(rows, bytes, groups);
#endif
        bitRowsToBytesFrom(rows, bytes, groups, done);
    }
    if (elementBytes != 1) {
        unshuffle(bytePlanes.first(planes.size()), target, elementBytes);
    }
}

void unshufflePortable(std::span<const std::byte> shuffled, std::span<std::byte> target,
                       std::size_t elementBytes)
{
    const std::size_t count = elementBytes == 0 ? 0 : shuffled.size() / elementBytes;
    const std::size_t whole = count * elementBytes;
    unshuffleFrom(shuffled.data(), target.data(), count, elementBytes, 0);
    std::copy(shuffled.begin() + static_cast<std::ptrdiff_t>(whole), shuffled.end(),
              target.begin() + static_cast<std::ptrdiff_t>(whole));
}

void unshuffle(std::span<const std::byte> shuffled, std::span<std::byte> target, std::size_t elementBytes)
{
#if defined(__SSE2__)
    const std::size_t count = elementBytes == 0 ? 0 : shuffled.size() / elementBytes;
    std::size_t done = 0;
    switch (elementBytes) {
    case 2:
        done = unshuffle2(shuffled.data(), target.data(), count);
        break;
    case 4:
        done = unshuffle4(shuffled.data(), target.data(), count);
        break;
    case 8:
        done = unshuffle8(shuffled.data(), target.data(), count);
        break;
    case 16:
        done = unshuffle16(shuffled.data(), target.data(), count);
        break;
    default:
        unshufflePortable(shuffled, target, elementBytes);
        return;
    }
    const std::size_t whole = count * elementBytes;
    unshuffleFrom(shuffled.data(), target.data(), count, elementBytes, done);
    std::copy(shuffled.begin() + static_cast<std::ptrdiff_t>(whole), shuffled.end(),
              target.begin() + static_cast<std::ptrdiff_t>(whole));
#else
    unshufflePortable(shuffled, target, elementBytes);
#endif
}

} // namespace perihelion
