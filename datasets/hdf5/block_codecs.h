// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The filters around LZ4, Zstandard and Blosc (32004, 32015, 32001): their framing is checked here, the
// streams in it are decoded by the libraries. Owned by one thread; the Zstandard object is made once and
// reused.

#include "datasets/hdf5/codec.h"

namespace perihelion {

/// Blocks of the LZ4 filter: 8 bytes total size, 4 bytes block size, then per block 4 bytes stored size and
/// the block, all big-endian; a block stored with its own size is not compressed.
DecodeOutcome decodeLz4(std::span<const std::byte> stored, std::span<std::byte> target);

/// One Blosc 1 buffer of any of its codecs and shuffles; its header is validated before the library decodes
/// it.
DecodeOutcome decodeBlosc(std::span<const std::byte> stored, std::span<std::byte> target);

class ZstdCodec {
public:
    ZstdCodec() = default;
    ~ZstdCodec();
    ZstdCodec(const ZstdCodec&) = delete;
    ZstdCodec& operator=(const ZstdCodec&) = delete;

    /// One or more whole frames.
    DecodeOutcome decode(std::span<const std::byte> stored, std::span<std::byte> target);

private:
    void* m_context = nullptr; ///< The library's ZSTD_DCtx.
};

} // namespace perihelion
