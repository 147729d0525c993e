// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The real benchmark history of NumPy (360 series over some 800 commits) with the levels and regressions that
// asv found in it: an oracle for step fits and the noise for false-alarm tables.

#include "core/base/result.h"

#include <QString>

#include <cstddef>
#include <vector>

namespace perihelion::test {

struct NumPySeries {
    struct Step {
        int firstRevision = 0;
        int endRevision = 0; ///< One after the last.
        double value = 0;
        double minimum = 0;
        double error = 0;
    };
    struct Regression {
        int revisionBefore = 0; ///< −1: a single commit, not printed.
        int revisionAfter = 0;
        double before = 0;
        double bestAfter = 0;
    };

    QString name;
    std::vector<int> revisions;
    std::vector<double> values;  ///< Seconds; NaN where the benchmark failed.
    std::vector<double> weights; ///< 2 ÷ width of the 99 % interval; NaN where unknown.
    std::vector<Step> steps;
    double latest = 0;
    double best = 0;
    std::vector<Regression> regressions;
};

/// Reads the folder of the manifest: series.csv.gz and series_index.json.
Result<std::vector<NumPySeries>> readNumPyHistory(const QString& folder);

/// All stretches of count values in seconds that lie in one level of asv's fit, half overlapping; asv found
/// no change in any of them.
std::vector<std::vector<double>> flatStretches(const std::vector<NumPySeries>& history, std::size_t count);

} // namespace perihelion::test
