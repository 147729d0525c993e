// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// StoredRuns: the run store's runs for the Profile page: the newest of a scenario, those it can be compared
// with, and the comparison. Every call is a job on the store's thread and answers by signal; of several calls
// of a kind only the newest is answered. Owned by the page.

#include "core/runs/run_comparison.h"
#include "core/runs/run_listing.h"
#include "widgets/models/latest_job.h"

#include <QObject>

#include <optional>
#include <vector>

namespace perihelion {

class RunStore;

/// The runs of one scenario, in whichever series.
struct RunShelf {
    std::optional<RunRecord> newest;
    std::vector<RunListing> runs; ///< Newest first, newest itself included.
};

/// A run beside its baseline.
struct BaselineAnswer {
    RunListing baseline;
    RunTotals totals;
};

class StoredRuns : public QObject {
    Q_OBJECT

public:
    StoredRuns(RunStore& store, JobRunner& jobs, QObject* parent = nullptr);

    /// Answers shelfReady(). project: identity of the one that the workload belongs to; empty: Perihelion's
    /// own.
    void fetchShelf(const QString& project, const QString& workload, const QString& scenarioHash);
    /// Answers compared().
    void compare(const RunListing& baseline, const RunRecord& run);
    /// Appends a run to a trace file of the earlier profiler's columns; answers written().
    void writeCsv(const RunRecord& run, const QString& file);
    /// Writes a run whole, raw samples included; answers written().
    void writeJson(const RunRecord& run, const QString& file);
    /// Writes a picture or a table of the page; answers written().
    void write(const QString& file, const QByteArray& content);
    bool isBusy() const { return m_shelfJob.isBusy() || m_compareJob.isBusy(); }

Q_SIGNALS:
    void shelfReady(const perihelion::RunShelf& shelf);
    void compared(const perihelion::BaselineAnswer& answer);
    void written(const QString& file);
    void failed(const perihelion::Error& error);

private:
    RunStore& m_store;
    LatestJob<RunShelf> m_shelfJob;
    LatestJob<BaselineAnswer> m_compareJob;
    LatestJob<QString> m_writeJob;
};

} // namespace perihelion
