// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ReadingTimes: where the reading of a recording is timed: its opening, every chunk, every query. Made once
// for an open recording, so that recording looks up no name. Copies are cheap; any thread may record.

#include "core/measure/operation_times.h"

#include <array>
#include <cstddef>
#include <optional>

namespace perihelion {

enum class ReadingStep {
    Open,       ///< EventFile::open.
    Chunk,      ///< One chunk read, inflated and converted; its memory: the decoded bytes.
    Collect,    ///< LazyFrame::collect; its memory: the columns.
    Count,      ///< LazyFrame::count.
    Accumulate, ///< LazyFrame::accumulate; its memory: the pixel values.
    Visit,      ///< LazyFrame::forEachBlock.
    Complete,   ///< EventFile::completeIndex.
};

class ReadingTimes {
public:
    using Clock = std::chrono::steady_clock;

    /// Records nothing.
    ReadingTimes() = default;
    /// Null records nothing; else it outlives this and every copy.
    explicit ReadingTimes(OperationTimes* times);

    /// Whether it is worth looking at the clock.
    bool isOn() const { return m_times != nullptr; }
    /// A step that began then and ends now.
    void record(ReadingStep step, Clock::time_point began, QStringView path,
                std::optional<ByteCount> memory = std::nullopt) const
    {
        if (m_times != nullptr) {
            m_times->record(m_operations[static_cast<std::size_t>(step)], Clock::now() - began, path, memory);
        }
    }

private:
    static constexpr std::size_t kSteps = 7;

    OperationTimes* m_times = nullptr;
    std::array<OperationTimes::Operation, kSteps> m_operations;
};

} // namespace perihelion
