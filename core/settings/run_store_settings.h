// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where the settings say that runs are kept; the window and the command line agree on it.

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/runs/store_location.h"

#include <QString>

namespace perihelion {

class Settings;

/// The store that the settings name, or the person's own file. Error InvalidArgument: they name none.
Result<StoreLocation> runStoreLocation(const Settings& settings, const StoragePaths& paths);

/// What may be written into the settings: nothing, a file, or a URL without a password, which belongs into
/// ~/.pgpass. Error InvalidArgument.
Result<StoreLocation> checkedRunStore(const QString& text, const StoragePaths& paths);

} // namespace perihelion
