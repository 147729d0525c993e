// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/import_storing.h"

#include "core/base/counted.h"
#include "core/runs/run_store.h"

#include <QSet>

#include <algorithm>
#include <numeric>

namespace perihelion {

namespace {

/// How many runs the store holds.
Result<qint64> keptRuns(const RunStore& store)
{
    const auto series = store.series();
    if (!series) {
        return series.error();
    }
    return std::accumulate(series->begin(), series->end(), qint64{0},
                           [](qint64 sum, const SeriesListing& each) { return sum + each.runs; });
}

} // namespace

ImportTotals importTotals(const ImportPlan& plan, std::span<const PlannedSeries> series)
{
    ImportTotals totals;
    totals.samples =
        std::accumulate(series.begin(), series.end(), qint64{0},
                        [](qint64 sum, const PlannedSeries& each) { return sum + each.samples; });
    QSet<QString> commits;
    for (const RunRecord& run : plan.runs) {
        commits.insert(run.commit);
        const QDateTime at = run.commitTime.isValid() ? run.commitTime : run.started;
        totals.from = totals.from.isValid() ? std::min(totals.from, at) : at;
        totals.to = totals.to.isValid() ? std::max(totals.to, at) : at;
    }
    commits.remove(QString());
    totals.commits = commits.size();
    return totals;
}

QString importTotalsText(const ImportPlan& plan, const ImportTotals& totals)
{
    return QString(plan.formats.join(QStringLiteral(", ")) % u": " %
                   counted(static_cast<qint64>(plan.runs.size()), u"run", u"runs") % u" of " %
                   counted(totals.commits, u"commit", u"commits") % u" from " %
                   totals.from.toString(Qt::ISODate) % u" to " % totals.to.toString(Qt::ISODate) % u", " %
                   counted(totals.samples, u"sample", u"samples"));
}

QString storedImportText(const StoredImport& stored)
{
    return QString(counted(stored.stored, u"run", u"runs") % u" stored" %
                   (stored.alreadyThere > 0
                        ? QString(u", " % counted(stored.alreadyThere, u"was", u"were") % u" there already")
                        : QString()));
}

Result<StoredImport> storeImport(RunStore& store, const ImportPlan& plan, const CancelToken& cancel,
                                 const ProgressReporter& progress)
{
    const auto before = keptRuns(store);
    if (!before) {
        return before.error();
    }
    if (const auto stored = store.recordRuns(plan.runs, cancel, progress); !stored) {
        return stored.error();
    }
    const auto after = keptRuns(store);
    if (!after) {
        return after.error();
    }
    const qint64 added = *after - *before;
    return StoredImport{added, static_cast<qint64>(plan.runs.size()) - added};
}

} // namespace perihelion
