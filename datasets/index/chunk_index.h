// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChunkIndex: where the chunks of a recording lie and which times they hold. First times are learnt one by
// one, by decoding as little as possible, until completeIndex() has looked at everything; then bounds are
// exact. One per open recording, shared by all readers, thread-safe; the column reader itself is immutable.

#include "core/base/result.h"
#include "datasets/index/column_reader.h"
#include "datasets/layouts/recording_metadata.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace perihelion {

/// Exact times of one block (chunk row) of the time column.
struct TimeBounds {
    static constexpr std::int64_t kNone = INT64_MAX; ///< min of a block without any readable time.

    std::int64_t first = kNone;
    std::int64_t min = kNone;
    std::int64_t max = INT64_MIN;
    std::uint32_t sorted = 0; ///< 1: never falls inside the block and holds no invalid time.
    std::uint32_t holes = 0;  ///< 1: some column's chunk over these rows cannot be read.

    bool operator==(const TimeBounds&) const = default;
};

/// A run of rows that may hold events of a time window.
struct RowRange {
    std::uint64_t firstRow = 0;
    std::uint64_t rows = 0;
    bool inside = false; ///< Every event lies in the window: its times need not be read.
    bool sorted = false; ///< Times are known never to fall inside.
};

/// What completion learnt, kept in the index file.
struct CompletedFacts {
    std::vector<TimeBounds> bounds; ///< One per time block.
    std::int64_t minTime = 0;
    std::int64_t maxTime = 0;
    std::int64_t backwardSteps = 0;
    std::int64_t invalidTimes = 0;
    std::int64_t negativeTimes = 0;
    std::int64_t onEvents = 0;
    std::int64_t readableEvents = 0; ///< Events of blocks without holes.
    std::int64_t timelessBlocks = 0; ///< Blocks of which no time can be read.
    std::int64_t outsideSensor = 0;
    std::int64_t beyondSensors = 0; ///< Events at kMaxSensorSide or further.
    std::uint16_t maxX = 0;
    std::uint16_t maxY = 0;
    RateCurve rate;
};

/// A chunk that could not be read.
struct Hole {
    int dataset = 0;
    std::uint32_t gridColumn = 0;
    std::uint64_t block = 0;
    ErrorCode code = ErrorCode::Corrupt;
};

class ChunkIndex {
public:
    ChunkIndex(std::unique_ptr<ColumnReader> reader, RecordingMetadata metadata);

    const ColumnReader& reader() const { return *m_reader; }
    /// Records every chunk that is read there from now on. Before anybody else knows this index.
    void timeInto(const ReadingTimes& times) { m_reader->timeInto(times); }

    /// Learns first and last time (phase index of a first opening) and, where the sensor's size is unknown,
    /// guesses it from the first events.
    Result<void> learnEnds();

    /// Rows whose events may fall in [start, end), in file order. While the index is incomplete, blocks are
    /// taken to follow each other in time; what is known to contradict that makes every block a candidate.
    Result<std::vector<RowRange>> rangesFor(std::int64_t start, std::int64_t end, SliceOutcome& cost) const;

    bool isComplete() const;
    /// True when some block is known to begin before the one in front of it, or completion found times that
    /// fall.
    bool isKnownUnsorted() const;

    RecordingMetadata metadata() const;
    void complete(CompletedFacts facts);
    /// Null until complete.
    std::shared_ptr<const CompletedFacts> facts() const;

    /// The first word on a chunk stands.
    void noteHole(const Hole& hole) const;

    /// All that is worth keeping, as it is at one moment.
    struct Knowledge {
        RecordingMetadata metadata;           ///< Without the note on holes.
        std::vector<std::int64_t> firstTimes; ///< Learnt so far; kUnknownTime where not.
        std::shared_ptr<const CompletedFacts> facts;
        std::vector<Hole> holes;
    };
    Knowledge knowledge() const;
    void restore(std::vector<std::int64_t> firstTimes, std::shared_ptr<const CompletedFacts> facts,
                 const std::vector<Hole>& holes);

    static constexpr std::int64_t kUnknownTime = INT64_MIN + 1;

private:
    struct ByPlace {
        bool operator()(const Hole& a, const Hole& b) const
        {
            return std::tie(a.dataset, a.gridColumn, a.block) < std::tie(b.dataset, b.gridColumn, b.block);
        }
    };
    enum class BlockEnd { First, Last };

    /// First or last valid time in a block; nothing when it has none, an Error (and a hole) when it cannot be
    /// read.
    Result<std::optional<std::int64_t>> readEndTime(std::uint64_t block, BlockEnd end,
                                                    SliceOutcome& cost) const;
    std::int64_t firstTimeOf(std::uint64_t block, SliceOutcome& cost) const;
    std::uint64_t firstBlockFrom(std::int64_t time, SliceOutcome& cost) const;
    std::uint64_t rowsOfBlock(std::uint64_t block) const;
    std::vector<RowRange> rangesFromFacts(const CompletedFacts& facts, std::int64_t start, std::int64_t end,
                                          SliceOutcome& cost) const;
    /// First row of a sorted range whose time is not below time.
    std::uint64_t lowerBoundRow(RowRange range, std::int64_t time, SliceOutcome& cost) const;

    std::unique_ptr<ColumnReader> m_reader;
    mutable std::mutex m_mutex; ///< Guards everything below.
    RecordingMetadata m_metadata;
    mutable std::vector<std::int64_t> m_firstTimes;
    mutable bool m_disorder = false;
    std::shared_ptr<const CompletedFacts> m_facts;
    mutable std::set<Hole, ByPlace> m_holes;
};

} // namespace perihelion
