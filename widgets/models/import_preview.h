// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What an import would store, made ready to be shown: the plan, its series as a table, its remarks as
// sentences. Made by a job, shown by the import dialog, stored as it is.

#include "core/interchange/import_storing.h"
#include "widgets/models/value_table_model.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace perihelion {

/// What a person asked for, as it was typed.
struct ImportWishes {
    QStringList paths; ///< Files and folders.
    QString project;   ///< Empty: what the files say.
    QString commit;
    QString mappings; ///< A line for each: PATTERN=WORKLOAD[/SCENARIO[/METRIC]].
    QString higherIsBetter;
    QString lowerIsBetter;

    bool operator==(const ImportWishes&) const = default;
};

/// Error InvalidArgument: a commit, mapping or pattern that cannot be understood.
Result<ImportRule> importRuleOf(const ImportWishes& wishes);

struct ImportPreview {
    ImportPlan plan;
    std::vector<PlannedSeries> series; ///< In the order of the table's rows.
    ValueTable table;
    QString totals;      ///< Of everything, one sentence.
    QStringList remarks; ///< Notes, and what is left out and why.
};

/// Reads everything and stores nothing. Errors: those of importRuleOf() and planImport().
Result<std::shared_ptr<const ImportPreview>>
previewImport(const ImportWishes& wishes, const CancelToken& cancel, const ProgressReporter& progress = {});

} // namespace perihelion
