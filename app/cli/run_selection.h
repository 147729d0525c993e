// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which run store a command means: the option --store. Shared by the commands that read or fill the store.

#include "app/cli/cli_options.h"
#include "core/base/result.h"
#include "core/runs/store_location.h"

#include <memory>
#include <optional>

namespace perihelion {

class RunStore;

/// Where --store says that runs are kept; without that option what the settings say; nothing for "none".
/// InvalidArgument for what cannot be a store.
Result<std::optional<StoreLocation>> storeLocation(const CliOptions& options);

/// The store at a place; with a server the loads and the outbox stay in the person's own folder.
std::unique_ptr<RunStore> makeStore(const StoreLocation& location);

/// The store to read from. Errors: NotFound when there is none, InvalidArgument for "none".
Result<std::unique_ptr<RunStore>> storeToRead(const CliOptions& options);

} // namespace perihelion
