// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/bitshuffle_codec.h"

#include "datasets/hdf5/byte_reader.h"
#include "datasets/hdf5/unshuffle.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <lz4.h>

namespace perihelion {

namespace {

constexpr std::size_t kBlockMultiple = 8; // a byte of a bit plane holds a bit of eight elements

/// What the filter takes when it was not told: about 8 KiB, at least 128 elements.
std::size_t defaultBlockElements(std::size_t elementBytes)
{
    constexpr std::size_t kTargetBytes = 8192;
    constexpr std::size_t kFewest = 128;
    const std::size_t elements = kTargetBytes / elementBytes / kBlockMultiple * kBlockMultiple;
    return std::max(elements, kFewest);
}

/// A block that is not whole keeps a multiple of eight elements in planes, and the rest as it was.
std::size_t blockBytesAt(std::size_t bytesLeft, std::size_t blockBytes, std::size_t elementBytes)
{
    if (bytesLeft >= blockBytes) {
        return blockBytes;
    }
    const std::size_t groupBytes = elementBytes * kBlockMultiple;
    return bytesLeft / groupBytes * groupBytes;
}

} // namespace

BitshuffleParameters bitshuffleParameters(const FilterSpec& filter)
{
    const auto value = [&filter](std::size_t index) {
        return index < filter.clientValues.size() ? filter.clientValues.at(index) : 0;
    };
    return {value(2), value(3), value(4)};
}

DecodeOutcome BitshuffleCodec::decode(const BitshuffleParameters& parameters,
                                      std::span<const std::byte> stored, std::span<std::byte> target)
{
    constexpr std::size_t kLargestElement = 1 << 16;
    if (parameters.elementBytes == 0 || parameters.elementBytes > kLargestElement) {
        return DecodeOutcome::damaged();
    }
    switch (static_cast<BitshuffleParameters::Codec>(parameters.codec)) {
    case BitshuffleParameters::Codec::None:
        return decodePlain(parameters, stored, target);
    case BitshuffleParameters::Codec::Lz4:
    case BitshuffleParameters::Codec::Zstd:
        // Encoders built without Zstandard (bitshuffle 0.3.5 in Debian 12) store plain bit planes, yet write
        // down that they compressed them.
        if (stored.size() == target.size() && ByteReader(stored).unsignedBe(8) != target.size()) {
            return decodePlain(parameters, stored, target);
        }
        return decodeCompressed(parameters, stored, target);
    }
    return DecodeOutcome::damaged();
}

DecodeOutcome BitshuffleCodec::decodePlain(const BitshuffleParameters& parameters,
                                           std::span<const std::byte> stored, std::span<std::byte> target)
{
    if (stored.size() > target.size()) {
        return DecodeOutcome::noRoom();
    }
    const std::size_t elements = parameters.blockElements != 0
                                     ? parameters.blockElements
                                     : defaultBlockElements(parameters.elementBytes);
    if (elements % kBlockMultiple != 0) {
        return DecodeOutcome::damaged();
    }
    // A block larger than what is stored is never whole, so its exact size does not matter beyond that.
    const std::size_t blockBytes =
        elements > stored.size() ? stored.size() + 1 : elements * parameters.elementBytes;
    std::size_t done = 0;
    while (done < stored.size()) {
        const std::size_t bytes = blockBytesAt(stored.size() - done, blockBytes, parameters.elementBytes);
        if (bytes == 0) {
            std::memcpy(target.data() + done, stored.data() + done, stored.size() - done);
            break;
        }
        bitUnshuffle(stored.subspan(done, bytes), target.subspan(done, bytes), parameters.elementBytes,
                     m_planes.atLeast(bytes));
        done += bytes;
    }
    return DecodeOutcome::done(stored.size());
}

DecodeOutcome BitshuffleCodec::decodeCompressed(const BitshuffleParameters& parameters,
                                                std::span<const std::byte> stored,
                                                std::span<std::byte> target)
{
    ByteReader reader(stored);
    const std::uint64_t totalBytes = reader.unsignedBe(8);
    const std::size_t blockBytes = static_cast<std::size_t>(reader.unsignedBe(4));
    if (!reader.ok() || blockBytes == 0 || blockBytes % (parameters.elementBytes * kBlockMultiple) != 0) {
        return DecodeOutcome::damaged();
    }
    if (totalBytes > target.size()) {
        return DecodeOutcome::noRoom();
    }
    const bool lz4 = parameters.codec == static_cast<std::uint32_t>(BitshuffleParameters::Codec::Lz4);
    std::size_t done = 0;
    while (done < totalBytes) {
        const std::size_t left = static_cast<std::size_t>(totalBytes) - done;
        const std::size_t bytes = blockBytesAt(left, blockBytes, parameters.elementBytes);
        if (bytes == 0) {
            const std::span<const std::byte> tail = reader.take(left);
            if (!reader.ok()) {
                return DecodeOutcome::damaged();
            }
            std::memcpy(target.data() + done, tail.data(), left);
            break;
        }
        const std::size_t storedBytes = static_cast<std::size_t>(reader.unsignedBe(4));
        const std::span<const std::byte> block = reader.take(storedBytes);
        if (!reader.ok() || storedBytes > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
            bytes > LZ4_MAX_INPUT_SIZE) {
            return DecodeOutcome::damaged();
        }
        const std::span<std::byte> planes = m_block.atLeast(bytes);
        if (lz4) {
            const int got = LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()),
                                                reinterpret_cast<char*>(planes.data()),
                                                static_cast<int>(block.size()), static_cast<int>(bytes));
            if (got != static_cast<int>(bytes)) {
                return DecodeOutcome::damaged();
            }
        } else {
            const DecodeOutcome outcome = m_zstd.decode(block, planes);
            if (outcome.status != DecodeStatus::Done || outcome.bytes != bytes) {
                return DecodeOutcome::damaged();
            }
        }
        bitUnshuffle(planes, target.subspan(done, bytes), parameters.elementBytes, m_planes.atLeast(bytes));
        done += bytes;
    }
    return DecodeOutcome::done(static_cast<std::size_t>(totalBytes));
}

} // namespace perihelion
