// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/chunk_index.h"

#include "core/base/format.h"
#include "datasets/index/element_convert.h"

#include <algorithm>
#include <array>
#include <span>

namespace perihelion {

namespace {

/// Event sensors on the market, by which a guess from a few events is rounded up.
constexpr std::array<std::pair<int, int>, 8> kKnownSensors = {
    {{128, 128}, {240, 180}, {304, 240}, {320, 320}, {346, 260}, {640, 480}, {1280, 720}, {1280, 800}}};

SensorSize guessedSensor(int maxX, int maxY)
{
    for (const auto& [width, height] : kKnownSensors) {
        if (maxX < width && maxY < height) {
            return SensorSize{width, height, ValueSource::Guess};
        }
    }
    return SensorSize{maxX + 1, maxY + 1, ValueSource::Guess};
}

/// Bounds a first look that every other opening repeats: enough events to see most of a scene.
constexpr std::uint64_t kGuessRows = 16'384;

template <typename Holes>
Note holeNote(const Holes& holes)
{
    const bool missing = std::all_of(holes.begin(), holes.end(),
                                     [](const Hole& hole) { return hole.code == ErrorCode::NotFound; });
    const auto count = static_cast<std::int64_t>(holes.size());
    return Note{missing ? NoteKind::MissingChunk : NoteKind::CorruptChunk,
                QString(formatCount(count) % (count == 1 ? u" chunk" : u" chunks") %
                        (missing ? u" missing from the file: the events are left out"
                                 : u" that cannot be decoded: the events are left out")),
                count};
}

} // namespace

ChunkIndex::ChunkIndex(std::unique_ptr<ColumnReader> reader, RecordingMetadata metadata)
    : m_reader(std::move(reader)),
      m_metadata(std::move(metadata)),
      m_firstTimes(static_cast<std::size_t>(m_reader->timeBlockCount()), kUnknownTime)
{
}

std::uint64_t ChunkIndex::rowsOfBlock(std::uint64_t block) const
{
    const std::uint64_t first = block * m_reader->timeBlockRows();
    return std::min(m_reader->timeBlockRows(), m_reader->layout().rows - first);
}

Result<void> ChunkIndex::learnEnds()
{
    SliceOutcome cost;
    // A hole at either end must not keep the rest from being read: take the nearest block that answers.
    std::optional<std::int64_t> first;
    std::optional<Error> reason;
    std::uint64_t tried = 0;
    for (; tried < m_reader->timeBlockCount() && !first; ++tried) {
        Result<std::optional<std::int64_t>> read = readEndTime(tried, BlockEnd::First, cost);
        if (read) {
            first = *read;
        } else if (!reason) {
            reason = read.error();
        }
    }
    if (!first && reason) {
        return Error{reason->code, QString(u"None of the recording's times can be read: " % reason->message),
                     m_reader->file().path()};
    }
    if (!first) {
        return Error{ErrorCode::NoEvents, QStringLiteral("None of the recording's events has a valid time"),
                     m_reader->file().path()};
    }
    std::optional<std::int64_t> last;
    for (std::uint64_t block = m_reader->timeBlockCount(); block-- > 0 && !last;) {
        const auto read = readEndTime(block, BlockEnd::Last, cost);
        last = read ? *read : std::nullopt;
    }
    SensorSize sensor = m_metadata.sensor;
    if (sensor.source == ValueSource::Unknown) {
        static thread_local ColumnBuffers buffers;
        const auto rows = static_cast<std::size_t>(std::min(kGuessRows, m_reader->layout().rows));
        const ColumnSet wanted = (1U << kXColumn) | (1U << kYColumn);
        m_reader->prepare(buffers, 0, rows, wanted);
        std::vector<ReadSlice> slices;
        m_reader->plan(0, rows, wanted, slices);
        bool readable = true;
        for (const ReadSlice& slice : slices) {
            readable = m_reader->read(slice, buffers).hasValue() && readable;
        }
        int maxX = 0;
        int maxY = 0;
        for (std::size_t i = 0; i < rows && readable; ++i) {
            if (buffers.x[i] < kMaxSensorSide && buffers.y[i] < kMaxSensorSide) {
                maxX = std::max<int>(maxX, buffers.x[i]);
                maxY = std::max<int>(maxY, buffers.y[i]);
            }
        }
        sensor = guessedSensor(maxX, maxY);
    }
    const std::lock_guard lock(m_mutex);
    std::fill_n(m_firstTimes.begin(), tried, *first);
    m_metadata.sensor = sensor;
    m_metadata.firstTime = EventTime(*first);
    m_metadata.lastTime = EventTime(last.value_or(*first));
    m_metadata.minTime = std::min(m_metadata.firstTime, m_metadata.lastTime);
    m_metadata.maxTime = std::max(m_metadata.firstTime, m_metadata.lastTime);
    return {};
}

Result<std::optional<std::int64_t>> ChunkIndex::readEndTime(std::uint64_t block, BlockEnd end,
                                                            SliceOutcome& cost) const
{
    const std::uint64_t firstRow = block * m_reader->timeBlockRows();
    const std::uint64_t row = end == BlockEnd::First ? firstRow : firstRow + rowsOfBlock(block) - 1;
    const auto time = m_reader->timeOfRow(row, cost);
    if (time && *time != kInvalidTime) {
        return std::optional(*time);
    }
    std::vector<ReadSlice> slices;
    m_reader->plan(firstRow, static_cast<std::size_t>(rowsOfBlock(block)), 1U << kTimeColumn, slices);
    const auto lost = [&](const ReadSlice& slice, const Error& error) {
        noteHole(Hole{slice.dataset, slice.gridColumn, slice.block, error.code});
        return error;
    };
    if (!time) {
        return lost(slices.front(), time.error());
    }
    // The event at that end has no valid time: the nearest that has one stands for the block.
    ColumnBuffers buffers;
    m_reader->prepare(buffers, firstRow, static_cast<std::size_t>(rowsOfBlock(block)), 1U << kTimeColumn);
    for (const ReadSlice& slice : slices) {
        const auto read = m_reader->read(slice, buffers);
        if (!read) {
            return lost(slice, read.error());
        }
        cost.bytesRead += read->bytesRead;
        cost.bytesDecoded += read->bytesDecoded;
    }
    const std::span<const std::int64_t> times(buffers.t, buffers.rows);
    const auto nearest = [](auto from, auto to) {
        const auto found = std::find_if(from, to, [](std::int64_t t) { return t != kInvalidTime; });
        return found == to ? std::optional<std::int64_t>() : std::optional(*found);
    };
    return end == BlockEnd::First ? nearest(times.begin(), times.end())
                                  : nearest(times.rbegin(), times.rend());
}

std::int64_t ChunkIndex::firstTimeOf(std::uint64_t block, SliceOutcome& cost) const
{
    // A block without any readable time counts as beginning with the next one, so that the search goes on
    // around it.
    std::int64_t first = kUnknownTime;
    std::uint64_t at = block;
    for (; at < m_reader->timeBlockCount() && first == kUnknownTime; ++at) {
        {
            const std::lock_guard lock(m_mutex);
            first = m_firstTimes[static_cast<std::size_t>(at)];
        }
        if (first == kUnknownTime) {
            const auto read = readEndTime(at, BlockEnd::First, cost);
            first = read ? read->value_or(kUnknownTime) : kUnknownTime;
        }
    }
    const std::lock_guard lock(m_mutex);
    if (first == kUnknownTime) {
        first = m_metadata.lastTime.count() + 1;
    }
    std::fill(m_firstTimes.begin() + static_cast<std::ptrdiff_t>(block),
              m_firstTimes.begin() + static_cast<std::ptrdiff_t>(at), first);
    return first;
}

std::uint64_t ChunkIndex::firstBlockFrom(std::int64_t time, SliceOutcome& cost) const
{
    // Invariant: first(low) < time ≤ first(high); interpolation, with bisection in turn so that bursts cost
    // log n.
    std::uint64_t low = 0;
    std::uint64_t high = m_reader->timeBlockCount();
    std::int64_t lowTime = firstTimeOf(0, cost);
    if (lowTime >= time) {
        return 0;
    }
    std::int64_t highTime = 0;
    {
        const std::lock_guard lock(m_mutex);
        highTime = m_metadata.lastTime.count();
    }
    for (int step = 0; high - low > 1; ++step) {
        std::uint64_t probe = low + (high - low) / 2;
        if (step % 3 != 2 && highTime > lowTime && time <= highTime) {
            // In floating point, because a window may begin at either end of int64.
            const double share = (static_cast<double>(time) - static_cast<double>(lowTime)) /
                                 (static_cast<double>(highTime) - static_cast<double>(lowTime));
            const auto ahead = static_cast<std::uint64_t>(share * static_cast<double>(high - low));
            probe = std::clamp(low + ahead, low + 1, high - 1);
        }
        const std::int64_t probeTime = firstTimeOf(probe, cost);
        if (probeTime < lowTime || (high < m_reader->timeBlockCount() && probeTime > highTime)) {
            const std::lock_guard lock(m_mutex);
            m_disorder = true;
            return probe;
        }
        if (probeTime < time) {
            low = probe;
            lowTime = probeTime;
        } else {
            high = probe;
            highTime = probeTime;
        }
    }
    return high;
}

std::uint64_t ChunkIndex::lowerBoundRow(RowRange range, std::int64_t time, SliceOutcome& cost) const
{
    while (range.rows > 0) {
        const std::uint64_t half = range.rows / 2;
        const auto middle = m_reader->timeOfRow(range.firstRow + half, cost);
        if (middle && *middle < time) {
            range.firstRow += half + 1;
            range.rows -= half + 1;
        } else {
            range.rows = half;
        }
    }
    return range.firstRow;
}

std::vector<RowRange> ChunkIndex::rangesFromFacts(const CompletedFacts& facts, std::int64_t start,
                                                  std::int64_t end, SliceOutcome& cost) const
{
    std::vector<RowRange> ranges;
    std::size_t block = 0;
    std::size_t stop = facts.bounds.size();
    if (facts.backwardSteps == 0 && facts.invalidTimes == 0 && facts.timelessBlocks == 0) {
        // Sorted throughout: the candidates are neighbours.
        const auto from = std::partition_point(facts.bounds.begin(), facts.bounds.end(),
                                               [start](const TimeBounds& b) { return b.max < start; });
        const auto to = std::partition_point(from, facts.bounds.end(),
                                             [end](const TimeBounds& b) { return b.min < end; });
        block = static_cast<std::size_t>(from - facts.bounds.begin());
        stop = static_cast<std::size_t>(to - facts.bounds.begin());
    }
    for (; block < stop; ++block) {
        const TimeBounds& bounds = facts.bounds[block];
        if (bounds.min == TimeBounds::kNone || bounds.min >= end || bounds.max < start) {
            continue;
        }
        const bool sorted = bounds.sorted != 0;
        const bool inside = sorted && bounds.min >= start && bounds.max < end;
        RowRange range{block * m_reader->timeBlockRows(), rowsOfBlock(block), inside, sorted};
        if (sorted && !inside && m_reader->hasTimesInPlace()) {
            // Sixteen reads of one number cost less than reading and searching the block's times.
            const std::uint64_t first = lowerBoundRow(range, start, cost);
            const std::uint64_t last = lowerBoundRow(range, end, cost);
            range = RowRange{first, last - first, true, true};
        }
        if (range.rows > 0) {
            ranges.push_back(range);
        }
    }
    return ranges;
}

Result<std::vector<RowRange>> ChunkIndex::rangesFor(std::int64_t start, std::int64_t end,
                                                    SliceOutcome& cost) const
{
    if (const auto known = facts()) {
        return rangesFromFacts(*known, start, end, cost);
    }
    std::uint64_t from = 0;
    std::uint64_t to = m_reader->timeBlockCount();
    if (!isKnownUnsorted()) {
        // Times equal to start may already end the block before the first that begins with them.
        const std::uint64_t first = firstBlockFrom(start, cost);
        to = firstBlockFrom(end, cost);
        from = first > 0 ? first - 1 : 0;
        if (isKnownUnsorted()) {
            from = 0;
            to = m_reader->timeBlockCount();
        }
    }
    std::vector<RowRange> ranges;
    for (std::uint64_t block = from; block < to; ++block) {
        ranges.push_back(RowRange{block * m_reader->timeBlockRows(), rowsOfBlock(block), false, false});
    }
    return ranges;
}

bool ChunkIndex::isComplete() const
{
    const std::lock_guard lock(m_mutex);
    return m_facts != nullptr;
}

bool ChunkIndex::isKnownUnsorted() const
{
    const std::lock_guard lock(m_mutex);
    return m_disorder || (m_facts && m_facts->backwardSteps > 0) ||
           m_metadata.lastTime < m_metadata.firstTime;
}

RecordingMetadata ChunkIndex::metadata() const
{
    const std::lock_guard lock(m_mutex);
    RecordingMetadata metadata = m_metadata;
    if (!m_holes.empty()) {
        metadata.notes.push_back(holeNote(m_holes));
    }
    return metadata;
}

std::shared_ptr<const CompletedFacts> ChunkIndex::facts() const
{
    const std::lock_guard lock(m_mutex);
    return m_facts;
}

void ChunkIndex::noteHole(const Hole& hole) const
{
    const std::lock_guard lock(m_mutex);
    m_holes.insert(hole);
}

ChunkIndex::Knowledge ChunkIndex::knowledge() const
{
    const std::lock_guard lock(m_mutex);
    return Knowledge{m_metadata, m_firstTimes, m_facts, {m_holes.begin(), m_holes.end()}};
}

void ChunkIndex::restore(std::vector<std::int64_t> firstTimes, std::shared_ptr<const CompletedFacts> facts,
                         const std::vector<Hole>& holes)
{
    const std::lock_guard lock(m_mutex);
    m_firstTimes = std::move(firstTimes);
    m_facts = std::move(facts);
    m_holes = {holes.begin(), holes.end()};
}

void ChunkIndex::complete(CompletedFacts facts)
{
    const auto shared = std::make_shared<const CompletedFacts>(std::move(facts));
    const auto counted = [](std::int64_t count, const QString& rest) {
        return QString(formatCount(count) % (count == 1 ? u" event " : u" events ") % rest);
    };
    const std::lock_guard lock(m_mutex);
    m_facts = shared;
    for (std::size_t block = 0; block < shared->bounds.size(); ++block) {
        if (shared->bounds[block].first != TimeBounds::kNone) {
            m_firstTimes[block] = shared->bounds[block].first;
        }
    }
    RecordingMetadata& m = m_metadata;
    m.complete = true;
    m.minTime = EventTime(shared->minTime);
    m.maxTime = EventTime(shared->maxTime);
    m.rate = shared->rate;
    const bool fits = shared->maxX < m.sensor.width && shared->maxY < m.sensor.height;
    bool swapped = false;
    if (m.sensor.source == ValueSource::Guess || m.sensor.source == ValueSource::Unknown ||
        (m.sensor.source == ValueSource::Layout && !fits)) {
        m.sensor = SensorSize{shared->maxX + 1, shared->maxY + 1, ValueSource::Scan};
    } else if (m.sensor.height > shared->maxX && m.sensor.width > shared->maxY && !fits) {
        // The attribute's order was the other way round.
        m.notes.push_back(
            Note{NoteKind::SensorMismatch,
                 QStringLiteral("Width and height are swapped: the events fit only the other way round"), 0});
        std::swap(m.sensor.width, m.sensor.height);
        swapped = true;
    }
    if (shared->backwardSteps > 0) {
        m.notes.push_back(Note{NoteKind::BackwardTime,
                               QString(u"Time steps backwards " % formatCount(shared->backwardSteps) %
                                       (shared->backwardSteps == 1 ? u" time" : u" times")),
                               shared->backwardSteps});
    }
    if (shared->invalidTimes > 0) {
        m.notes.push_back(
            Note{NoteKind::InvalidTime,
                 counted(shared->invalidTimes, QStringLiteral("without a valid time: never shown")),
                 shared->invalidTimes});
    }
    if (shared->negativeTimes > 0) {
        m.notes.push_back(
            Note{NoteKind::NegativeTime,
                 counted(shared->negativeTimes, QStringLiteral("before the file's time origin")),
                 shared->negativeTimes});
    }
    if (shared->outsideSensor > 0 && m.sensor.source != ValueSource::Scan && !swapped) {
        m.notes.push_back(
            Note{NoteKind::OutsideSensor,
                 counted(shared->outsideSensor, QStringLiteral("outside the sensor's %1 × %2 pixels")
                                                    .arg(m.sensor.width)
                                                    .arg(m.sensor.height)),
                 shared->outsideSensor});
    }
    if (shared->beyondSensors > 0 && m.sensor.source == ValueSource::Scan) {
        m.notes.push_back(
            Note{NoteKind::OutsideSensor,
                 counted(shared->beyondSensors, QStringLiteral("at no pixel that a sensor has: not drawn")),
                 shared->beyondSensors});
    }
    const bool hasPolarity = m_reader->layout().columns[kPolarityColumn].exists();
    if (hasPolarity && shared->readableEvents > 0 &&
        (shared->onEvents == 0 || shared->onEvents == shared->readableEvents)) {
        m.notes.push_back(Note{NoteKind::OnePolarity,
                               shared->onEvents == 0 ? QStringLiteral("Every event is OFF")
                                                     : QStringLiteral("Every event is ON"),
                               shared->readableEvents});
    }
}

} // namespace perihelion
