// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/reading_times.h"

namespace perihelion {

namespace {

constexpr std::array<QStringView, 7> kStepNames = {u"Recording: open",
                                                   u"Recording: read a chunk",
                                                   u"Recording: collect events",
                                                   u"Recording: count",
                                                   u"Recording: accumulate",
                                                   u"Recording: visit all events",
                                                   u"Recording: index every event"};

} // namespace

ReadingTimes::ReadingTimes(OperationTimes* times) : m_times(times)
{
    static_assert(kStepNames.size() == kSteps);
    if (times != nullptr) {
        for (std::size_t step = 0; step < kSteps; ++step) {
            m_operations.at(step) = times->operation(kStepNames.at(step));
        }
    }
}

} // namespace perihelion
