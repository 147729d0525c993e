// SPDX-License-Identifier: GPL-3.0-or-later
// The ECF decoder over arbitrary streams: never outside its spans, and never values its coding cannot
// express.

#include "datasets/hdf5/ecf_codec.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

using namespace perihelion;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    constexpr std::size_t kChunkEvents = 1024;
    const std::vector<std::byte> stored(reinterpret_cast<const std::byte*>(bytes),
                                        reinterpret_cast<const std::byte*>(bytes) + size);
    std::vector<std::byte> target(kChunkEvents * kEcfRecordBytes, std::byte{0x5a});
    const DecodeOutcome outcome = decodeEcf(stored, target);
    if (outcome.status != DecodeStatus::Done) {
        return 0;
    }
    const std::size_t events = ecfEventCount(stored);
    for (std::size_t event = 0; event < kChunkEvents; ++event) {
        std::uint16_t fields[4];
        std::memcpy(fields, target.data() + event * kEcfRecordBytes, sizeof fields);
        const std::byte* record = target.data() + event * kEcfRecordBytes;
        const bool empty = std::all_of(record, record + kEcfRecordBytes,
                                       [](std::byte part) { return part == std::byte{0}; });
        if (fields[0] > 2047 + 5 || fields[1] > 2047 || fields[2] > 1 || fields[3] != 0 ||
            (event >= events && !empty)) {
            std::abort();
        }
    }
    return outcome.bytes == target.size() ? 0 : (std::abort(), 1);
}
