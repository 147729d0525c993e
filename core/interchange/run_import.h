// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From files to runs: results of other programs by a mapping of names, and Perihelion's own runs (JSON,
// table, trace) as they are. A plan can be shown before anything is stored. Pure but for reading files.

#include "core/base/result.h"
#include "core/interchange/imported_results.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"
#include "core/runs/run_record.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <optional>
#include <span>
#include <vector>

namespace perihelion {

/// "PATTERN=WORKLOAD[/SCENARIO[/METRIC]]": where what a pattern matches belongs. \1 … stand for groups; what
/// follows the last = is the place.
struct NameMapping {
    QRegularExpression pattern; ///< Looked for in the metric's own name.
    QString workload;
    QString scenario; ///< Empty: the usual one.
    QString metric;   ///< Empty: the metric's own name.

    /// Errors: InvalidArgument.
    static Result<NameMapping> fromText(const QString& text);
};

/// What a person says that files do not, or otherwise.
struct ImportRule {
    std::optional<QString> project;
    QString commit;                                 ///< For results that name none.
    std::vector<NameMapping> mappings;              ///< The first that matches counts.
    std::vector<QRegularExpression> higherIsBetter; ///< Metrics of which more is better …
    std::vector<QRegularExpression> lowerIsBetter;  ///< … and less.
};

/// What a person gave as the commit of results: a whole hash, in small letters, or nothing. Error
/// InvalidArgument.
Result<QString> commitForImport(const QString& text);

/// Runs of the series of one file, oldest first. The series of one commit, machine and environment make a
/// run, each of them a metric of it, in seconds, bytes or the file's own unit; iteration i holds sample i of
/// each. The metric is named NAME for a time or where NAME has one quantity only, else "NAME, QUANTITY".
/// Without a mapping the workload is the format ("google-benchmark") and the scenario the environment, or
/// "default"; without any project it is "imported". The uuid follows from the content, the
/// time of measuring included where the file says it, so that the same file gives the same runs. fileTime:
/// when the series do not say when they were measured. notes: gets what was left out.
std::vector<RunRecord> runsFromResults(const ImportedResults& results, const ImportRule& rule,
                                       const QDateTime& fileTime, QStringList& notes);

/// What an import would store.
struct ImportPlan {
    std::vector<RunRecord> runs;
    QStringList formats;        ///< In the order found.
    QStringList notes;          ///< What was assumed or left out, and how often.
    std::vector<Error> refused; ///< Files of folders that hold no results, with the reason of each.
    int files = 0;              ///< That were read.
};

/// Reads files and folders. In a folder (JSON, JavaScript and CSV files, all levels) files without results
/// are refused and the others read; a file that is named must hold results. Errors: those of reading,
/// Cancelled, NotFound when there is nothing at all.
Result<ImportPlan> planImport(const QStringList& paths, const ImportRule& rule, const CancelToken& cancel,
                              const ProgressReporter& progress = {});

/// One metric or phase of the runs of a plan, for a preview.
struct PlannedSeries {
    QString project;
    QString workload;
    QString scenario;
    QString host;
    QString origin;
    QString name;
    QString unit; ///< "s" for phases.
    bool isPhase = false;
    bool higherIsBetter = false;
    int runs = 0;
    int commits = 0;
    qint64 samples = 0;
};
/// In the order in which they appear.
std::vector<PlannedSeries> plannedSeries(std::span<const RunRecord> runs);

} // namespace perihelion
