// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/fletcher32.h"

#include <algorithm>

namespace perihelion {

namespace {

std::uint32_t fold(std::uint32_t sum)
{
    return (sum & 0xffffU) + (sum >> 16);
}

} // namespace

std::uint32_t fletcher32(std::span<const std::byte> bytes)
{
    constexpr std::size_t kWordsBeforeOverflow = 360;
    std::uint32_t sum1 = 0;
    std::uint32_t sum2 = 0;
    const std::byte* at = bytes.data();
    std::size_t words = bytes.size() / 2;
    while (words > 0) {
        std::size_t block = std::min(words, kWordsBeforeOverflow);
        words -= block;
        for (; block > 0; --block) {
            sum1 += (std::to_integer<std::uint32_t>(at[0]) << 8) | std::to_integer<std::uint32_t>(at[1]);
            sum2 += sum1;
            at += 2;
        }
        sum1 = fold(sum1);
        sum2 = fold(sum2);
    }
    if (bytes.size() % 2 != 0) {
        sum1 += std::to_integer<std::uint32_t>(*at) << 8;
        sum2 += sum1;
        sum1 = fold(sum1);
        sum2 = fold(sum2);
    }
    return (fold(sum2) << 16) | fold(sum1);
}

bool hasValidFletcher32(std::span<const std::byte> stored)
{
    if (stored.size() < 4) {
        return false;
    }
    const std::span<const std::byte> tail = stored.last(4);
    std::uint32_t kept = 0;
    for (std::size_t part = 0; part < 4; ++part) {
        kept |= std::to_integer<std::uint32_t>(tail[part]) << (8 * part);
    }
    const std::uint32_t sum = fletcher32(stored.first(stored.size() - 4));
    const std::uint32_t swapped = ((sum & 0x00ff00ffU) << 8) | ((sum & 0xff00ff00U) >> 8);
    return kept == sum || kept == swapped;
}

} // namespace perihelion
