// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Measured runs in the formats that other programs read. Pure functions from runs to text; whoever calls them
// writes the file. What a format cannot hold is left out, never bent.

#include "core/base/result.h"
#include "core/runs/run_record.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <span>

namespace perihelion {

enum class ExportFormat {
    Json,            ///< Perihelion's own: everything, and the way back (runFromJson()).
    Csv,             ///< Long form: one line for each phase of each iteration.
    GoogleBenchmark, ///< For compare.py and what reads its JSON.
    ChromeTrace,     ///< For Perfetto, chrome://tracing, Firefox Profiler.
    Speedscope,      ///< For speedscope.app.
    OpenMetrics,     ///< Text for Prometheus and its kind.
    JUnit,           ///< XML for what shows test results.
};

/// "json", "csv", "google-benchmark", "chrome-trace", "speedscope", "openmetrics",
/// "junit".
QString exportFormatName(ExportFormat format);
std::optional<ExportFormat> exportFormatFromName(QStringView name);
/// All names, in the order of the enumeration.
QStringList exportFormatNames();

/// Whether one file of that format can hold these runs. Error InvalidArgument: Google Benchmark's holds one
/// commit of one machine.
Result<void> fitsFormat(std::span<const RunRecord> runs, ExportFormat format);

/// How many of the runs the format has no place for: those without a single time of the whole for speedscope,
/// those of which no iteration succeeded for Google Benchmark and OpenMetrics.
qsizetype runsLeftOut(std::span<const RunRecord> runs, ExportFormat format);

/// The runs as one file of that format, in the order given. Json: one run is an object, several an array.
QByteArray exportRuns(std::span<const RunRecord> runs, ExportFormat format);

/// A table in long form (run_table.h reads it back): run_id, started, commit, dirty, workload, scenario,
/// mode, process, iteration, phase, seconds, payload_bytes, gzip_bytes, peak_rss_bytes, parent, metric,
/// value, unit, better, project, commit_time, scenario_hash, host, origin, cpu, architecture, cores,
/// memory_bytes, virtualisation, build_type, workload_version, state, failure. A row is of a phase or of a
/// metric; a failed iteration has one row with neither, and so has a run without iterations, which has no
/// mode.
QByteArray runsAsCsv(std::span<const RunRecord> runs);

/// Google Benchmark's JSON, schema version 1 (src/json_reporter.cc): each phase in each mode is a benchmark
/// "WORKLOAD/SCENARIO/PHASE/MODE", each iteration a repetition, and mean, median, stddev and cv follow as
/// aggregates; of imported results the times keep their names. Phases are timed by the wall clock alone, so
/// cpu_time equals real_time; for the total of an iteration it is what the process used.
QByteArray runsAsGoogleBenchmark(std::span<const RunRecord> runs);

/// Chrome's trace event JSON: a process for each run, one thread for cold and one for warm iterations, a
/// complete event (ph X) for each phase. A run keeps how long phases took, not when they began: within an
/// iteration they stand one after the other in the order of the phase table, inside their parents.
QByteArray runsAsChromeTrace(std::span<const RunRecord> runs);

/// speedscope's file format: one evented profile for each run and mode, with the layout of runsAsChromeTrace.
/// Iterations without a time of the whole are left out.
QByteArray runsAsSpeedscope(std::span<const RunRecord> runs);

/// OpenMetrics 1.0 text, four families whatever was measured: perihelion_phase_seconds, a summary for each
/// phase and mode (quantiles 0.5 and 0.95, count, sum), and the medians of metrics as the gauges
/// perihelion_metric_seconds, perihelion_metric_bytes and perihelion_metric. Names are labels. No label set
/// stands twice: of two phases of one name and place the first is told.
QByteArray runsAsOpenMetrics(std::span<const RunRecord> runs);

/// JUnit's XML: a suite for each run, a case for each phase in each mode with its median as time. A phase
/// that got worse than in the baseline of the same workload and parameters (compareRuns() with this floor) is
/// a failure with the sentence that explains it, a mode of which no iteration succeeded an error. Metrics are
/// cases where a baseline has them.
QByteArray runsAsJUnit(std::span<const RunRecord> runs, std::span<const RunRecord> baselines = {},
                       double floor = 0.02);

} // namespace perihelion
