// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/deflate_codec.h"

#include <algorithm>
#include <limits>

#include <libdeflate.h>
#include <zlib.h>

namespace perihelion {

struct DeflateCodec::Streams {
    libdeflate_decompressor* whole = nullptr;
    z_stream prefix = {};
    bool prefixReady = false;
};

DeflateCodec::DeflateCodec() : m_streams(std::make_unique<Streams>()) {}

DeflateCodec::~DeflateCodec()
{
    if (m_streams->whole != nullptr) {
        libdeflate_free_decompressor(m_streams->whole);
    }
    if (m_streams->prefixReady) {
        inflateEnd(&m_streams->prefix);
    }
}

DecodeOutcome DeflateCodec::decode(std::span<const std::byte> stored, std::span<std::byte> target)
{
    if (m_streams->whole == nullptr) {
        m_streams->whole = libdeflate_alloc_decompressor();
        if (m_streams->whole == nullptr) {
            return DecodeOutcome::noRoom();
        }
    }
    std::size_t written = 0;
    const libdeflate_result result = libdeflate_zlib_decompress(
        m_streams->whole, stored.data(), stored.size(), target.data(), target.size(), &written);
    switch (result) {
    case LIBDEFLATE_SUCCESS:
        return DecodeOutcome::done(written);
    case LIBDEFLATE_INSUFFICIENT_SPACE:
        return DecodeOutcome::noRoom();
    case LIBDEFLATE_BAD_DATA:
    case LIBDEFLATE_SHORT_OUTPUT:
        break;
    }
    return DecodeOutcome::damaged();
}

DecodeOutcome DeflateCodec::decodePrefix(std::span<const std::byte> stored, std::span<std::byte> target)
{
    if (target.empty()) {
        return DecodeOutcome::done(0);
    }
    z_stream& stream = m_streams->prefix;
    if (!m_streams->prefixReady) {
        if (inflateInit(&stream) != Z_OK) {
            return DecodeOutcome::damaged();
        }
        m_streams->prefixReady = true;
    } else {
        inflateReset(&stream);
    }
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    // zlib does not write through next_in; its type lacks the const unless ZLIB_CONST is set everywhere.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(stored.data()));
    stream.avail_in = static_cast<uInt>(std::min(stored.size(), kMost));
    stream.next_out = reinterpret_cast<Bytef*>(target.data());
    stream.avail_out = static_cast<uInt>(std::min(target.size(), kMost));
    const int status = inflate(&stream, Z_SYNC_FLUSH);
    const std::size_t written = target.size() - stream.avail_out;
    if (status == Z_OK || status == Z_BUF_ERROR) {
        return DecodeOutcome::done(written);
    }
    if (status == Z_STREAM_END && stream.avail_out == 0) {
        return DecodeOutcome::done(written);
    }
    return DecodeOutcome::damaged(); // a bad stream, or one that ends before the prefix does
}

} // namespace perihelion
