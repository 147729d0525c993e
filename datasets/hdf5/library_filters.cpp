// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/library_filters.h"

#include "datasets/hdf5/dataset_description.h"
#include "datasets/hdf5/ecf_codec.h"
#include "datasets/hdf5/filter_ids.h"
#include "datasets/hdf5/step_decoder.h"

#include <algorithm>
#include <span>

#include <hdf5.h>

namespace perihelion {

namespace {

constexpr std::size_t kMostDecodedBytes = 2 * static_cast<std::size_t>(kMaxChunkBytes);

/// A first guess; the library does not tell a filter how large its chunks are.
std::size_t guessDecodedBytes(const FilterSpec& filter, std::size_t storedBytes)
{
    const auto value = [&filter](std::size_t index) -> std::size_t {
        return index < filter.clientValues.size() ? filter.clientValues.at(index) : 0;
    };
    std::size_t guess = 4 * storedBytes + 1024;
    if (filter.id == filterid::kLzf) {
        guess = std::max(guess, value(2));
    } else if (filter.id == filterid::kBlosc) {
        guess = std::max(guess, value(3));
    } else if (filter.id == filterid::kEcf) {
        // The rest of the chunk after its events is zero: the library takes as much as its chunk is long.
        guess = (kEcfMaxEvents + 1) * kEcfRecordBytes;
    }
    return std::min(guess, kMostDecodedBytes);
}

/// The library's filter callback: replaces *buffer with its decoded bytes; 0 says that it failed.
template <std::uint32_t filterId>
std::size_t decodeForLibrary(unsigned flags, std::size_t valueCount, const unsigned values[],
                             std::size_t storedBytes, std::size_t* bufferBytes, void** buffer)
{
    if ((flags & H5Z_FLAG_REVERSE) == 0) {
        return 0;
    }
    static StepDecoder decoder; // the gate lets one thread in at a time
    FilterSpec filter;
    filter.id = filterId;
    filter.clientValues.assign(values, values + valueCount);
    const std::span<const std::byte> stored(static_cast<const std::byte*>(*buffer), storedBytes);
    for (std::size_t room = guessDecodedBytes(filter, storedBytes); room <= kMostDecodedBytes; room *= 2) {
        void* decoded = H5allocate_memory(room, false);
        if (decoded == nullptr) {
            return 0;
        }
        const DecodeOutcome outcome =
            decoder.run(filter, 1, stored, std::span(static_cast<std::byte*>(decoded), room));
        if (outcome.status == DecodeStatus::Done) {
            H5free_memory(*buffer);
            *buffer = decoded;
            *bufferBytes = room;
            return outcome.bytes;
        }
        H5free_memory(decoded);
        if (outcome.status != DecodeStatus::NoRoom || filterId == filterid::kEcf) {
            return 0;
        }
    }
    return 0;
}

template <std::uint32_t filterId>
void registerFilter(const char* name)
{
    H5Z_class2_t filter = {};
    filter.version = H5Z_CLASS_T_VERS;
    filter.id = static_cast<H5Z_filter_t>(filterId);
    // Not that it encodes: the library makes no dataset with a filter that cannot, and the writer of this
    // folder stores chunks that it has encoded itself.
    filter.encoder_present = 1;
    filter.decoder_present = 1;
    filter.name = name;
    filter.filter = &decodeForLibrary<filterId>;
    H5Zregister(&filter);
}

} // namespace

bool isSafeForLibrary(const DatasetDescription& description)
{
    const bool ecf = std::ranges::any_of(
        description.filters, [](const FilterSpec& filter) { return filter.id == filterid::kEcf; });
    return !ecf || description.chunkBytes() <= (kEcfMaxEvents + 1) * kEcfRecordBytes;
}

void registerLibraryFilters()
{
    registerFilter<filterid::kLzf>("LZF");
    registerFilter<filterid::kBlosc>("Blosc");
    registerFilter<filterid::kLz4>("LZ4");
    registerFilter<filterid::kBitshuffle>("bitshuffle");
    registerFilter<filterid::kZstd>("Zstandard");
    registerFilter<filterid::kEcf>("ECF");
}

} // namespace perihelion
