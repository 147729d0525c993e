// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which run store and which of its runs a command means: the option --store, run ids and beginnings of
// commits. Shared by the commands that read or fill the store.

#include "app/cli/cli_options.h"
#include "core/base/result.h"
#include "core/runs/run_listing.h"
#include "core/runs/run_record.h"
#include "core/runs/store_location.h"

#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace perihelion {

class RunStore;

/// Where --store says that runs are kept; without that option what the settings say; nothing for "none".
/// InvalidArgument for what cannot be a store.
Result<std::optional<StoreLocation>> storeLocation(const CliOptions& options);

/// The store at a place; with a server the loads and the outbox stay in the person's own folder.
std::unique_ptr<RunStore> makeStore(const StoreLocation& location);

/// The store to read from. Errors: NotFound when there is none, InvalidArgument for "none".
Result<std::unique_ptr<RunStore>> storeToRead(const CliOptions& options);

/// The runs of what was named: one run by its id, or the newest finished run of every series at a commit, of
/// which at least four letters are given. Errors: NotFound, InvalidArgument, those of the store.
Result<std::vector<RunRecord>> runsNamed(const RunStore& store, const QString& name);

/// Runs with all their samples. Errors of the store.
Result<std::vector<RunRecord>> wholeRuns(const RunStore& store, const std::vector<RunListing>& listed);

} // namespace perihelion
