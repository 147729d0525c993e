// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BlockSource: the engine under LazyFrame. Turns candidate row ranges into blocks, has their chunks read and
// inflated side by side (in order) or block by block on every thread (out of order), filters, and hands the
// events on.

#include "core/base/result.h"
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
    void prepare(Slot& slot, const RowRange& range) const;
    void readSlice(Slot& slot, const ReadSlice& slice) const;
    /// Filters a slot that has been read and hands on what matches; false as soon as visit says so.
    template <typename Visit>
    bool deliver(Slot& slot, const Visit& visit, QueryCost& cost) const;
    void addCandidate(const RowRange& range);
    void merge(const Slot& slot);
    Result<void> outcome() const;

    const ChunkIndex& m_index;
    EventFilter m_filter;
    ColumnSet m_selected;
    const QueryContext& m_context;
    std::vector<RowRange> m_ranges;
    QueryCost m_cost;
};

} // namespace perihelion
