// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// compare --again: the two sides measured anew, in turn, before they are compared.

#include "app/cli/cli_options.h"
#include "core/runs/compared_runs.h"

#include <vector>

namespace perihelion {

/// --again, --rounds, --project, --workload.
void declareAgainOptions(CliOptions& options);

/// Measures what the two arguments name, runs or commits of the project, in turn; the new runs are stored and
/// compared. Settings are those of the runs, or of the project for commits without any. Errors: wrong usage,
/// those of measureInterleaved() and of the store.
Result<std::vector<ComparedPair>> measureAgain(const CliOptions& options, double floor, CliSession& session);

/// Wrong usage where an option is given that only --again takes.
Result<void> checkWithoutAgain(const CliOptions& options);

} // namespace perihelion
