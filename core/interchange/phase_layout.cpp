// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/phase_layout.h"

#include <algorithm>

namespace perihelion {

namespace {

class Layout {
public:
    Layout(const RunRecord& run, const RunIteration& iteration) : m_run(run), m_iteration(iteration) {}

    std::vector<PlacedPhase> place()
    {
        placeChildren(-1, 0, Nanoseconds(0), m_iteration.elapsed);
        return std::move(m_placed);
    }

private:
    void placeChildren(int parent, int depth, Nanoseconds begin, Nanoseconds end)
    {
        Nanoseconds at = begin;
        for (const PhaseTime& time : m_iteration.phases) {
            const RunPhase& phase = m_run.phases.at(static_cast<std::size_t>(time.phase));
            if (phase.ofProcess || phase.parent != parent) {
                continue;
            }
            const Nanoseconds until = std::min(at + time.total, end);
            m_placed.push_back(PlacedPhase{time.phase, depth, at, until, time.total});
            placeChildren(time.phase, depth + 1, at, until);
            at = until;
        }
    }

    const RunRecord& m_run;
    const RunIteration& m_iteration;
    std::vector<PlacedPhase> m_placed;
};

} // namespace

std::vector<PlacedPhase> layOutPhases(const RunRecord& run, const RunIteration& iteration)
{
    return Layout(run, iteration).place();
}

} // namespace perihelion
