// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_record.h"

#include <algorithm>

namespace perihelion {

QString iterationModeName(IterationMode mode)
{
    return mode == IterationMode::Cold ? QStringLiteral("cold") : QStringLiteral("warm");
}

QString runStateName(RunState state)
{
    switch (state) {
    case RunState::Failed:
        return QStringLiteral("failed");
    case RunState::Cancelled:
        return QStringLiteral("cancelled");
    case RunState::BuildFailed:
        return QStringLiteral("build_failed");
    case RunState::Finished:
        break;
    }
    return QStringLiteral("finished");
}

int RunRecord::failedIterations() const
{
    return static_cast<int>(std::count_if(iterations.begin(), iterations.end(),
                                          [](const RunIteration& each) { return each.failed; }));
}

} // namespace perihelion
