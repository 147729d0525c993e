// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One reader for each format of results, from parsed JSON to neutral values. Called by result_reader.h, which
// recognises the format; each answers with an Error that says what is missing when there is nothing to read.

#include "core/base/result.h"
#include "core/interchange/imported_results.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace perihelion {

/// Google Benchmark: every repetition is a sample; aggregates count only where repetitions are missing.
Result<ImportedResults> readGoogleBenchmark(const QJsonObject& root);
/// hyperfine: wall times, peak memory, and the means of user and system time.
Result<ImportedResults> readHyperfine(const QJsonObject& root);
/// pytest-benchmark: the rounds where they were saved, else the median.
Result<ImportedResults> readPytestBenchmark(const QJsonObject& root);
/// sample.json of Criterion (either form); benchmark: the benchmark.json beside it, or empty.
Result<ImportedResults> readCriterion(const QJsonValue& root, const QJsonObject& benchmark);
/// A result of asv, format 1 or 2; benchmarks: the benchmarks.json of its tree, or empty. Results of another
/// version of a benchmark are left out.
Result<ImportedResults> readAsv(const QJsonObject& root, const QJsonObject& benchmarks);
/// data.js of github-action-benchmark, its assignment taken off.
Result<ImportedResults> readActionBenchmark(const QJsonObject& root);
/// Chrome's trace events: a series for each name of each process.
Result<ImportedResults> readChromeTrace(const QJsonArray& events);

} // namespace perihelion
