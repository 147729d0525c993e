// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a project file says: how the project is built and which commands of it are measured. Plain values;
// made by Project, which checks them.

#include "core/workloads/parameter.h"

#include <QHash>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <vector>

namespace perihelion {

/// Where the phases of a command come from.
enum class PhaseSource {
    Lines,   ///< Lines "phase NAME MILLISECONDS" on standard output.
    Pattern, ///< A regular expression with the groups name and value, over lines of standard output.
    Events,  ///< JSON lines (begin, end, metric) on the descriptor that PERIHELION_EVENTS_FD names.
    Trace,   ///< A Chrome trace file.
    Results, ///< A file or folder of Google Benchmark, hyperfine, pytest-benchmark, Criterion …
    Pstats,  ///< A JSON file of Python's profiler: functions with their times.
    None,    ///< The command as a whole.
};

/// A command without a shell: program and arguments. "{NAME}" stands for the value of a parameter.
struct CommandSpec {
    QString name;
    int version = 1;
    QString description;
    QStringList command;
    QString folder; ///< Absolute; the command runs there.
    std::vector<ParameterSpec> parameters;
    QStringList inputs; ///< Absolute paths of files that a cold run finds evicted.
    QHash<QString, QString> environment;
    std::chrono::milliseconds timeLimit{std::chrono::minutes(10)};
    PhaseSource source = PhaseSource::Lines;
    QString pattern;
    double patternNanoseconds = 1e6; ///< Of one unit of the value.
    QString resultFile;              ///< Absolute; what the command writes.

    struct NamedValues {
        QString name;
        QString description;
        QJsonObject values;
    };
    std::vector<NamedValues> scenarios;
};

} // namespace perihelion
