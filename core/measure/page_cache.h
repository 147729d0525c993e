// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of a file lies in the system's page cache, and putting it out of it, which is what cold means for
// an input file. Needs no root. Usable from any thread.

#include "core/base/result.h"

#include <QString>

namespace perihelion {

/// Share of the file's pages that are resident, 0 … 1; 0 for an empty file. Error: it cannot be opened or
/// mapped.
Result<double> residentShare(const QString& path);

/// Writes what is dirty and asks the system to drop the file's pages; returns the share that is still
/// resident, because pages that others have mapped stay. Errors as residentShare().
Result<double> evictFromPageCache(const QString& path);

} // namespace perihelion
