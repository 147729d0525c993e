// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two runs, or everything of two commits, as the tables and sentences of the Compare page. Pure functions.

#include "core/runs/compared_runs.h"
#include "core/runs/run_differences.h"
#include "widgets/models/value_table_model.h"

#include <QString>

#include <cstddef>
#include <vector>

namespace perihelion {

/// What a row of the table stands for.
struct ComparedRow {
    std::size_t pair = 0;
    std::size_t row = 0;     ///< Of the comparison's rows, or of its one-sided ones.
    bool isOneSided = false; ///< Measured in one of the runs alone.
};

/// Of every pair the compared rows, then the one-sided.
std::vector<ComparedRow> comparedRows(const std::vector<ComparedPair>& pairs);
/// The row a person should see first: one that got worse, else one that got better, else the total.
std::size_t tellingRow(const std::vector<ComparedPair>& pairs, const std::vector<ComparedRow>& rows);

ValueTable compareTable(const std::vector<ComparedPair>& pairs, const std::vector<ComparedRow>& rows);
/// The same for a file: every number with all its digits, the sentence at the end.
ValueTable compareCsv(const std::vector<ComparedPair>& pairs, const std::vector<ComparedRow>& rows);
ValueTable differenceTable(const RunDifferences& differences);

/// "2 slower, 1 faster, 6 no change", the most telling first.
QString verdictCounts(const std::vector<ComparedPair>& pairs);
/// Row, verdict, and why: the sentence that a person can check.
QString whyText(const std::vector<ComparedPair>& pairs, const ComparedRow& row);

} // namespace perihelion
