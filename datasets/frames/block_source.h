// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BlockSource: the engine under LazyFrame. Turns candidate row ranges into blocks, has their chunks read and
// inflated side by side (in order) or block by block on every thread (out of order), filters, and hands the
// events on.

#include "core/base/result.h"
#include "datasets/cache/event_cache.h"
#include "datasets/frames/event_filter.h"
#include "datasets/frames/lazy_frame.h"
#include "datasets/index/chunk_index.h"

#include <functional>
#include <vector>

namespace perihelion {

class BlockSource {
public:
    /// selected: columns that visitors get (ColumnSet bits); filters may read more.
    BlockSource(const ChunkIndex& index, EventFilter filter, ColumnSet selected, const QueryContext& context);

    /// Finds the candidate rows (phase seek).
    Result<void> locate();
    /// Candidate ranges after locate(), adjacent ones of a kind merged.
    const std::vector<RowRange>& ranges() const { return m_ranges; }

    /// Drops the ranges whose every row matches the time window; returns how many rows they have. For
    /// counting.
    std::int64_t takeInsideRows();

    /// The recording's place in the cache after locate(); null without one.
    const std::shared_ptr<CachedRecording>& cached() const { return m_cached; }

    /// Gets rows [from, from + count) of a cached block as they are, instead of a visit, where they all match
    /// and the visitor can do without columns. Only for visitInOrder().
    using PackedVisit = std::function<void(const PackedBlock&, std::size_t from, std::size_t count)>;
    void takePacked(PackedVisit visit) { m_packedVisit = std::move(visit); }

    /// False ends the visit.
    using OrderedVisit = std::function<bool(const EventBlock&)>;
    using ParallelVisit = std::function<void(const EventBlock&, std::size_t worker)>;

    /// In file order, from the calling thread.
    Result<void> visitInOrder(const OrderedVisit& visit);
    /// Each block on whichever thread is free.
    Result<void> visitInParallel(const ParallelVisit& visit);

    QueryCost& cost() { return m_cost; }

private:
    struct Slot;
    struct Workspace;
    class WorkspaceLease;

    ColumnSet columnsFor(const RowRange& range) const;
    /// Looks for the rows in the cache and plans reading what is not there.
    void prepare(Slot& slot, const RowRange& range) const;
    void plan(Slot& slot) const;
    /// Reads slice number of the slot's; the last of a block gives the block to the cache.
    void readSlice(Slot& slot, std::size_t number) const;
    /// Waits for the block that somebody else is filling, or fills it.
    void settle(Slot& slot) const;
    void take(Slot& slot, EventCache::Lookup lookup) const;
    void note(Slot& slot, const ReadSlice& slice, const Result<SliceOutcome>& read) const;
    /// Filters a slot that has been read and hands on what matches; false as soon as visit says so.
    template <typename Visit>
    bool deliverCached(Slot& slot, const Visit& visit, QueryCost& cost) const;
    template <typename Visit>
    bool deliver(Slot& slot, const Visit& visit, QueryCost& cost) const;
    void addCandidate(const RowRange& range);
    /// Cuts the candidates where the cache's blocks end.
    void cutToBlocks();
    void merge(const Slot& slot);
    Result<void> outcome() const;

    const ChunkIndex& m_index;
    EventFilter m_filter;
    ColumnSet m_selected;
    const QueryContext& m_context;
    std::shared_ptr<CachedRecording> m_cached;
    CacheFill m_fill = CacheFill::Query;
    PackedVisit m_packedVisit;
    std::vector<RowRange> m_ranges;
    QueryCost m_cost;
};

} // namespace perihelion
