// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/block_codecs.h"

#include "datasets/hdf5/byte_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <blosc.h>
#include <lz4.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace perihelion {

DecodeOutcome decodeLz4(std::span<const std::byte> stored, std::span<std::byte> target)
{
    ByteReader reader(stored);
    const std::uint64_t totalBytes = reader.unsignedBe(8);
    std::uint64_t blockBytes = reader.unsignedBe(4);
    if (!reader.ok()) {
        return DecodeOutcome::damaged();
    }
    if (totalBytes > target.size()) {
        return DecodeOutcome::noRoom();
    }
    blockBytes = std::min(blockBytes, totalBytes);
    if (totalBytes > 0 && (blockBytes == 0 || blockBytes > LZ4_MAX_INPUT_SIZE)) {
        return DecodeOutcome::damaged();
    }
    std::size_t done = 0;
    while (done < totalBytes) {
        const std::size_t wanted = std::min<std::size_t>(blockBytes, totalBytes - done);
        const std::uint64_t storedBytes = reader.unsignedBe(4);
        if (!reader.ok() || storedBytes > reader.remaining() ||
            storedBytes > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
            return DecodeOutcome::damaged();
        }
        const std::span<const std::byte> block = reader.take(static_cast<std::size_t>(storedBytes));
        std::byte* to = target.data() + done;
        if (block.size() == wanted) {
            std::memcpy(to, block.data(), wanted);
        } else if (LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()),
                                       reinterpret_cast<char*>(to), static_cast<int>(block.size()),
                                       static_cast<int>(wanted)) != static_cast<int>(wanted)) {
            return DecodeOutcome::damaged();
        }
        done += wanted;
    }
    return DecodeOutcome::done(done);
}

DecodeOutcome decodeBlosc(std::span<const std::byte> stored, std::span<std::byte> target)
{
    std::size_t decodedBytes = 0;
    if (blosc_cbuffer_validate(stored.data(), stored.size(), &decodedBytes) != 0) {
        return DecodeOutcome::damaged();
    }
    if (decodedBytes > target.size()) {
        return DecodeOutcome::noRoom();
    }
    if (decodedBytes == 0) {
        return DecodeOutcome::done(0);
    }
    const int written = blosc_decompress_ctx(stored.data(), target.data(), target.size(), 1);
    return written >= 0 && static_cast<std::size_t>(written) == decodedBytes
               ? DecodeOutcome::done(decodedBytes)
               : DecodeOutcome::damaged();
}

ZstdCodec::~ZstdCodec()
{
    ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(m_context));
}

DecodeOutcome ZstdCodec::decode(std::span<const std::byte> stored, std::span<std::byte> target)
{
    if (m_context == nullptr) {
        m_context = ZSTD_createDCtx();
        if (m_context == nullptr) {
            return DecodeOutcome::noRoom();
        }
    }
    const std::size_t written = ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(m_context), target.data(),
                                                    target.size(), stored.data(), stored.size());
    if (ZSTD_isError(written) == 0) {
        return DecodeOutcome::done(written);
    }
    return ZSTD_getErrorCode(written) == ZSTD_error_dstSize_tooSmall ? DecodeOutcome::noRoom()
                                                                     : DecodeOutcome::damaged();
}

} // namespace perihelion
