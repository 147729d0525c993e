// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// FilterPipeline: from the stored bytes of a chunk to its decoded bytes, in-process, outside HDF5's lock and
// without plugin paths. Immutable and shared; the scratch memory belongs to the calling thread
// (ChunkDecoder).

#include "core/base/result.h"
#include "datasets/hdf5/dataset_description.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace perihelion {

class FilterPipeline {
public:
    /// UnsupportedFilter names the first filter we lack with its number and registered name.
    static Result<FilterPipeline> create(const DatasetDescription& description);

    /// No filter at all: stored bytes are the decoded bytes.
    bool isIdentity() const { return m_filters.empty(); }
    /// True when some step is only known to the HDF5 library (scale-offset, N-bit, szip): read such a dataset
    /// through Hdf5File::readRows instead of decode().
    bool needsLibrary() const { return m_needsLibrary; }
    /// True when decodePrefix costs less than a whole chunk: deflate alone, or nothing.
    bool hasCheapPrefix() const { return m_cheapPrefix; }
    /// Bytes of one decoded chunk.
    std::size_t chunkBytes() const { return m_chunkBytes; }

private:
    friend class ChunkDecoder;
    std::vector<FilterSpec> m_filters;
    std::size_t m_chunkBytes = 0;
    std::size_t m_elementBytes = 0;
    bool m_needsLibrary = false;
    bool m_cheapPrefix = false;
};

/// Decoder objects and scratch buffers of one thread, reused from chunk to chunk.
class ChunkDecoder {
public:
    ChunkDecoder();
    ~ChunkDecoder();
    ChunkDecoder(ChunkDecoder&&) noexcept;
    ChunkDecoder& operator=(ChunkDecoder&&) noexcept;

    /// Room for the stored bytes of a chunk, valid until the next call of any member.
    std::span<std::byte> storedBuffer(std::size_t sizeBytes);

    /// Decodes one whole chunk into target, which holds pipeline.chunkBytes() bytes. stored may lie in
    /// storedBuffer(). Corrupt with the step's name when a stream is damaged, too short or too long.
    Result<void> decode(const FilterPipeline& pipeline, std::span<const std::byte> stored,
                        std::uint32_t filterMask, std::span<std::byte> target);

    /// Decodes only the first target.size() bytes; stored may itself be only a prefix of the chunk, in which
    /// case Truncated means "give me more". Only for pipelines with hasCheapPrefix().
    Result<void> decodePrefix(const FilterPipeline& pipeline, std::span<const std::byte> stored,
                              std::uint32_t filterMask, std::span<std::byte> target);

private:
    struct Scratch;
    std::unique_ptr<Scratch> m_scratch;
};

} // namespace perihelion
