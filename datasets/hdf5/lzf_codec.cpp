// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/lzf_codec.h"

#include <cstring>

namespace perihelion {

namespace {

/// Copies length bytes from distance before to; they overlap where a run is longer than its distance.
void copyMatch(std::byte* to, std::size_t distance, std::size_t length)
{
    const std::byte* from = to - distance;
    if (distance >= length) {
        std::memcpy(to, from, length);
        return;
    }
    if (distance == 1) {
        std::memset(to, std::to_integer<int>(*from), length);
        return;
    }
    for (std::size_t at = 0; at < length; ++at) {
        to[at] = from[at];
    }
}

} // namespace

DecodeOutcome decodeLzf(std::span<const std::byte> stored, std::span<std::byte> target)
{
    const std::byte* from = stored.data();
    const std::byte* const fromEnd = from + stored.size();
    std::byte* to = target.data();
    std::byte* const toBegin = to;
    std::byte* const toEnd = to + target.size();
    constexpr unsigned kLiteralLimit = 32;
    constexpr unsigned kLongMatch = 7;
    while (from < fromEnd) {
        const auto control = std::to_integer<unsigned>(*from++);
        if (control < kLiteralLimit) {
            const std::size_t length = control + 1;
            if (length > static_cast<std::size_t>(fromEnd - from)) {
                return DecodeOutcome::damaged();
            }
            if (length > static_cast<std::size_t>(toEnd - to)) {
                return DecodeOutcome::noRoom();
            }
            std::memcpy(to, from, length);
            from += length;
            to += length;
            continue;
        }
        std::size_t length = control >> 5;
        const std::size_t needed = length == kLongMatch ? 2 : 1;
        if (needed > static_cast<std::size_t>(fromEnd - from)) {
            return DecodeOutcome::damaged();
        }
        if (length == kLongMatch) {
            length += std::to_integer<std::size_t>(*from++);
        }
        length += 2;
        const std::size_t distance = ((control & 0x1fU) << 8) + std::to_integer<std::size_t>(*from++) + 1;
        if (distance > static_cast<std::size_t>(to - toBegin)) {
            return DecodeOutcome::damaged();
        }
        if (length > static_cast<std::size_t>(toEnd - to)) {
            return DecodeOutcome::noRoom();
        }
        copyMatch(to, distance, length);
        to += length;
    }
    return DecodeOutcome::done(static_cast<std::size_t>(to - toBegin));
}

} // namespace perihelion
