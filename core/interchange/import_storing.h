// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What an import comes to and what came of it, in numbers and in words that the window and the command line
// share; and the storing itself. Any thread; storing belongs to that of the store.

#include "core/interchange/run_import.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"

#include <QDateTime>
#include <QString>

#include <span>

namespace perihelion {

class RunStore;

struct ImportTotals {
    qint64 samples = 0;
    qsizetype commits = 0;
    QDateTime from; ///< Time of the oldest commit, or of its measurement.
    QDateTime to;
};
ImportTotals importTotals(const ImportPlan& plan, std::span<const PlannedSeries> series);

/// "asv: 12 runs of 12 commits from … to …, 120 samples".
QString importTotalsText(const ImportPlan& plan, const ImportTotals& totals);

struct StoredImport {
    qint64 stored = 0;
    qint64 alreadyThere = 0;
};
/// "12 runs stored, 3 were there already".
QString storedImportText(const StoredImport& stored);

/// Stores the runs of a plan, all or none; those that are there already count as such. Errors: those of the
/// store, and Cancelled: nothing was stored.
Result<StoredImport> storeImport(RunStore& store, const ImportPlan& plan, const CancelToken& cancel,
                                 const ProgressReporter& progress = {});

} // namespace perihelion
