// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Opens one named connection of Qt SQL to a SQLite file or a PostgreSQL server, with everything set that the
// run store relies on.

#include "core/base/result.h"
#include "core/runs/store_location.h"

#include <QString>

#include <chrono>

namespace perihelion {

/// For the calling thread. timeout: how long later calls wait for a locked file; for a server how long to try
/// while it takes nobody in. On an Error nothing of the name is left.
Result<void> openConnection(const QString& name, const StoreLocation& location,
                            std::chrono::milliseconds timeout);

} // namespace perihelion
