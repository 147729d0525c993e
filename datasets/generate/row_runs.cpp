// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/generate/row_runs.h"

#include "datasets/index/chunk_index.h"

#include <algorithm>
#include <mutex>

namespace perihelion {

namespace {

constexpr std::uint64_t kRunRows = 131'072;
constexpr ColumnSet kEveryColumn = (1U << kColumnCount) - 1;

} // namespace

RowRuns::RowRuns(std::shared_ptr<const EventFile> file, DecodePool& pool)
    : m_file(std::move(file)),
      m_pool(pool)
{
    // Whole chunks, so that none is decoded twice.
    const std::uint64_t blockRows = m_file->index().reader().timeBlockRows();
    m_runRows =
        blockRows > kLongChunkRows ? kRunRows : std::max<std::uint64_t>(1, kRunRows / blockRows) * blockRows;
}

Result<bool> RowRuns::next(const CancelToken& cancel)
{
    const ColumnReader& reader = m_file->index().reader();
    m_size = 0;
    const std::uint64_t rows = reader.layout().rows;
    if (m_nextRow >= rows) {
        return false;
    }
    const auto wanted = static_cast<std::size_t>(std::min(m_runRows, rows - m_nextRow));
    reader.prepare(m_buffers, m_nextRow, wanted, kEveryColumn);
    m_slices.clear();
    reader.plan(m_nextRow, wanted, kEveryColumn, m_slices);
    std::mutex mutex;
    std::vector<RowSpan> holes;
    m_pool.run(DecodePriority::Background, m_slices.size(), cancel, [&](std::size_t slice, std::size_t) {
        if (!reader.read(m_slices[slice], m_buffers)) {
            const std::lock_guard lock(mutex);
            holes.push_back(reader.rowsOf(m_slices[slice], m_buffers));
        }
    });
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Reading the recording was cancelled"),
                     m_file->path()};
    }
    m_nextRow += wanted;
    m_size = wanted;
    leaveOut(holes);
    return true;
}

void RowRuns::leaveOut(std::vector<RowSpan>& holes)
{
    if (holes.empty()) {
        return;
    }
    std::sort(holes.begin(), holes.end());
    std::size_t kept = 0;
    const auto keep = [&](std::size_t from, std::size_t to) {
        const auto move = [&](auto* column) { std::copy(column + from, column + to, column + kept); };
        move(m_buffers.t);
        move(m_buffers.x);
        move(m_buffers.y);
        move(m_buffers.p);
        kept += to - from;
    };
    std::size_t at = 0;
    for (const auto& [first, last] : holes) {
        const auto from = static_cast<std::size_t>(first - m_buffers.firstRow);
        const auto to = static_cast<std::size_t>(last - m_buffers.firstRow);
        if (from > at) {
            keep(at, from);
        }
        at = std::max(at, to);
    }
    keep(at, m_size);
    m_missing += static_cast<std::int64_t>(m_size - kept);
    m_size = kept;
}

} // namespace perihelion
