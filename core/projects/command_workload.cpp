// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/command_workload.h"

#include "core/projects/command_process.h"
#include "core/projects/phase_reading.h"

#include <QDir>
#include <QFileInfo>

namespace perihelion {

namespace {

/// The value as it stands on a command line.
QString textOf(const QJsonValue& value)
{
    if (value.isBool()) {
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    }
    return value.isDouble() ? value.toVariant().toString() : value.toString();
}

QStringList filledIn(const QStringList& command, const QJsonObject& values)
{
    QStringList filled;
    for (const QString& part : command) {
        // One pass over each, so that a value which looks like a place for another one stays as it is.
        QString made;
        qsizetype from = 0;
        for (;;) {
            const qsizetype open = part.indexOf(u'{', from);
            const qsizetype close = open < 0 ? -1 : part.indexOf(u'}', open);
            if (close < 0) {
                made += QStringView(part).mid(from);
                break;
            }
            const QString name = part.mid(open + 1, close - open - 1);
            if (values.contains(name)) {
                made += QStringView(part).mid(from, open - from) + textOf(values.value(name));
                from = close + 1;
            } else {
                made += QStringView(part).mid(from, open - from + 1);
                from = open + 1;
            }
        }
        filled.append(made);
    }
    return filled;
}

/// Removes what an earlier run wrote: it must not be taken for what this one measured.
Result<void> removeOldResult(const QString& path)
{
    const QFileInfo old(path);
    if (path.isEmpty() || !old.isFile()) {
        return {}; // A folder (Criterion's) is overwritten by the command; its files carry their own names.
    }
    if (!QFile::remove(path)) {
        return Error{ErrorCode::PermissionDenied,
                     QStringLiteral("Removing the results of an earlier run failed"), path};
    }
    return {};
}

} // namespace

CommandWorkload::CommandWorkload(const Project& project, CommandSpec spec)
    : m_project(project),
      m_spec(std::move(spec))
{
}

QString CommandWorkload::description() const
{
    return m_spec.description.isEmpty() ? QString(u"Runs " % m_spec.command.join(u' ')) : m_spec.description;
}

QString CommandWorkload::defaultScenario() const
{
    return m_spec.scenarios.empty() ? QStringLiteral("default") : m_spec.scenarios.front().name;
}

std::vector<Scenario> CommandWorkload::ownScenarios() const
{
    std::vector<Scenario> made;
    const ParameterSet set = parameterSet();
    std::vector<CommandSpec::NamedValues> named = m_spec.scenarios;
    if (named.empty()) {
        named.push_back({defaultScenario(), QStringLiteral("Every parameter at its default"), {}});
    }
    for (const CommandSpec::NamedValues& each : named) {
        // Checked when the project file was read.
        if (Result<Scenario> scenario = Scenario::make(set, each.name, each.values, each.description);
            scenario) {
            made.push_back(std::move(*scenario));
        }
    }
    return made;
}

Result<std::optional<MeasuredCode>> CommandWorkload::measuredCode(const CancelToken& cancel) const
{
    Result<MeasuredCode> code = m_project.code(cancel);
    if (!code) {
        return code.error();
    }
    return std::optional(std::move(*code));
}

QStringList CommandWorkload::inputFiles(const Scenario&) const
{
    return m_spec.inputs;
}

Result<WorkloadResult> CommandWorkload::run(const Scenario& scenario, PhaseTimer& timer,
                                            const CancelToken& cancel)
{
    if (const Result<void> removed = removeOldResult(m_spec.resultFile); !removed) {
        return removed.error();
    }
    CommandRequest request;
    request.command = filledIn(m_spec.command, scenario.values());
    request.folder = m_spec.folder;
    request.environment = m_spec.environment;
    request.timeLimit = m_spec.timeLimit;
    request.events = m_spec.source == PhaseSource::Events;
    timer.restart();
    const Result<CommandOutcome> outcome = runCommand(request, cancel);
    timer.stop();
    if (!outcome) {
        return outcome.error();
    }
    if (const QString failure = outcome->failure(); !failure.isEmpty()) {
        return Error{ErrorCode::Io, failure, m_spec.name};
    }
    Result<WorkloadResult> result = readPhases(m_spec, *outcome, cancel);
    if (!result) {
        return result;
    }
    result->ofOtherProcess = true;
    result->elapsed = outcome->elapsed;
    const auto beside = [&result](QStringView name, Nanoseconds time) {
        result->found.push_back({name.toString(), QString(), time, time, true});
    };
    if (outcome->firstOutput.count() >= 0) {
        beside(u"first output", outcome->firstOutput);
        beside(u"exit", outcome->exit);
    } else {
        result->notes.append(
            QStringLiteral("The command said nothing, so it has no first output and no exit"));
    }
    if (outcome->peakBytes > 0) {
        result->metrics.push_back(
            {metric::kPeakRssBytes.toString(), static_cast<double>(outcome->peakBytes), QStringLiteral("B")});
    }
    if (outcome->peakIsLeast) {
        result->notes.append(QStringLiteral("The command needs less memory than the program that starts it; "
                                            "its peak was sampled every 5 ms"));
    }
    result->metrics.push_back(
        {QStringLiteral("user_time_ms"), toMilliseconds(outcome->userTime), QStringLiteral("ms")});
    result->metrics.push_back(
        {QStringLiteral("system_time_ms"), toMilliseconds(outcome->systemTime), QStringLiteral("ms")});
    return result;
}

} // namespace perihelion
