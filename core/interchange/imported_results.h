// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Results of other programs as neutral values: raw samples with unit and direction spelled out, whatever file
// they came from. Statistics that a file holds are not taken over: programs define quartiles differently.

#include "core/measure/machine_description.h"
#include "core/stats/comparison.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <vector>

namespace perihelion {

/// What one file says about one quantity of one benchmark at one commit.
struct ImportedSeries {
    QString name; ///< Of the benchmark, its parameters included.
    QString
        phase; ///< Which of its quantities: "real time", "cpu time", "peak memory", name of a trace event …
    QString project;     ///< Of the code that was measured; empty when the file does not say.
    QString environment; ///< Compiler, interpreter … it was measured with; empty when unknown.
    QString commit;      ///< As the file has it; empty when it does not say.
    QDateTime committed; ///< UTC; invalid when unknown.
    QString branch;
    bool dirty = false; ///< The code had changes that no commit holds.
    QDateTime at;       ///< Of the measurement, or else of the commit, UTC; invalid when unknown.
    QString machine;    ///< Empty when unknown.
    /// What else the file says of the machine; its host is `machine`.
    MachineDescription hardware = {};
    QString unit; ///< "s", "B", or as the file has it where no conversion is certain.
    BetterDirection better = BetterDirection::Lower;
    /// In the order measured, in the unit above. A single one with summarised set is a median or mean that
    /// the program made: its samples are lost.
    std::vector<double> samples;
    bool summarised = false;
};

struct ImportedResults {
    QString format; ///< "Google Benchmark", "asv" …; of a folder that of its first file.
    std::vector<ImportedSeries> series;
    QStringList notes; ///< What was assumed or left out, one sentence each.
    /// Samples that are no numbers, or none that is finite; readResults() makes a note of them.
    qint64 unusable = 0;
};

} // namespace perihelion
