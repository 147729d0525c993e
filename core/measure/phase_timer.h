// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PhaseTimer: nested phases by small integer id on the monotonic clock. No allocation and no lock while
// timing; one timer belongs to one thread. What lies in no phase is told as unattributed, and what the timing
// itself costs can be calibrated.

#include "core/base/units.h"

#include <array>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace perihelion {

class PhaseTimer {
public:
    static constexpr std::size_t kMaxPhases = 32;
    static constexpr std::size_t kMaxDepth = 16;
    using Clock = std::chrono::steady_clock;
    /// Reads the monotonic clock; a test passes one of its own.
    using Now = Clock::time_point (*)();

    /// Ends the phase it began when it goes out of scope.
    class Scope {
    public:
        Scope(PhaseTimer& timer, std::size_t phase) : m_timer(timer) { m_timer.begin(phase); }
        ~Scope() { m_timer.end(); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        PhaseTimer& m_timer;
    };

    explicit PhaseTimer(Now now = &Clock::now) : m_now(now), m_started(now()) {}

    void begin(std::size_t phase)
    {
        assert(phase < kMaxPhases && m_depth < kMaxDepth);
        Phase& record = m_phases[phase];
        ++record.open;
        m_stack[m_depth] = Open{phase, Clock::time_point(), Nanoseconds(0)};
        m_stack[m_depth++].began = m_now(); // Last, so that bookkeeping falls outside of the phase.
    }

    void end()
    {
        const Clock::time_point now = m_now(); // First, likewise.
        assert(m_depth > 0);
        const Open& ended = m_stack[--m_depth];
        const Nanoseconds spent = now - ended.began;
        Phase& record = m_phases[ended.phase];
        record.self += spent - ended.nested;
        ++record.scopes;
        if (--record.open == 0) { // A phase inside itself is counted once.
            record.total += spent;
        }
        if (m_depth > 0) {
            m_stack[m_depth - 1].nested += spent;
        } else {
            m_attributed += spent;
        }
    }

    /// Adds a time that was measured elsewhere (another thread, another clock). Outside of every phase it
    /// counts as attributed.
    void add(std::size_t phase, Nanoseconds duration);

    /// Forgets everything and starts again, so that what a workload prepares is not measured. Not inside a
    /// phase.
    void restart();
    /// Ends the measurement: the time that follows is no longer counted. Only the first call after restart()
    /// counts. Not inside a phase.
    void stop();

    /// Time spent in a phase and in those nested in it.
    Nanoseconds total(std::size_t phase) const;
    /// Time spent in a phase itself, without the phases nested in it.
    Nanoseconds self(std::size_t phase) const;
    /// True when it was begun and ended, or given a time by add().
    bool wasEntered(std::size_t phase) const;
    /// How often a phase was begun and ended; times given by add() cost this timer nothing and do not count.
    std::uint64_t scopes(std::size_t phase) const;
    /// Of all phases.
    std::uint64_t allScopes() const;
    /// From construction or restart() to stop() or now.
    Nanoseconds elapsed() const;
    /// The part of elapsed() that lies in no phase; 0 where added times (other threads') exceed it.
    Nanoseconds unattributed() const;

    /// What one scope costs, its two looks at the clock included: the median of several thousand empty ones.
    /// Takes about a millisecond.
    static Nanoseconds calibrateScopeCost(Now now = &Clock::now);

private:
    struct Phase {
        Nanoseconds total{0};
        Nanoseconds self{0};
        std::uint64_t scopes = 0;
        std::uint32_t open = 0;
        bool added = false;
    };
    struct Open {
        std::size_t phase = 0;
        Clock::time_point began;
        Nanoseconds nested{0};
    };

    Now m_now;
    std::array<Phase, kMaxPhases> m_phases{};
    std::array<Open, kMaxDepth> m_stack{};
    std::size_t m_depth = 0;
    Nanoseconds m_attributed{0};
    Clock::time_point m_started;
    Clock::time_point m_stopped; ///< The epoch while running.
};

} // namespace perihelion
