// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// In what two measured runs differ besides their numbers: machine, system, settings, build, parameters, plan.
// What makes a difference of times explainable by something else than the code is told apart.

#include "core/runs/run_record.h"

#include <QString>

#include <vector>

namespace perihelion {

struct RunDifference {
    QString what; ///< "governor", "compiler", "parameter bodies".
    QString a;    ///< Empty: unknown, or there is none.
    QString b;
    bool isSerious = false; ///< It can change times by itself.

    bool operator==(const RunDifference&) const = default;
};

struct RunDifferences {
    std::vector<RunDifference> rows; ///< The serious ones first.
    int alike = 0;                   ///< So many known facts are the same.
};

RunDifferences runDifferences(const RunRecord& a, const RunRecord& b);

} // namespace perihelion
