// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which run store and which of its runs a command means: the option --store, run ids and beginnings of
// commits. Shared by the commands that read or fill the store.

#include "app/cli/cli_options.h"
#include "core/base/result.h"
#include "core/runs/run_listing.h"
#include "core/runs/run_record.h"

#include <QString>

#include <memory>
#include <vector>

namespace perihelion {

class RunStore;

/// The file of --store, the person's own store without that option, empty for "none". InvalidArgument for
/// what cannot be a store.
Result<QString> storeFile(const CliOptions& options);

/// The store to read from. Errors: NotFound when there is none, InvalidArgument for "none".
Result<std::unique_ptr<RunStore>> storeToRead(const CliOptions& options);

/// The runs of what was named: one run by its id, or the newest finished run of every series at a commit, of
/// which at least four letters are given. Errors: NotFound, InvalidArgument, those of the store.
Result<std::vector<RunRecord>> runsNamed(const RunStore& store, const QString& name);

/// Runs with all their samples. Errors of the store.
Result<std::vector<RunRecord>> wholeRuns(const RunStore& store, const std::vector<RunListing>& listed);

} // namespace perihelion
