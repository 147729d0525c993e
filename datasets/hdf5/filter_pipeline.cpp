// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/filter_pipeline.h"

#include "datasets/hdf5/bitshuffle_codec.h"
#include "datasets/hdf5/chunk_table.h"
#include "datasets/hdf5/codec.h"
#include "datasets/hdf5/filter_ids.h"
#include "datasets/hdf5/fletcher32.h"
#include "datasets/hdf5/step_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace perihelion {

namespace {

constexpr std::size_t kChecksumBytes = 4;

bool isSkipped(std::uint32_t filterMask, std::size_t step)
{
    return ((filterMask >> step) & 1U) != 0;
}

bool isLibraryOnly(std::uint32_t id)
{
    return id == filterid::kSzip || id == filterid::kNBit || id == filterid::kScaleOffset;
}

/// Whether the step's output is as long as its input. ECF, too, counts as a codec: its streams tell their
/// size.
bool keepsSize(const FilterSpec& filter)
{
    return filter.id == filterid::kShuffle ||
           (filter.id == filterid::kBitshuffle && bitshuffleParameters(filter).codec == 0);
}

Error stepError(const FilterSpec& filter, const QString& what)
{
    return {ErrorCode::Corrupt,
            QStringLiteral("Decoding a chunk failed because its %1 %2").arg(filterLabel(filter), what),
            QString()};
}

Error sizeError(std::size_t got, std::size_t wanted)
{
    return {ErrorCode::Corrupt,
            QStringLiteral("Decoding a chunk failed because it holds %1 bytes instead of %2")
                .arg(got)
                .arg(wanted),
            QString()};
}

} // namespace

Result<FilterPipeline> FilterPipeline::create(const DatasetDescription& description)
{
    if (description.filters.size() > filterid::kMaxFilters) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Reading dataset %1 failed because it says it passed %2 filters")
                         .arg(QString::fromStdString(description.path))
                         .arg(description.filters.size()),
                     QString()};
    }
    const std::uint64_t chunkBytes = description.chunkBytes();
    if (chunkBytes > kMaxChunkBytes) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Reading dataset %1 failed because it says its chunks hold %2 bytes each")
                         .arg(QString::fromStdString(description.path))
                         .arg(chunkBytes),
                     QString()};
    }
    FilterPipeline pipeline;
    pipeline.m_filters = description.filters;
    pipeline.m_chunkBytes = static_cast<std::size_t>(chunkBytes);
    pipeline.m_elementBytes = description.recordBytes;
    for (const FilterSpec& filter : description.filters) {
        if (isLibraryOnly(filter.id)) {
            pipeline.m_needsLibrary = true;
        } else if (filter.id != filterid::kFletcher32 && !isDecodedHere(filter.id)) {
            return Error{
                ErrorCode::UnsupportedFilter,
                QStringLiteral("Reading dataset %1 failed because it was written with filter %2 (%3), which "
                               "this program does not have: rewrite the file with another filter")
                    .arg(QString::fromStdString(description.path))
                    .arg(filter.id)
                    .arg(filterName(filter.id)),
                QString()};
        }
    }
    pipeline.m_cheapPrefix =
        description.filters.empty() ||
        (description.filters.size() == 1 && description.filters.front().id == filterid::kDeflate);
    return pipeline;
}

struct ChunkDecoder::Scratch {
    ScratchBuffer stored;
    std::array<ScratchBuffer, 2> between; ///< What one step leaves for the next, taken in turn.
    StepDecoder step;
};

ChunkDecoder::ChunkDecoder() : m_scratch(std::make_unique<Scratch>()) {}
ChunkDecoder::~ChunkDecoder() = default;
ChunkDecoder::ChunkDecoder(ChunkDecoder&&) noexcept = default;
ChunkDecoder& ChunkDecoder::operator=(ChunkDecoder&&) noexcept = default;

std::span<std::byte> ChunkDecoder::storedBuffer(std::size_t sizeBytes)
{
    return m_scratch->stored.atLeast(sizeBytes);
}

Result<void> ChunkDecoder::decode(const FilterPipeline& pipeline, std::span<const std::byte> stored,
                                  std::uint32_t filterMask, std::span<std::byte> target)
{
    if (pipeline.m_needsLibrary || target.size() != pipeline.m_chunkBytes) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("Decoding a chunk failed because it was asked for in the wrong way"),
                     QString()};
    }
    // Sizes before each step of writing: known as long as no step changes them in a way only its stream
    // tells.
    constexpr std::size_t kUnknown = 0;
    std::array<std::size_t, filterid::kMaxFilters> sizeBefore{};
    std::size_t lowestActive = pipeline.m_filters.size();
    std::size_t size = target.size();
    for (std::size_t step = 0; step < pipeline.m_filters.size(); ++step) {
        sizeBefore.at(step) = size;
        if (isSkipped(filterMask, step)) {
            continue;
        }
        lowestActive = std::min(lowestActive, step);
        const std::uint32_t id = pipeline.m_filters.at(step).id;
        if (id == filterid::kFletcher32) {
            size = size == kUnknown ? kUnknown : size + kChecksumBytes;
        } else if (!keepsSize(pipeline.m_filters.at(step))) {
            size = kUnknown;
        }
    }

    std::span<const std::byte> current = stored;
    std::size_t turn = 0;
    for (std::size_t step = pipeline.m_filters.size(); step-- > lowestActive;) {
        if (isSkipped(filterMask, step)) {
            continue;
        }
        const FilterSpec& filter = pipeline.m_filters.at(step);
        if (filter.id == filterid::kFletcher32) {
            if (!hasValidFletcher32(current)) {
                return stepError(filter, QStringLiteral("checksum does not match"));
            }
            current = current.first(current.size() - kChecksumBytes);
            continue;
        }
        const std::size_t wanted = sizeBefore.at(step);
        std::span<std::byte> to = target;
        if (step != lowestActive) {
            const std::size_t room =
                wanted != kUnknown ? wanted : static_cast<std::size_t>(maxStoredBytes(target.size()));
            to = m_scratch->between.at(turn).atLeast(room);
            turn ^= 1U;
        }
        const DecodeOutcome outcome = m_scratch->step.run(filter, pipeline.m_elementBytes, current, to);
        if (outcome.status == DecodeStatus::NoRoom ||
            (outcome.status == DecodeStatus::Done && wanted != kUnknown && outcome.bytes != wanted)) {
            return stepError(filter,
                             QStringLiteral("stream does not hold the %1 bytes of a chunk").arg(wanted));
        }
        if (outcome.status != DecodeStatus::Done) {
            return stepError(filter, QStringLiteral("stream is damaged"));
        }
        current = to.first(outcome.bytes);
    }
    if (current.size() != target.size()) {
        return sizeError(current.size(), target.size());
    }
    if (current.data() != target.data() && !target.empty()) {
        std::memcpy(target.data(), current.data(), target.size());
    }
    return {};
}

Result<void> ChunkDecoder::decodePrefix(const FilterPipeline& pipeline, std::span<const std::byte> stored,
                                        std::uint32_t filterMask, std::span<std::byte> target)
{
    if (!pipeline.m_cheapPrefix || target.size() > pipeline.m_chunkBytes) {
        return Error{
            ErrorCode::InvalidArgument,
            QStringLiteral("Decoding the start of a chunk failed because its filters need all of it"),
            QString()};
    }
    std::size_t got = std::min(stored.size(), target.size());
    if (!pipeline.m_filters.empty() && !isSkipped(filterMask, 0)) {
        const DecodeOutcome outcome = m_scratch->step.deflate().decodePrefix(stored, target);
        if (outcome.status != DecodeStatus::Done) {
            return stepError(pipeline.m_filters.front(), QStringLiteral("stream is damaged"));
        }
        got = outcome.bytes;
    } else if (got > 0) {
        std::memcpy(target.data(), stored.data(), got);
    }
    if (got < target.size()) {
        return Error{ErrorCode::Truncated,
                     QStringLiteral("Decoding the start of a chunk needs more of its stored bytes"),
                     QString()};
    }
    return {};
}

} // namespace perihelion
