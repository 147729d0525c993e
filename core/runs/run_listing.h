// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the run store answers without reading raw samples: rows of a list of runs, series, and points of a
// series. Values.

#include "core/base/units.h"
#include "core/runs/run_record.h"

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

/// One row of the list of runs.
struct RunListing {
    std::int64_t id = 0;
    std::int64_t series = 0;
    QString project;
    QString workload;
    QString scenario;
    QString scenarioHash;
    QDateTime started;
    RunState state = RunState::Finished;
    QString commit;
    QDateTime commitTime; ///< UTC; invalid when unknown.
    QString branch;
    bool dirty = false;
    QString failure; ///< Why nothing was measured.
    QString host;
    QString origin;
    int iterations = 0;
    int failed = 0;
    Nanoseconds coldMedian{0}; ///< Of the whole iteration; 0 where there was none.
    Nanoseconds warmMedian{0};
    QString interleaved; ///< As RunRecord::interleaved.
};

/// Which runs are meant; an empty field means any.
struct RunFilter {
    std::int64_t series = 0;
    std::optional<QString> project; ///< Empty text: Perihelion's own workloads.
    QString workload;
    QString scenario; ///< By name.
    QString branch;
    QString commit; ///< A beginning of it will do.
    std::optional<RunState> state;
    std::int64_t olderThan = 0; ///< Only runs before this one in the list, for the next page of it.
};

/// Runs that may be compared point by point: one project, one workload and version, one set of parameters,
/// one machine, one kind of build, one origin.
struct SeriesListing {
    std::int64_t id = 0;
    QString project;
    QString workload;
    int workloadVersion = 1;
    QString scenario; ///< The name of its newest run.
    QString scenarioHash;
    QString machine; ///< MachineDescription::fingerprint().
    QString host;    ///< Of its newest run.
    QString buildType;
    QString origin; ///< Empty for own measurements.
    int runs = 0;
    QDateTime newest; ///< When its newest run started.
};

} // namespace perihelion
