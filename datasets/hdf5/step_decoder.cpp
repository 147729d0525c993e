// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/step_decoder.h"

#include "datasets/hdf5/ecf_codec.h"
#include "datasets/hdf5/filter_ids.h"
#include "datasets/hdf5/lzf_codec.h"
#include "datasets/hdf5/unshuffle.h"

namespace perihelion {

bool isDecodedHere(std::uint32_t filterId)
{
    switch (filterId) {
    case filterid::kDeflate:
    case filterid::kShuffle:
    case filterid::kLzf:
    case filterid::kBlosc:
    case filterid::kLz4:
    case filterid::kBitshuffle:
    case filterid::kZstd:
    case filterid::kEcf:
        return true;
    default:
        return false;
    }
}

DecodeOutcome StepDecoder::run(const FilterSpec& filter, std::size_t elementBytes,
                               std::span<const std::byte> stored, std::span<std::byte> target)
{
    switch (filter.id) {
    case filterid::kDeflate:
        return m_deflate.decode(stored, target);
    case filterid::kShuffle:
        if (stored.size() > target.size()) {
            return DecodeOutcome::noRoom();
        }
        unshuffle(stored, target.first(stored.size()),
                  filter.clientValues.empty() ? elementBytes : filter.clientValues.front());
        return DecodeOutcome::done(stored.size());
    case filterid::kLzf:
        return decodeLzf(stored, target);
    case filterid::kBlosc:
        return decodeBlosc(stored, target);
    case filterid::kLz4:
        return decodeLz4(stored, target);
    case filterid::kBitshuffle:
        return m_bitshuffle.decode(bitshuffleParameters(filter), stored, target);
    case filterid::kZstd:
        return m_zstd.decode(stored, target);
    case filterid::kEcf:
        return decodeEcf(stored, target);
    default:
        return DecodeOutcome::damaged();
    }
}

} // namespace perihelion
