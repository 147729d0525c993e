// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/phase_timer.h"

#include <cassert>

namespace perihelion {

void PhaseTimer::begin(std::size_t phase)
{
    assert(phase < kMaxPhases && m_depth < kMaxDepth);
    const Clock::time_point now = m_now();
    if (m_depth > 0) {
        m_self[m_stack[m_depth - 1]] += now - m_last;
    }
    m_stack[m_depth++] = phase;
    m_last = now;
}

void PhaseTimer::end()
{
    assert(m_depth > 0);
    const Clock::time_point now = m_now();
    m_self[m_stack[--m_depth]] += now - m_last;
    m_last = now;
}

void PhaseTimer::add(std::size_t phase, Nanoseconds duration)
{
    assert(phase < kMaxPhases);
    m_self[phase] += duration;
}

Nanoseconds PhaseTimer::self(std::size_t phase) const
{
    assert(phase < kMaxPhases);
    return m_self[phase];
}

Nanoseconds PhaseTimer::elapsed() const
{
    return m_now() - m_started;
}

} // namespace perihelion
