// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The columns of the table of runs (run_table.h), for its writer and its reader.

#include "core/measure/metric.h"

#include <QStringView>

#include <array>
#include <utility>

namespace perihelion {

/// In the order in which they came to be: new ones go to the end, so that older tables can still be read.
enum TableColumn {
    kRunId,
    kStarted,
    kCommit,
    kDirty,
    kWorkload,
    kScenario,
    kMode,
    kProcess,
    kNumber,
    kPhase,
    kSeconds,
    kPayload,
    kGzip,
    kPeakRss,
    kParent,
    kMetric,
    kValue,
    kUnit,
    kBetter,
    kProject,
    kCommitTime,
    kScenarioHash,
    kHost,
    kOrigin,
    kCpu,
    kArchitecture,
    kCores,
    kMemory,
    kVirtualisation,
    kBuildType,
    kWorkloadVersion,
    kState,
    kFailure,
    kTableColumns
};
inline constexpr int kFewestColumns = kPeakRss + 1;

inline constexpr std::array<const char*, kTableColumns> kTableNames{
    "run_id",           "started",       "commit",       "dirty",          "workload",
    "scenario",         "mode",          "process",      "iteration",      "phase",
    "seconds",          "payload_bytes", "gzip_bytes",   "peak_rss_bytes", "parent",
    "metric",           "value",         "unit",         "better",         "project",
    "commit_time",      "scenario_hash", "host",         "origin",         "cpu",
    "architecture",     "cores",         "memory_bytes", "virtualisation", "build_type",
    "workload_version", "state",         "failure"};

/// Stands where the parent of a phase would, for phases of the process.
inline constexpr QStringView kOfProcess = u"(process)";

/// The metrics that every row has a column for.
inline constexpr std::array<std::pair<TableColumn, QStringView>, 3> kMetricColumns{
    {{kPayload, metric::kPayloadBytes},
     {kGzip, metric::kPayloadGzipBytes},
     {kPeakRss, metric::kPeakRssBytes}}};

} // namespace perihelion
