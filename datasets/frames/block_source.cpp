// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/block_source.h"

#include "datasets/cache/cached_recording.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

namespace perihelion {

namespace {

using Clock = std::chrono::steady_clock;

/// Rows of a block: large enough to hide the hand-over, small enough for the second-level cache and for
/// cancelling.
constexpr std::uint64_t kBlockRows = 131'072;
/// Blocks whose chunks are inflated side by side.
constexpr std::size_t kBatchBlocks = 8;
constexpr std::uint64_t kBatchRows = 4 * kBlockRows;
/// Buffers of more rows than this together are not kept for the next query of the thread: about seven
/// megabytes.
constexpr std::size_t kKeptRows = 4 * kBlockRows;
constexpr ColumnSet kEveryColumn = (1U << kColumnCount) - 1;

using RowSpan = std::pair<std::uint64_t, std::uint64_t>;

} // namespace

/// One block on its way: buffers, what went missing, what it cost.
struct BlockSource::Slot {
    RowRange range;
    ColumnSet columns = 0;
    ColumnBuffers buffers;
    std::vector<ReadSlice> slices;
    std::shared_ptr<const PackedBlock> block; ///< The cache's block that holds the range.
    EventCache::Ticket ticket;                ///< The block is missing and ours to fill.
    bool waiting = false;                     ///< The block is missing and somebody fills it.
    std::atomic<std::size_t> unread{0};       ///< Slices still to be read.

    std::mutex mutex; ///< Guards what follows while slices are read side by side.
    std::vector<RowSpan> holes;
    bool timesMissing = false;
    bool whole = true; ///< Nothing is missing, also of columns that only the cache wants.
    QueryCost cost;
};

/// Slots of one thread, kept for the next query: their pages are warm.
struct BlockSource::Workspace {
    std::array<Slot, kBatchBlocks> slots;
    bool busy = false;
};

/// The calling thread's workspace for the time of one query, or one of its own where a visitor of events asks
/// for events in turn.
class BlockSource::WorkspaceLease {
public:
    WorkspaceLease()
    {
        static thread_local Workspace ofThisThread;
        if (ofThisThread.busy) {
            m_own = std::make_unique<Workspace>();
        }
        m_workspace = m_own ? m_own.get() : &ofThisThread;
        m_workspace->busy = true;
    }
    ~WorkspaceLease()
    {
        m_workspace->busy = false;
        std::size_t kept = 0;
        for (Slot& slot : m_workspace->slots) {
            slot.block.reset();
            slot.ticket.abandon();
            // Recordings in chunks of many millions of events must not hold gigabytes after they were closed.
            kept += slot.buffers.capacity;
            if (kept > kKeptRows) {
                kept -= slot.buffers.capacity;
                slot.buffers = ColumnBuffers();
            }
        }
    }
    WorkspaceLease(const WorkspaceLease&) = delete;
    WorkspaceLease& operator=(const WorkspaceLease&) = delete;

    Workspace* operator->() const { return m_workspace; }

private:
    Workspace* m_workspace = nullptr;
    std::unique_ptr<Workspace> m_own;
};

BlockSource::BlockSource(const ChunkIndex& index, EventFilter filter, ColumnSet selected,
                         const QueryContext& context)
    : m_index(index),
      m_filter(filter),
      m_selected(selected),
      m_context(context)
{
}

Result<void> BlockSource::locate()
{
    const Clock::time_point started = Clock::now();
    m_ranges.clear();
    if (m_filter.isEmpty()) {
        return {};
    }
    if (m_filter.time) {
        SliceOutcome probes;
        auto found = m_index.rangesFor(m_filter.time->first, m_filter.time->second, probes);
        if (!found) {
            return found.error();
        }
        m_cost.bytesRead += static_cast<std::int64_t>(probes.bytesRead);
        m_cost.bytesDecoded += static_cast<std::int64_t>(probes.bytesDecoded);
        for (const RowRange& range : *found) {
            addCandidate(range);
        }
    } else {
        const std::uint64_t blockRows = m_index.reader().timeBlockRows();
        const std::uint64_t rows = m_index.reader().layout().rows;
        for (std::uint64_t first = 0; first < rows; first += blockRows) {
            addCandidate(RowRange{first, std::min(blockRows, rows - first), true, false});
        }
    }
    if (m_context.cache != nullptr) {
        m_cached = m_context.cache->recordingOf(m_index);
        // What nobody waits for may have what is free, and pushes nothing out.
        m_fill = m_context.priority <= DecodePriority::Playback ? CacheFill::Query : CacheFill::Idle;
        if (m_cached) {
            cutToBlocks();
        }
    }
    m_cost.seek += Clock::now() - started;
    return {};
}

void BlockSource::addCandidate(const RowRange& range)
{
    if (range.rows > kLongChunkRows) {
        // Memory for a part at a time: the reader keeps the chunk.
        for (RowRange part = range; part.firstRow < range.firstRow + range.rows; part.firstRow += part.rows) {
            part.rows = std::min(kBlockRows, range.firstRow + range.rows - part.firstRow);
            m_ranges.push_back(part);
        }
        return;
    }
    if (!m_ranges.empty()) {
        RowRange& last = m_ranges.back();
        const bool follows = last.firstRow + last.rows == range.firstRow;
        if (follows && last.inside == range.inside && last.rows + range.rows <= kBlockRows) {
            last.rows += range.rows;
            // Each part may be sorted without the whole being so.
            last.sorted = false;
            return;
        }
    }
    m_ranges.push_back(range);
}

void BlockSource::cutToBlocks()
{
    const std::uint64_t blockRows = m_cached->blockRows();
    std::vector<RowRange> cut;
    cut.reserve(m_ranges.size() + 8);
    for (RowRange range : m_ranges) {
        while (range.rows > 0) {
            RowRange piece = range;
            piece.rows = std::min(range.rows, blockRows - range.firstRow % blockRows);
            range.firstRow += piece.rows;
            range.rows -= piece.rows;
            cut.push_back(piece);
        }
    }
    m_ranges = std::move(cut);
}

std::int64_t BlockSource::takeInsideRows()
{
    std::int64_t rows = 0;
    for (const RowRange& range : m_ranges) {
        rows += range.inside ? static_cast<std::int64_t>(range.rows) : 0;
    }
    std::erase_if(m_ranges, [](const RowRange& range) { return range.inside; });
    return rows;
}

ColumnSet BlockSource::columnsFor(const RowRange& range) const
{
    ColumnSet columns = m_selected | m_filter.pixelColumns();
    if (m_filter.time && !range.inside) {
        columns |= 1U << kTimeColumn;
    }
    return columns;
}

void BlockSource::prepare(Slot& slot, const RowRange& range) const
{
    slot.range = range;
    slot.columns = columnsFor(range);
    slot.holes.clear();
    slot.timesMissing = false;
    slot.whole = true;
    slot.cost = QueryCost{};
    slot.block.reset();
    slot.ticket.abandon();
    slot.waiting = false;
    if (m_cached) {
        take(slot, m_context.cache->find(m_cached, range.firstRow / m_cached->blockRows(), m_context.priority,
                                         m_fill));
    }
    plan(slot);
}

void BlockSource::take(Slot& slot, EventCache::Lookup lookup) const
{
    slot.block = std::move(lookup.block);
    slot.ticket = std::move(lookup.ticket);
    slot.waiting = !slot.block && !slot.ticket;
    (slot.block ? slot.cost.blocksFromCache : slot.cost.blocksMissed) = slot.waiting ? 0 : 1;
}

void BlockSource::plan(Slot& slot) const
{
    slot.slices.clear();
    const ColumnReader& reader = m_index.reader();
    const auto rows = static_cast<std::size_t>(slot.range.rows);
    if (slot.block) {
        reader.plan(slot.range.firstRow, rows, slot.columns, slot.slices);
        slot.cost.chunksFromCache += static_cast<std::int64_t>(slot.slices.size());
        slot.slices.clear();
    } else if (slot.ticket) {
        // The cache keeps whole blocks of all columns.
        const std::uint64_t block = slot.range.firstRow / m_cached->blockRows();
        const auto blockRows = static_cast<std::size_t>(m_cached->rowsOfBlock(block));
        reader.prepare(slot.buffers, block * m_cached->blockRows(), blockRows, kEveryColumn);
        reader.plan(slot.buffers.firstRow, blockRows, kEveryColumn, slot.slices);
    } else if (!slot.waiting) {
        reader.prepare(slot.buffers, slot.range.firstRow, rows, slot.columns);
        reader.plan(slot.range.firstRow, rows, slot.columns, slot.slices);
    }
    slot.unread.store(slot.slices.size(), std::memory_order_relaxed);
}

void BlockSource::settle(Slot& slot) const
{
    while (slot.waiting && !m_context.cancel.isCancelled()) {
        const std::uint64_t block = slot.range.firstRow / m_cached->blockRows();
        m_context.cache->wait(m_cached, block, m_context.cancel);
        take(slot, m_context.cache->find(m_cached, block, m_context.priority, m_fill));
        plan(slot);
    }
    for (std::size_t slice = 0; slice < slot.slices.size() && !m_context.cancel.isCancelled(); ++slice) {
        readSlice(slot, slice);
    }
}

void BlockSource::readSlice(Slot& slot, std::size_t number) const
{
    const ReadSlice& slice = slot.slices[number];
    const auto read = m_index.reader().read(slice, slot.buffers);
    note(slot, slice, read);
    // Acquires what the other readers of this block wrote.
    if (slot.unread.fetch_sub(1, std::memory_order_acq_rel) == 1 && slot.ticket) {
        const std::lock_guard lock(slot.mutex);
        if (slot.whole) {
            m_context.cache->publish(std::move(slot.ticket), m_index, slot.buffers, m_fill);
        } else {
            slot.ticket.abandon();
        }
    }
}

void BlockSource::note(Slot& slot, const ReadSlice& slice, const Result<SliceOutcome>& read) const
{
    const std::lock_guard lock(slot.mutex);
    if (!read) {
        m_index.noteHole(Hole{slice.dataset, slice.gridColumn, slice.block, read.error().code});
        slot.whole = false;
        const ColumnSet missed = slice.columns & slot.columns;
        if (missed != 0) {
            slot.holes.push_back(m_index.reader().rowsOf(slice, slot.buffers));
            slot.timesMissing = slot.timesMissing || (missed & (1U << kTimeColumn)) != 0;
        }
        return;
    }
    if (read->fromScratch) {
        ++slot.cost.chunksFromCache;
    } else {
        ++slot.cost.chunksRead;
    }
    slot.cost.bytesRead += static_cast<std::int64_t>(read->bytesRead);
    slot.cost.bytesDecoded += static_cast<std::int64_t>(read->bytesDecoded);
}

template <typename Visit>
bool BlockSource::deliverCached(Slot& slot, const Visit& visit, QueryCost& cost) const
{
    const Clock::time_point started = Clock::now();
    const PackedBlock& block = *slot.block;
    auto from = static_cast<std::size_t>(slot.range.firstRow - block.firstRow());
    auto count = static_cast<std::size_t>(slot.range.rows);
    bool timesMatter = m_filter.time && !slot.range.inside;
    if (timesMatter && block.shape().sorted) {
        const auto [first, last] = block.rowsOfWindow(m_filter.time->first, m_filter.time->second);
        const std::size_t end = std::min(last, from + count);
        from = std::max(first, from);
        count = end - std::min(from, end);
        timesMatter = false;
    }
    if (count == 0) {
        return true;
    }
    const ColumnSet pixelColumns = m_filter.pixelColumns();
    if (m_packedVisit && !timesMatter && pixelColumns == 0) {
        m_packedVisit(block, from, count);
        cost.accumulate += Clock::now() - started;
        return true;
    }
    const ColumnSet columns = m_selected | pixelColumns | (timesMatter ? 1U << kTimeColumn : 0);
    slot.buffers.reserve(count);
    slot.buffers.firstRow = block.firstRow() + from;
    slot.buffers.rows = count;
    block.unpack(columns, from, count, slot.buffers);
    const auto [first, matching] = applyFilter(m_filter, columns, timesMatter, false, slot.buffers, 0, count);
    const Clock::time_point filtered = Clock::now();
    cost.filter += filtered - started;
    const bool goOn = matching == 0 || visit(blockOf(slot.buffers, columns, first, matching));
    cost.accumulate += Clock::now() - filtered;
    return goOn;
}

template <typename Visit>
bool BlockSource::deliver(Slot& slot, const Visit& visit, QueryCost& cost) const
{
    if (slot.block) {
        return deliverCached(slot, visit, cost);
    }
    const auto pass = [&](std::uint64_t firstRow, std::uint64_t lastRow) {
        const Clock::time_point started = Clock::now();
        const auto at = static_cast<std::size_t>(firstRow - slot.buffers.firstRow);
        const auto [from, count] =
            applyFilter(m_filter, slot.columns, !slot.range.inside, slot.range.sorted, slot.buffers, at,
                        static_cast<std::size_t>(lastRow - firstRow));
        const Clock::time_point filtered = Clock::now();
        cost.filter += filtered - started;
        if (count == 0) {
            return true;
        }
        const bool goOn = visit(blockOf(slot.buffers, slot.columns, from, count));
        cost.accumulate += Clock::now() - filtered;
        return goOn;
    };
    const std::uint64_t end = slot.range.firstRow + slot.range.rows;
    if (slot.holes.empty()) {
        return pass(slot.range.firstRow, end);
    }
    std::sort(slot.holes.begin(), slot.holes.end());
    std::uint64_t at = slot.range.firstRow;
    for (const auto& [firstLost, lastLost] : slot.holes) {
        // Of a block that is read whole only the part that was asked for counts.
        const std::uint64_t first = std::clamp(firstLost, slot.range.firstRow, end);
        const std::uint64_t last = std::clamp(lastLost, slot.range.firstRow, end);
        if (first > at && !pass(at, first)) {
            return false;
        }
        if (last > at) {
            const std::uint64_t lostFrom = std::max(first, at);
            if (slot.range.inside || !m_filter.time) {
                cost.missingEvents += static_cast<std::int64_t>(last - lostFrom);
            } else if (!slot.timesMissing) {
                const std::int64_t* times = slot.buffers.t + (lostFrom - slot.buffers.firstRow);
                cost.missingEvents += std::count_if(times, times + (last - lostFrom), [&](std::int64_t t) {
                    return t >= m_filter.time->first && t < m_filter.time->second;
                });
            }
            at = last;
        }
    }
    return at >= end || pass(at, end);
}

void BlockSource::merge(const Slot& slot)
{
    m_cost.chunksRead += slot.cost.chunksRead;
    m_cost.chunksFromCache += slot.cost.chunksFromCache;
    m_cost.blocksFromCache += slot.cost.blocksFromCache;
    m_cost.blocksMissed += slot.cost.blocksMissed;
    m_cost.bytesRead += slot.cost.bytesRead;
    m_cost.bytesDecoded += slot.cost.bytesDecoded;
}

Result<void> BlockSource::outcome() const
{
    if (m_context.cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Reading events was cancelled"),
                     m_index.reader().file().path()};
    }
    return {};
}

Result<void> BlockSource::visitInOrder(const OrderedVisit& visit)
{
    const WorkspaceLease workspace;
    std::vector<std::pair<std::size_t, std::size_t>> tasks;
    bool wanted = true;
    for (std::size_t first = 0; wanted && first < m_ranges.size() && !m_context.cancel.isCancelled();) {
        tasks.clear();
        std::size_t count = 0;
        for (std::uint64_t rows = 0;
             count < kBatchBlocks && first + count < m_ranges.size() && (count == 0 || rows < kBatchRows);
             ++count) {
            Slot& slot = workspace->slots[count];
            prepare(slot, m_ranges[first + count]);
            rows += slot.range.rows;
            for (std::size_t slice = 0; slice < slot.slices.size(); ++slice) {
                tasks.emplace_back(count, slice);
            }
        }
        const Clock::time_point started = Clock::now();
        const auto readTask = [&](std::size_t task, std::size_t) {
            const auto [slot, slice] = tasks[task];
            readSlice(workspace->slots[slot], slice);
        };
        if (m_context.pool != nullptr) {
            m_context.pool->run(m_context.priority, tasks.size(), m_context.cancel, readTask);
        } else {
            for (std::size_t task = 0; task < tasks.size() && !m_context.cancel.isCancelled(); ++task) {
                readTask(task, 0);
            }
        }
        // Only now, with nothing of our own left to publish, is anybody waited for.
        for (std::size_t slot = 0; slot < count; ++slot) {
            if (workspace->slots[slot].waiting) {
                settle(workspace->slots[slot]);
            }
        }
        m_cost.decode += Clock::now() - started;
        if (m_context.cancel.isCancelled()) {
            break;
        }
        for (std::size_t slot = 0; slot < count; ++slot) {
            merge(workspace->slots[slot]);
            wanted = wanted && deliver(workspace->slots[slot], visit, m_cost);
        }
        first += count;
        if (m_context.progress) {
            m_context.progress(Progress{QStringLiteral("Reading events"), static_cast<std::int64_t>(first),
                                        static_cast<std::int64_t>(m_ranges.size())});
        }
    }
    return outcome();
}

Result<void> BlockSource::visitInParallel(const ParallelVisit& visit)
{
    std::mutex costMutex;
    std::int64_t done = 0;
    const Clock::time_point started = Clock::now();
    const auto runBlock = [&](std::size_t block, std::size_t worker) {
        const WorkspaceLease workspace;
        Slot& slot = workspace->slots[0];
        prepare(slot, m_ranges[block]);
        settle(slot);
        if (m_context.cancel.isCancelled()) {
            return;
        }
        QueryCost spent;
        const auto visitHere = [&](const EventBlock& events) {
            visit(events, worker);
            return true;
        };
        (void)deliver(slot, visitHere, spent);
        const std::lock_guard lock(costMutex);
        merge(slot);
        m_cost.missingEvents += spent.missingEvents;
        m_cost.filter += spent.filter;
        m_cost.accumulate += spent.accumulate;
        ++done;
        if (m_context.progress) {
            m_context.progress(
                Progress{QStringLiteral("Reading events"), done, static_cast<std::int64_t>(m_ranges.size())});
        }
    };
    if (m_context.pool != nullptr) {
        m_context.pool->run(m_context.priority, m_ranges.size(), m_context.cancel, runBlock);
    } else {
        for (std::size_t block = 0; block < m_ranges.size() && !m_context.cancel.isCancelled(); ++block) {
            runBlock(block, 0);
        }
    }
    m_cost.decode += Clock::now() - started;
    return outcome();
}

} // namespace perihelion
