// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/chunk_encoder.h"

#include <blosc.h>
#include <libdeflate.h>
#include <lz4.h>
#include <lz4hc.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace perihelion {

namespace {

constexpr int kDeflateId = 1;
constexpr int kShuffleId = 2;
constexpr int kLzfId = 32000;
constexpr int kBloscId = 32001;
constexpr int kLz4Id = 32004;
constexpr int kZstdId = 32015;

struct NamedFilter {
    ChunkFilter filter;
    const char16_t* name;
    int maximumLevel;
};

constexpr std::array<NamedFilter, 7> kFilters{{{ChunkFilter::None, u"none", 0},
                                               {ChunkFilter::Deflate, u"deflate", 12},
                                               {ChunkFilter::ShuffleDeflate, u"shuffle-deflate", 12},
                                               {ChunkFilter::Lzf, u"lzf", 0},
                                               {ChunkFilter::Lz4, u"lz4", 12},
                                               {ChunkFilter::Zstd, u"zstd", 19},
                                               {ChunkFilter::Blosc, u"blosc", 9}}};

const NamedFilter& named(ChunkFilter filter)
{
    return *std::find_if(kFilters.begin(), kFilters.end(),
                         [filter](const NamedFilter& entry) { return entry.filter == filter; });
}

/// Byte planes: first the lowest byte of every element, then the next; what HDF5's filter 2 does.
void shuffleBytes(std::span<const std::byte> from, std::span<std::byte> to, std::size_t elementBytes)
{
    const std::size_t count = from.size() / elementBytes;
    for (std::size_t plane = 0; plane < elementBytes; ++plane) {
        std::byte* out = to.data() + plane * count;
        const std::byte* in = from.data() + plane;
        for (std::size_t i = 0; i < count; ++i) {
            out[i] = in[i * elementBytes];
        }
    }
}

/// LibLZF's stream: a control byte below 32 starts a run of literals, otherwise a reference of length ≥ 3 at
/// most 8 KiB back. Returns the stream's size, or 0 when it would not be smaller than the input.
std::size_t compressLzf(std::span<const std::byte> from, std::span<std::byte> to,
                        std::vector<std::uint32_t>& heads)
{
    constexpr std::size_t kMaxDistance = 1U << 13U;
    constexpr std::size_t kMaxLength = 264;
    constexpr std::size_t kMaxRun = 32;
    constexpr unsigned kHashBits = 14;
    heads.assign(std::size_t{1} << kHashBits, 0);
    const auto* in = reinterpret_cast<const std::uint8_t*>(from.data());
    auto* out = reinterpret_cast<std::uint8_t*>(to.data());
    const std::size_t size = from.size();
    const std::size_t limit = std::min(to.size(), size);
    std::size_t written = 0;
    std::size_t runStart = 0;
    const auto flushRun = [&](std::size_t end) {
        while (runStart < end) {
            const std::size_t length = std::min(kMaxRun, end - runStart);
            if (written + length + 1 >= limit) {
                return false;
            }
            out[written++] = static_cast<std::uint8_t>(length - 1);
            std::memcpy(out + written, in + runStart, length);
            written += length;
            runStart += length;
        }
        return true;
    };
    std::size_t at = 0;
    while (at + 2 < size) {
        const std::uint32_t triple = static_cast<std::uint32_t>(in[at]) |
                                     static_cast<std::uint32_t>(in[at + 1]) << 8U |
                                     static_cast<std::uint32_t>(in[at + 2]) << 16U;
        std::uint32_t& head = heads[(triple * 2654435761U) >> (32U - kHashBits)];
        const std::size_t candidate = head; // One more than the position, 0 when there was none.
        head = static_cast<std::uint32_t>(at + 1);
        const bool matches = candidate != 0 && at - (candidate - 1) <= kMaxDistance &&
                             std::memcmp(in + candidate - 1, in + at, 3) == 0;
        if (!matches) {
            ++at;
            continue;
        }
        const std::size_t from0 = candidate - 1;
        std::size_t length = 3;
        while (length < kMaxLength && at + length < size && in[from0 + length] == in[at + length]) {
            ++length;
        }
        if (!flushRun(at) || written + 3 >= limit) {
            return 0;
        }
        const std::size_t distance = at - from0 - 1;
        const std::size_t code = length - 2;
        out[written++] = static_cast<std::uint8_t>(std::min<std::size_t>(code, 7) << 5U | distance >> 8U);
        if (code >= 7) {
            out[written++] = static_cast<std::uint8_t>(code - 7);
        }
        out[written++] = static_cast<std::uint8_t>(distance & 0xFFU);
        at += length;
        runStart = at;
    }
    return flushRun(size) ? written : 0;
}

void putBigEndian(std::byte* to, std::uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; ++i) {
        to[i] = static_cast<std::byte>(value >> (8U * (bytes - 1 - i)));
    }
}

} // namespace

QString chunkFilterName(ChunkFilter filter)
{
    return QString::fromUtf16(named(filter).name);
}

std::optional<ChunkFilter> chunkFilterFromName(const QString& name)
{
    for (const NamedFilter& entry : kFilters) {
        if (name == QStringView(entry.name)) {
            return entry.filter;
        }
    }
    return std::nullopt;
}

QStringList chunkFilterNames()
{
    QStringList names;
    for (const NamedFilter& entry : kFilters) {
        names.append(QString::fromUtf16(entry.name));
    }
    return names;
}

int maximumLevel(ChunkFilter filter)
{
    return named(filter).maximumLevel;
}

struct ChunkEncoder::Buffers {
    std::vector<std::byte> shuffled;
    std::vector<std::byte> stored;
    std::vector<std::uint32_t> heads;
    struct FreeDeflate {
        void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
    };
    std::unique_ptr<libdeflate_compressor, FreeDeflate> deflate;
    struct FreeZstd {
        void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    };
    std::unique_ptr<ZSTD_CCtx, FreeZstd> zstd;
};

ChunkEncoder::ChunkEncoder(ChunkFilter filter, int level, std::size_t elementBytes, std::size_t chunkBytes)
    : m_filter(filter),
      m_level(std::clamp(level, 0, maximumLevel(filter))),
      m_elementBytes(elementBytes),
      m_chunkBytes(chunkBytes),
      m_buffers(std::make_unique<Buffers>())
{
    std::size_t room = chunkBytes;
    switch (filter) {
    case ChunkFilter::None:
        room = 0;
        break;
    case ChunkFilter::ShuffleDeflate:
        m_buffers->shuffled.resize(chunkBytes);
        [[fallthrough]];
    case ChunkFilter::Deflate:
        // A stream that does not fit into the chunk's own size is not worth having.
        m_buffers->deflate.reset(libdeflate_alloc_compressor(m_level));
        break;
    case ChunkFilter::Lzf:
        break;
    case ChunkFilter::Lz4:
        room = 16 + static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(chunkBytes)));
        break;
    case ChunkFilter::Zstd:
        m_buffers->zstd.reset(ZSTD_createCCtx());
        break;
    case ChunkFilter::Blosc:
        room = chunkBytes + BLOSC_MAX_OVERHEAD;
        break;
    }
    m_buffers->stored.resize(room);
}

ChunkEncoder::~ChunkEncoder() = default;
ChunkEncoder::ChunkEncoder(ChunkEncoder&&) noexcept = default;
ChunkEncoder& ChunkEncoder::operator=(ChunkEncoder&&) noexcept = default;

std::vector<FilterStep> ChunkEncoder::steps() const
{
    const auto chunkBytes = static_cast<unsigned int>(m_chunkBytes);
    const auto elementBytes = static_cast<unsigned int>(m_elementBytes);
    const auto level = static_cast<unsigned int>(m_level);
    // libdeflate's levels beyond 9 make streams like any other; HDF5 accepts only zlib's numbers.
    const FilterStep deflate{kDeflateId, true, {std::min(level, 9U)}};
    switch (m_filter) {
    case ChunkFilter::None:
        return {};
    case ChunkFilter::Deflate:
        return {deflate};
    case ChunkFilter::ShuffleDeflate:
        return {{kShuffleId, true, {elementBytes}}, deflate};
    case ChunkFilter::Lzf:
        return {{kLzfId, true, {4, 0x0105, chunkBytes}}};
    case ChunkFilter::Lz4:
        return {{kLz4Id, true, {0}}};
    case ChunkFilter::Zstd:
        return {{kZstdId, true, {level}}};
    case ChunkFilter::Blosc:
        return {{kBloscId,
                 true,
                 {2, BLOSC_VERSION_FORMAT, elementBytes, chunkBytes, level, BLOSC_SHUFFLE, BLOSC_LZ4}}};
    }
    return {};
}

std::span<const std::byte> ChunkEncoder::compress(std::span<const std::byte> chunk)
{
    std::vector<std::byte>& stored = m_buffers->stored;
    std::size_t size = 0;
    switch (m_filter) {
    case ChunkFilter::None:
        break;
    case ChunkFilter::ShuffleDeflate:
        shuffleBytes(chunk, m_buffers->shuffled, m_elementBytes);
        chunk = m_buffers->shuffled;
        [[fallthrough]];
    case ChunkFilter::Deflate:
        size = libdeflate_zlib_compress(m_buffers->deflate.get(), chunk.data(), chunk.size(), stored.data(),
                                        stored.size());
        break;
    case ChunkFilter::Lzf:
        size = compressLzf(chunk, stored, m_buffers->heads);
        break;
    case ChunkFilter::Lz4: {
        // Filter 32004: total size, block size (one block here), then each block after its own stored size.
        const auto* from = reinterpret_cast<const char*>(chunk.data());
        auto* to = reinterpret_cast<char*>(stored.data() + 16);
        const int fromSize = static_cast<int>(chunk.size());
        const int room = static_cast<int>(stored.size() - 16);
        const int packed = m_level <= 1 ? LZ4_compress_default(from, to, fromSize, room)
                                        : LZ4_compress_HC(from, to, fromSize, room, m_level);
        putBigEndian(stored.data(), chunk.size(), 8);
        putBigEndian(stored.data() + 8, chunk.size(), 4);
        putBigEndian(stored.data() + 12, static_cast<std::uint64_t>(packed), 4);
        size = packed > 0 ? 16 + static_cast<std::size_t>(packed) : 0;
        break;
    }
    case ChunkFilter::Zstd: {
        const std::size_t packed = ZSTD_compressCCtx(m_buffers->zstd.get(), stored.data(), stored.size(),
                                                     chunk.data(), chunk.size(), m_level);
        size = ZSTD_isError(packed) != 0U ? 0 : packed;
        break;
    }
    case ChunkFilter::Blosc: {
        const int packed =
            blosc_compress_ctx(m_level, BLOSC_SHUFFLE, m_elementBytes, chunk.size(), chunk.data(),
                               stored.data(), stored.size(), BLOSC_LZ4_COMPNAME, 0, 1);
        size = packed > 0 ? static_cast<std::size_t>(packed) : 0;
        break;
    }
    }
    return std::span(stored).first(size);
}

Result<ChunkEncoder::Encoded> ChunkEncoder::encode(std::span<const std::byte> chunk)
{
    if (chunk.size() != m_chunkBytes) {
        return Error{ErrorCode::Internal, QStringLiteral("Encoding a chunk failed: it has the wrong size"),
                     QString()};
    }
    if (m_filter == ChunkFilter::None) {
        return Encoded{chunk, 0};
    }
    const std::span<const std::byte> packed = compress(chunk);
    if (!packed.empty() && packed.size() < chunk.size()) {
        return Encoded{packed, 0};
    }
    // Nothing gained: the compressing step is skipped for this chunk, the shuffle before it is not.
    if (m_filter == ChunkFilter::ShuffleDeflate) {
        return Encoded{m_buffers->shuffled, 2};
    }
    return Encoded{chunk, 1};
}

} // namespace perihelion
