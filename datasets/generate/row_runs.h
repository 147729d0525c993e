// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RowRuns: every event of a recording in file order, in runs of bounded memory that the caller pulls one by
// one: for rewriting and comparing recordings, which need two at once. What cannot be read is left out and
// counted. Belongs to one thread; decodes on the pool.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "datasets/index/column_reader.h"
#include "datasets/index/event_file.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace perihelion {

class RowRuns {
public:
    RowRuns(std::shared_ptr<const EventFile> file, DecodePool& pool);

    /// Reads the next run; false at the end. Cancelled.
    Result<bool> next(const CancelToken& cancel);

    // The run's events, valid until the next call.
    std::span<const std::int64_t> t() const { return std::span(m_buffers.t, m_size); }
    std::span<const std::uint16_t> x() const { return std::span(m_buffers.x, m_size); }
    std::span<const std::uint16_t> y() const { return std::span(m_buffers.y, m_size); }
    std::span<const std::uint8_t> p() const { return std::span(m_buffers.p, m_size); }
    std::size_t size() const { return m_size; }
    /// Events that could not be read so far.
    std::int64_t missing() const { return m_missing; }

private:
    using RowSpan = std::pair<std::uint64_t, std::uint64_t>;
    void leaveOut(std::vector<RowSpan>& holes);

    std::shared_ptr<const EventFile> m_file;
    DecodePool& m_pool;
    std::uint64_t m_runRows;
    std::uint64_t m_nextRow = 0;
    ColumnBuffers m_buffers;
    std::vector<ReadSlice> m_slices;
    std::size_t m_size = 0;
    std::int64_t m_missing = 0;
};

} // namespace perihelion
