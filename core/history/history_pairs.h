// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The newest commit of a history measured in turn with an earlier one: read from the store, so that an alarm
// on it can be checked against the rounds.

#include "core/base/result.h"
#include "core/history/workload_history.h"

namespace perihelion {

class RunStore;

/// Fills HistorySeries::pairs of every row: the runs of the newest commit whose other half is a run of an
/// earlier commit of the same environment. Reads samples of those runs alone. Errors of the store.
Result<void> addPairs(const RunStore& store, WorkloadHistory& history);

} // namespace perihelion
