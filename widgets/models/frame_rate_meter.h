// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// FrameRateMeter: frames per second from the time between frames, smoothed 0.9 to 0.1. (The mean of the rates
// would be too high wherever frames come unevenly.) Pure logic on times it is given.

#include "core/base/units.h"

#include <optional>

namespace perihelion {

class FrameRateMeter {
public:
    /// A frame was shown at this monotonic time.
    void note(Nanoseconds at)
    {
        if (m_last && at > *m_last) {
            const auto present = static_cast<double>((at - *m_last).count());
            m_interval = m_interval > 0 ? 0.9 * m_interval + 0.1 * present : present;
        }
        m_last = at;
    }
    /// Playing has stopped: the next frame begins anew.
    void reset()
    {
        m_last.reset();
        m_interval = 0;
    }
    /// 0 before the second frame.
    double framesPerSecond() const { return m_interval > 0 ? 1e9 / m_interval : 0; }

private:
    std::optional<Nanoseconds> m_last;
    double m_interval = 0; ///< ns
};

} // namespace perihelion
