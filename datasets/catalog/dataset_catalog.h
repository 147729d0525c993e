// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DatasetCatalog: finds recordings below watched folders. Cheap facts only: path, size, time, category;
// nothing is opened but the first bytes. Synchronous functions for a background job; symlink loops end,
// unreadable folders become problems beside the entries.

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <functional>
#include <vector>

namespace perihelion {

struct CatalogEntry {
    QString path;     ///< Absolute.
    QString name;     ///< File name without suffix.
    QString category; ///< Name of the parent folder.
    ByteCount size;
    QDateTime modified;
};

struct CatalogScan {
    std::vector<CatalogEntry> entries; ///< Sorted by category, then name (natural order, case-insensitive).
    std::vector<Error> problems;       ///< Folders that could not be read.
};

/// Looks at files (and, recursively, folders) and lists those that begin with the HDF5 signature (also after
/// a user block of 512, 1024, … bytes). found, when given, gets batches as they are discovered, from the
/// calling thread.
Result<CatalogScan>
scanForRecordings(const QStringList& paths, const CancelToken& cancel = {},
                  const ProgressReporter& report = {},
                  const std::function<void(const std::vector<CatalogEntry>&)>& found = {});

} // namespace perihelion
