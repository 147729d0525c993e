// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The runs and commits of a store as something to choose from, found by any word: commit, workload, date,
// machine. Values; the picker shows them.

#include "core/runs/run_listing.h"
#include "widgets/models/value_table_model.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace perihelion {

struct RunChoice {
    QString name;         ///< As compareNamed() takes it: the id of a run, or a whole commit.
    QString title;        ///< "c6bd97f · planets/dense · 2024-03-01 09:10".
    QString series;       ///< What was measured: only runs of one can be compared. Empty for a commit.
    QStringList workload; ///< Of a commit: what was measured at it.
    QString commit;
    QDateTime committed;  ///< Invalid when unknown.
    std::int64_t run = 0; ///< 0 for a commit.
    std::vector<ValueCell> cells;
    QString searched; ///< Lower case.
};

/// A row for each run with samples, and one for each commit at which several workloads were measured, the
/// newest first: imported results by the times of their commits.
std::vector<RunChoice> runChoices(std::vector<RunListing> runs);

/// True for two that have something in common that can be compared.
bool canCompare(const RunChoice& a, const RunChoice& b);

/// Indexes of the choices that have every word of the search; those comparable with other (may be null)
/// first.
std::vector<std::size_t> matchingChoices(const std::vector<RunChoice>& choices, const QString& search,
                                         const RunChoice* other);
/// These choices as rows; those that cannot be compared with other are muted and say so.
ValueTable choiceTable(const std::vector<RunChoice>& choices, const std::vector<std::size_t>& shown,
                       const RunChoice* other);

/// What is shown before anybody chose, A and B: of the series of the newest run that of its latest commit,
/// and that of the commit before, as commits may be measured in any order; of one commit the newer run is B.
/// Where no commits are known the newest run and the one before it. Equal indexes where there is one run
/// alone; choices.size() where there is none.
std::pair<std::size_t, std::size_t> firstPair(const std::vector<RunChoice>& choices);

} // namespace perihelion
