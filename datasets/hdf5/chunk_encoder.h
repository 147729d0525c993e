// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChunkEncoder: from the bytes of a chunk to what an HDF5 file stores for it, outside the library and its
// lock. Holds its compressor and buffers; one encoder belongs to one column and one thread.

#include "core/base/result.h"

#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

enum class ChunkFilter { None, Deflate, ShuffleDeflate, Lzf, Lz4, Zstd, Blosc };

/// "none", "deflate", "shuffle-deflate", "lzf", "lz4", "zstd", "blosc" (blosc: byte shuffle and LZ4).
QString chunkFilterName(ChunkFilter filter);
std::optional<ChunkFilter> chunkFilterFromName(const QString& name);
QStringList chunkFilterNames();
/// Highest level a filter takes (deflate 12, lz4 12, zstd 19, blosc 9); 0 when it has no levels.
int maximumLevel(ChunkFilter filter);

/// One step of a dataset's filter pipeline as HDF5 records it.
struct FilterStep {
    int id = 0;
    bool optional = false;
    std::vector<unsigned int> parameters;
};

class ChunkEncoder {
public:
    /// elementBytes is the size of one element, chunkBytes that of every whole chunk given to encode().
    ChunkEncoder(ChunkFilter filter, int level, std::size_t elementBytes, std::size_t chunkBytes);
    ~ChunkEncoder();
    ChunkEncoder(ChunkEncoder&&) noexcept;
    ChunkEncoder& operator=(ChunkEncoder&&) noexcept;

    /// The pipeline to record in the dataset.
    std::vector<FilterStep> steps() const;

    struct Encoded {
        std::span<const std::byte> stored; ///< Valid until the next call.
        std::uint32_t filterMask = 0;      ///< Bit k: step k was skipped because it gained nothing.
    };
    /// Encodes one whole chunk. Internal when a compressor refuses it.
    Result<Encoded> encode(std::span<const std::byte> chunk);

private:
    struct Buffers;
    std::span<const std::byte> compress(std::span<const std::byte> chunk);

    ChunkFilter m_filter;
    int m_level;
    std::size_t m_elementBytes;
    std::size_t m_chunkBytes;
    std::unique_ptr<Buffers> m_buffers;
};

} // namespace perihelion
