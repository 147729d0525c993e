// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PhaseTimer: nested phases by small integer id on the monotonic clock. No allocation and no lock while
// timing; one timer belongs to one thread. A phase's time excludes that of the phases nested inside it.

#include "core/base/units.h"

#include <array>
#include <chrono>
#include <cstddef>

namespace perihelion {

class PhaseTimer {
public:
    static constexpr std::size_t kMaxPhases = 16;
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

    void begin(std::size_t phase);
    void end();
    /// Adds a time that was measured elsewhere (another thread, another clock).
    void add(std::size_t phase, Nanoseconds duration);

    /// Time spent in a phase itself, without the phases nested in it.
    Nanoseconds self(std::size_t phase) const;
    /// Since construction.
    Nanoseconds elapsed() const;

private:
    Now m_now;
    std::array<Nanoseconds, kMaxPhases> m_self{};
    std::array<std::size_t, kMaxDepth> m_stack{};
    std::size_t m_depth = 0;
    Clock::time_point m_started;
    Clock::time_point m_last;
};

} // namespace perihelion
