// SPDX-License-Identifier: GPL-3.0-or-later
// ChunkDecoder over arbitrary stored bytes. Built once per codec, whose number is PERIHELION_FUZZ_FILTER; 0
// takes whole pipelines of any of them. Input: 4 bytes of circumstances (chunk length, element size, filter
// mask, pipeline), then the stored bytes.

#include "datasets/hdf5/filter_pipeline.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace perihelion;

namespace {

[[maybe_unused]] constexpr std::array<std::uint32_t, 8> kCodecs{1,     32000, 32001, 32004,
                                                                32008, 32015, 36559, 3};

std::vector<FilterSpec> filtersFor(unsigned choice, std::uint32_t elementBytes)
{
    const auto withValues = [&](std::uint32_t id) {
        FilterSpec filter{id, 0, {}};
        if (id == 2) {
            filter.clientValues = {elementBytes};
        } else if (id == 32008) {
            constexpr std::array<std::uint32_t, 4> kBitshuffleCodecs{0, 2, 3, 1};
            filter.clientValues = {0, 3, elementBytes, (choice & 4U) != 0 ? 64U : 0U,
                                   kBitshuffleCodecs.at(choice & 3U)};
        }
        return filter;
    };
#if PERIHELION_FUZZ_FILTER != 0
    std::vector<FilterSpec> filters{withValues(PERIHELION_FUZZ_FILTER)};
    if ((choice & 8U) != 0) {
        filters.insert(filters.begin(), withValues(2));
    }
    return filters;
#else
    std::vector<FilterSpec> filters{withValues(2), withValues(kCodecs.at(choice & 7U)),
                                    withValues(kCodecs.at((choice >> 3) & 7U))};
    if ((choice & 64U) != 0) {
        filters.push_back(withValues(3));
    }
    return filters;
#endif
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    if (size < 4) {
        return 0;
    }
    DatasetDescription description;
    description.path = "/t";
    description.rank = 1;
    description.kind = StorageKind::Chunked;
    description.recordBytes = 1U + bytes[1] % 16U;
    description.chunkRows = 1U + bytes[0] * 16U;
    description.rows = description.chunkRows;
    description.filters = filtersFor(bytes[3], description.recordBytes);
    const Result<FilterPipeline> pipeline = FilterPipeline::create(description);
    if (!pipeline) {
        std::abort();
    }
    // Exactly as long as they are, so that a byte too far is seen.
    const std::vector<std::byte> stored(reinterpret_cast<const std::byte*>(bytes) + 4,
                                        reinterpret_cast<const std::byte*>(bytes) + size);
    std::vector<std::byte> target(pipeline->chunkBytes());
    static ChunkDecoder decoder;
    const Result<void> whole = decoder.decode(*pipeline, stored, bytes[2] & 7U, target);
    if (!whole && whole.error().code != ErrorCode::Corrupt) {
        std::abort();
    }
    if (pipeline->hasCheapPrefix()) {
        std::vector<std::byte> prefix(std::min<std::size_t>(target.size(), 8));
        const Result<void> start = decoder.decodePrefix(*pipeline, stored, bytes[2] & 7U, prefix);
        // What decodes whole begins with what its prefix gives.
        if (whole && (!start || !std::equal(prefix.begin(), prefix.end(), target.begin()))) {
            std::abort();
        }
    }
    return 0;
}
