// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which runs of the store a name means: a run by its id, or the runs of a commit by its beginning. The same
// for the window and the command line.

#include "core/base/result.h"
#include "core/runs/run_listing.h"
#include "core/runs/run_record.h"

#include <QString>

#include <span>
#include <vector>

namespace perihelion {

class RunStore;

/// The runs of what was named: one run by its id, or the newest finished run of every series at a commit, of
/// which at least four letters are given. Errors: NotFound, InvalidArgument, those of the store.
Result<std::vector<RunRecord>> runsNamed(const RunStore& store, const QString& name);

/// Runs with all their samples. Errors of the store.
Result<std::vector<RunRecord>> wholeRuns(const RunStore& store, const std::vector<RunListing>& listed);

/// What a run is compared with unless a person chooses: of the others of its series, newest first, the newest
/// one of the latest commit that is not later than its own; runs of later commits may have been measured
/// before. Where no commit fits, the first. Null for none.
const RunListing* usualBaseline(std::span<const RunListing> others, const QDateTime& commitTime);

} // namespace perihelion
