// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Places the phases of one iteration on a time axis, for formats that draw spans. Plain values.

#include "core/runs/run_record.h"

#include <vector>

namespace perihelion {

struct PlacedPhase {
    int phase = 0; ///< Id in RunRecord::phases.
    int depth = 0;
    Nanoseconds begin{0}; ///< From the start of the iteration.
    Nanoseconds end{0};
    Nanoseconds total{0}; ///< As measured: longer than the span where other threads' time was added.
};

/// The phases of an iteration one after the other in the order of the phase table, children inside their
/// parents from the parent's start. Parents come before their children. Spans never leave their parent.
/// Process phases (spawn, ready) are not among them.
std::vector<PlacedPhase> layOutPhases(const RunRecord& run, const RunIteration& iteration);

} // namespace perihelion
