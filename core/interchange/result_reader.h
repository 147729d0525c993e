// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Reads results of other programs, recognised by their content: Google Benchmark, hyperfine,
// pytest-benchmark, Criterion, asv, github-action-benchmark, Chrome trace. What is not read is refused with a
// sentence that says what it seems to be.

#include "core/base/result.h"
#include "core/interchange/imported_results.h"
#include "core/jobs/cancel_token.h"

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QString>
#include <QStringList>

class QDir;

namespace perihelion {

/// What stands beside a file and belongs to it.
struct ResultSurroundings {
    QJsonObject asvBenchmarks;      ///< benchmarks.json of an asv tree.
    QJsonObject criterionBenchmark; ///< benchmark.json beside Criterion's sample.json.
};

inline constexpr qint64 kLargestResultFile = 512LL << 20;

/// Reads the content of one file. Samples that are no numbers and negative times are left out and counted in
/// a note. Errors: Corrupt (no JSON, or a known format without results), Truncated, UnsupportedLayout
/// (another kind of file).
Result<ImportedResults> readResults(const QByteArray& bytes, const ResultSurroundings& around = {});

/// The content of a regular file. Errors: NotFound, UnsupportedLayout (a pipe or device), Io, TooLarge.
Result<QByteArray> resultFileContent(const QString& path);

/// Reads files of one import; what stands beside many of them is read once.
class ResultFiles {
public:
    /// content: of the file. Errors as readResults(), with the path.
    Result<ImportedResults> read(const QString& path, const QByteArray& content);

private:
    /// What asv keeps for all results of a tree.
    struct AsvTree {
        QJsonObject benchmarks;
        QString project;
    };
    const AsvTree& asvTreeOf(const QDir& folder);

    QHash<QString, AsvTree> m_trees;
};

/// Paths below a folder with one of these endings (".json"), sorted. Error Cancelled.
Result<QStringList> resultFilesBelow(const QString& folder, const QStringList& endings,
                                     const CancelToken& cancel);

/// Reads a file or a whole folder, with what stands beside each file. In a folder, files that are no results
/// become notes; an Error when none is. Errors also NotFound, Io, TooLarge, Cancelled.
Result<ImportedResults> readResultPath(const QString& path, const CancelToken& cancel);

} // namespace perihelion
