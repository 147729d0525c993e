// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CompareReader: what the Compare page asks of the run store: its runs, and two of them compared. Every
// question is a job on the store's threads, of which the newest wins. Owned by the page.

#include "core/runs/compared_runs.h"
#include "core/runs/run_differences.h"
#include "core/runs/run_listing.h"
#include "widgets/models/latest_job.h"

#include <QObject>

#include <optional>
#include <vector>

namespace perihelion {

class RunStore;

/// Two names as compareNamed() takes them.
struct CompareQuestion {
    QString a;
    QString b;
    double floor = 0.02;

    bool operator==(const CompareQuestion&) const = default;
};

struct CompareAnswer {
    CompareQuestion question;
    std::vector<ComparedPair> pairs;
    std::vector<RunDifferences> differences; ///< Of each pair; of refused runs the only one.
    std::optional<Error> refusal;            ///< Why there are no pairs.
};

class CompareReader : public QObject {
    Q_OBJECT

public:
    CompareReader(RunStore& store, JobRunner& jobs, QObject* parent = nullptr);

    /// Answers runsReady(), the newest first.
    void fetchRuns();
    /// Answers compared().
    void compare(const CompareQuestion& question);
    /// Writes a file whole or not at all; answers written().
    void write(const QString& file, const QByteArray& content);
    bool isBusy() const { return m_runsJob.isBusy() || m_compareJob.isBusy() || m_writeJob.isBusy(); }

Q_SIGNALS:
    void runsReady(const std::vector<perihelion::RunListing>& runs);
    void compared(const perihelion::CompareAnswer& answer);
    void written(const QString& file);
    void failed(const perihelion::Error& error); ///< Of reading.
    void notWritten(const perihelion::Error& error);

private:
    RunStore& m_store;
    LatestJob<std::vector<RunListing>> m_runsJob;
    LatestJob<CompareAnswer> m_compareJob;
    LatestJob<QString> m_writeJob;
};

} // namespace perihelion
