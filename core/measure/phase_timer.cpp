// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/phase_timer.h"

#include <algorithm>

namespace perihelion {

void PhaseTimer::add(std::size_t phase, Nanoseconds duration)
{
    assert(phase < kMaxPhases);
    Phase& record = m_phases[phase];
    record.self += duration;
    record.total += duration;
    record.added = true;
    if (m_depth == 0) {
        m_attributed += duration;
    }
}

void PhaseTimer::restart()
{
    assert(m_depth == 0);
    *this = PhaseTimer(m_now);
}

void PhaseTimer::stop()
{
    assert(m_depth == 0);
    if (m_stopped == Clock::time_point()) {
        m_stopped = m_now();
    }
}

Nanoseconds PhaseTimer::total(std::size_t phase) const
{
    assert(phase < kMaxPhases);
    return m_phases[phase].total;
}

Nanoseconds PhaseTimer::self(std::size_t phase) const
{
    assert(phase < kMaxPhases);
    return m_phases[phase].self;
}

bool PhaseTimer::wasEntered(std::size_t phase) const
{
    assert(phase < kMaxPhases);
    return m_phases[phase].scopes > 0 || m_phases[phase].added;
}

std::uint64_t PhaseTimer::scopes(std::size_t phase) const
{
    assert(phase < kMaxPhases);
    return m_phases[phase].scopes;
}

std::uint64_t PhaseTimer::allScopes() const
{
    std::uint64_t all = 0;
    for (const Phase& phase : m_phases) {
        all += phase.scopes;
    }
    return all;
}

Nanoseconds PhaseTimer::elapsed() const
{
    return (m_stopped == Clock::time_point() ? m_now() : m_stopped) - m_started;
}

Nanoseconds PhaseTimer::unattributed() const
{
    return std::max(Nanoseconds(0), elapsed() - m_attributed);
}

Nanoseconds PhaseTimer::calibrateScopeCost(Now now)
{
    constexpr std::size_t kBatches = 21;
    constexpr int kScopes = 500;
    std::array<Nanoseconds, kBatches> costs{};
    for (Nanoseconds& cost : costs) {
        PhaseTimer timer(now);
        const Clock::time_point before = now();
        for (int n = 0; n < kScopes; ++n) {
            const Scope scope(timer, 0);
        }
        cost = (now() - before) / kScopes;
    }
    std::nth_element(costs.begin(), costs.begin() + kBatches / 2, costs.end());
    return costs[kBatches / 2];
}

} // namespace perihelion
