// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A measured run with known content, for tests of what keeps, writes and sums up runs.

#include "core/runs/run_record.h"

#include <QDateTime>
#include <QUuid>

namespace perihelion::test {

inline QString newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

/// Two cold runs and three warm ones of a toy with a nested phase, one of them failed; times are multiples of
/// unit.
inline RunRecord sampleRun(qint64 startedMillis = 1'700'000'000'123, int unit = 1000)
{
    RunRecord run;
    run.uuid = newUuid();
    run.workload = QStringLiteral("toy");
    run.workloadVersion = 3;
    run.scenario = QStringLiteral("plain");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.parameters = QJsonObject{{QStringLiteral("dt"), 0.05}, {QStringLiteral("duration"), 20.0}};
    run.started = QDateTime::fromMSecsSinceEpoch(startedMillis, Qt::UTC);
    run.finished = run.started.addMSecs(4321);
    run.commit = QStringLiteral("8eaa110c468b678e73568262bf9ef64484da94ec");
    run.dirty = true;
    run.programVersion = QStringLiteral("0.1.0");
    run.plan = RunPlan{2, 3, 2, 1};
    run.machine.host = QStringLiteral("bench");
    run.machine.cpu = QStringLiteral("Abacus 9");
    run.machine.buildType = QStringLiteral("release");
    run.machine.load = 0.25;
    run.phases = {{QStringLiteral("spawn"), -1, true},
                  {QStringLiteral("ready"), -1, true},
                  {QStringLiteral("sum"), -1, false},
                  {QStringLiteral("inner"), 2, false}};
    run.processes = {{0, IterationMode::Cold, 0, 0, QString(), 1.0, 0.25},
                     {1, IterationMode::Cold, -1, 11, QStringLiteral("it broke\n"), 0.5, 0.0},
                     {2, IterationMode::Warm, 0, 0, QString(), std::nullopt, std::nullopt},
                     {3, IterationMode::Warm, 0, 0, QString(), std::nullopt, std::nullopt}};
    const auto iteration = [unit](int process, int number, IterationMode mode, int factor) {
        RunIteration each;
        each.process = process;
        each.number = number;
        each.mode = mode;
        each.elapsed = Nanoseconds(std::int64_t{10} * factor * unit);
        each.unattributed = Nanoseconds(std::int64_t{1} * factor * unit);
        each.timingCost = Nanoseconds(120);
        each.phases = {{2, Nanoseconds(std::int64_t{9} * factor * unit),
                        Nanoseconds(std::int64_t{3} * factor * unit), 1},
                       {3, Nanoseconds(std::int64_t{6} * factor * unit),
                        Nanoseconds(std::int64_t{6} * factor * unit), 4}};
        each.metrics = {{QStringLiteral("payload_bytes"), 224'833, QStringLiteral("B")},
                        {QStringLiteral("peak_rss_bytes"), 1e6 * factor, QStringLiteral("B")},
                        {QStringLiteral("drift"), 1.25e-7, QStringLiteral("1")}};
        return each;
    };
    RunIteration cold = iteration(0, 0, IterationMode::Cold, 5);
    cold.phases.push_back({0, Nanoseconds(700), Nanoseconds(700), 1});
    cold.phases.push_back({1, Nanoseconds(9000), Nanoseconds(9000), 1});
    std::rotate(cold.phases.begin(), cold.phases.begin() + 2, cold.phases.end());
    RunIteration broken;
    broken.process = 1;
    broken.mode = IterationMode::Cold;
    broken.failed = true;
    broken.failure = QStringLiteral("The measuring process was ended by signal 11");
    run.iterations = {cold, broken, iteration(2, 0, IterationMode::Warm, 1),
                      iteration(2, 1, IterationMode::Warm, 3), iteration(3, 0, IterationMode::Warm, 2)};
    run.warnings = {QStringLiteral("The machine runs on battery and may slow down")};
    run.notes = {QStringLiteral("Nothing was dropped")};
    run.scopeCost = Nanoseconds(73);
    return run;
}

} // namespace perihelion::test
