// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_differences.h"

#include "core/base/format.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace perihelion {

namespace {

struct RunFact {
    QString what;
    QString value;
    bool isSerious = true;
};

QString countText(double count)
{
    return count > 0 ? QString::number(count) : QString();
}

QString memoryText(ByteCount memory)
{
    return memory.value > 0 ? formatMemory(memory) : QString();
}

QString coresText(const MachineDescription& machine)
{
    const bool limited = machine.usableCores > 0 && machine.usableCores != machine.logicalCores;
    return limited ? QStringLiteral("%1, %2 usable").arg(machine.logicalCores).arg(machine.usableCores)
                   : countText(machine.logicalCores);
}

QString planText(const RunRecord& run)
{
    if (!run.origin.isEmpty()) {
        return {}; // Nobody knows how another program went about it.
    }
    return QStringLiteral("%1 cold, %2 warm in %3 processes after %4 warm-ups")
        .arg(run.plan.coldRuns)
        .arg(run.plan.warmRuns)
        .arg(run.plan.warmProcesses)
        .arg(run.plan.warmUps);
}

QString parameterWords(const QJsonValue& value)
{
    if (value.isString()) {
        return value.toString();
    }
    return value.isUndefined()
               ? QString()
               : QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact))
                     .chopped(1)
                     .mid(1);
}

std::vector<RunFact> factsOf(const RunRecord& run)
{
    const MachineDescription& machine = run.machine;
    return {{QStringLiteral("machine"), machine.host},
            {QStringLiteral("processor"), machine.cpu},
            {QStringLiteral("architecture"), machine.architecture},
            {QStringLiteral("cores"), coresText(machine)},
            {QStringLiteral("memory"), memoryText(machine.memory)},
            {QStringLiteral("virtual machine"), machine.virtualisation},
            {QStringLiteral("limit of cores"), countText(machine.cgroupCores)},
            {QStringLiteral("limit of memory"), memoryText(machine.cgroupMemory)},
            {QStringLiteral("governor"), machine.governor},
            {QStringLiteral("turbo"), machine.turbo},
            {QStringLiteral("battery"), machine.onBattery ? QStringLiteral("in use") : QString()},
            {QStringLiteral("load"), machine.load >= 0 ? QString::number(machine.load, 'f', 1) : QString(),
             machine.load > 0.5},
            {QStringLiteral("compiler"), machine.compiler},
            {QStringLiteral("build"), machine.buildType},
            {QStringLiteral("Qt"), machine.qtVersion, false},
            {QStringLiteral("kernel"), machine.kernel, false},
            {QStringLiteral("system"), machine.system, false},
            {QStringLiteral("workload version"), QString::number(run.workloadVersion)},
            {QStringLiteral("plan"), planText(run)},
            {QStringLiteral("scenario"), run.scenario, false},
            {QStringLiteral("imported from"), run.origin},
            {QStringLiteral("branch"), run.branch, false},
            {QStringLiteral("uncommitted changes"), run.dirty ? QStringLiteral("yes") : QStringLiteral("no")},
            {QStringLiteral("Perihelion"), run.programVersion, false}};
}

void addDifference(RunDifferences& found, const RunFact& a, const RunFact& b)
{
    if (a.value != b.value) {
        found.rows.push_back({a.what, a.value, b.value, a.isSerious || b.isSerious});
    } else if (!a.value.isEmpty()) {
        ++found.alike;
    }
}

} // namespace

RunDifferences runDifferences(const RunRecord& a, const RunRecord& b)
{
    RunDifferences found;
    const std::vector<RunFact> before = factsOf(a);
    const std::vector<RunFact> after = factsOf(b);
    for (std::size_t i = 0; i < before.size(); ++i) {
        addDifference(found, before[i], after[i]);
    }
    QStringList names = a.parameters.keys();
    for (const QString& name : b.parameters.keys()) {
        if (!names.contains(name)) {
            names.append(name);
        }
    }
    for (const QString& name : std::as_const(names)) {
        const QString what = QString(u"parameter " % name);
        addDifference(found, {what, parameterWords(a.parameters.value(name))},
                      {what, parameterWords(b.parameters.value(name))});
    }
    std::stable_partition(found.rows.begin(), found.rows.end(),
                          [](const RunDifference& row) { return row.isSerious; });
    return found;
}

} // namespace perihelion
