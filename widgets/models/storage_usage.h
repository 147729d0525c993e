// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much the kept files take and how to delete them. Synchronous functions for a background job.

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/jobs/cancel_token.h"

#include <QString>

namespace perihelion {

struct StorageUsage {
    ByteCount bytes;
    std::int64_t files = 0;
};

/// Sums a file, or a folder with all below it; nothing there is 0 bytes.
Result<StorageUsage> measureStorage(const QString& path, const CancelToken& cancel);

/// Deletes the files below a folder, the folder itself stays. Stops at the first that cannot be deleted.
Result<StorageUsage> clearStorage(const QString& folder, const CancelToken& cancel);

} // namespace perihelion
