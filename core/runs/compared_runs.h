// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a person named twice, compared: two runs, or everything that was measured at two commits. The window
// and the command line ask here, so that both say the same.

#include "core/runs/run_comparison.h"

#include <QString>

#include <vector>

namespace perihelion {

class RunStore;

struct ComparedPair {
    RunRecord a;
    RunRecord b;
    RunComparison comparison;
};

/// Names are run ids or beginnings of commits, as of runsNamed(). Of two commits the newest finished runs of
/// every workload and set of parameters measured at both, of the same machine where any machine measured
/// both. Errors: NotFound, InvalidArgument (runs of different workloads or parameters), those of the store.
Result<std::vector<ComparedPair>> compareNamed(const RunStore& store, const QString& a, const QString& b,
                                               double floor = 0.02);

/// A run of the first name that nothing at the second is compared with.
struct UncomparedRun {
    QString sentence; ///< "calc/plain failed at b4b0c0ffee: …", with the reason where the store knows it.
    bool failed = false; ///< It was tried there, and nothing could be measured.
};
/// What compareNamed() of the same names left out. Errors of the store.
Result<std::vector<UncomparedRun>> uncomparedRuns(const RunStore& store, const QString& a, const QString& b,
                                                  const std::vector<ComparedPair>& pairs);

/// "run 17 of 3f1a9b2c4d with changes".
QString runWords(const RunRecord& run);
/// The comparison as lines of text, a line for each row with verdict and sentence.
QString comparisonText(const ComparedPair& pair);

} // namespace perihelion
