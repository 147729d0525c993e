// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// FrameRateMeter: frames per second, smoothed 0.9 to 0.1. Pure logic on times it is given.

#include "core/base/units.h"

#include <optional>

namespace perihelion {

class FrameRateMeter {
public:
    /// A frame was shown at this monotonic time.
    void note(Nanoseconds at)
    {
        if (m_last && at > *m_last) {
            const double present = 1e9 / static_cast<double>((at - *m_last).count());
            m_rate = m_rate > 0 ? 0.9 * m_rate + 0.1 * present : present;
        }
        m_last = at;
    }
    /// Playing has stopped: the next frame begins anew.
    void reset()
    {
        m_last.reset();
        m_rate = 0;
    }
    double framesPerSecond() const { return m_rate; }

private:
    std::optional<Nanoseconds> m_last;
    double m_rate = 0;
};

} // namespace perihelion
