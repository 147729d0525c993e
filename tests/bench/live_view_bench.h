// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whether the live view of the Profile page slows what is measured: runs with the page open and runs without
// any window, in turn, compared round by round.

#include "core/base/result.h"
#include "widgets/models/app_services.h"

namespace perihelion::bench {

/// Prints the ratio of the warm medians with its interval. rounds: pairs of runs.
Result<void> benchLiveView(const AppServices& services, int rounds);

} // namespace perihelion::bench
