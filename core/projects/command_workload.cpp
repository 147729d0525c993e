// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/command_workload.h"

#include "core/projects/command_process.h"
#include "core/projects/phase_reading.h"
#include "core/runs/run_summary.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace perihelion {

namespace {

constexpr QStringView kFirstOutput = u"first output";
constexpr QStringView kExit = u"exit";

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

/// Rows of a run are known by their names: a phase that bears the name of an added time, or that of another
/// phase elsewhere in the tree, gets one of its own.
void tellApart(WorkloadResult& result)
{
    QStringList renamed;
    std::vector<FoundPhase>& found = result.found;
    const std::vector<FoundPhase> told = found;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const QString& name = told[i].name;
        const bool again = std::any_of(told.begin(), told.end(), [&told, i](const FoundPhase& other) {
            return other.name == told[i].name && other.parent != told[i].parent;
        });
        if (again && !told[i].parent.isEmpty()) {
            found[i].name = QString(told[i].parent % u'/' % name);
        } else if (name == kTotalRow || name == kUnattributedRow || name == kFirstOutput || name == kExit) {
            found[i].name = QString(name % u" (told)");
            renamed.append(name);
        }
    }
    for (FoundPhase& child : found) {
        const auto isNamed = [&child](const FoundPhase& each) { return each.name == child.parent; };
        const auto before = std::find_if(told.begin(), told.end(), isNamed);
        if (before != told.end() && std::none_of(found.begin(), found.end(), isNamed)) {
            child.parent = found[static_cast<std::size_t>(before - told.begin())].name;
        }
    }
    renamed.removeDuplicates();
    for (const QString& name : renamed) {
        result.notes.append(
            QString(u"The command tells of a phase \"" % name %
                    u"\", which is the name of a time that is always measured; it is kept as \"" % name %
                    u" (told)\""));
    }
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
    tellApart(*result);
    result->ofOtherProcess = true;
    result->elapsed = outcome->elapsed;
    const auto beside = [&result](QStringView name, Nanoseconds time) {
        result->found.push_back({name.toString(), QString(), time, time, true});
    };
    if (outcome->firstOutput.count() >= 0) {
        beside(kFirstOutput, outcome->firstOutput);
        beside(kExit, outcome->exit);
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
