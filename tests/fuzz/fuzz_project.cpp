// SPDX-License-Identifier: GPL-3.0-or-later
// Project files over arbitrary text: what is refused names file and line, what is accepted can be run: names
// that are unique, commands, absolute paths, patterns with their groups, scenarios that can be made. After a
// zero byte follows what a command says of its phases, as lines and as events: times and names or a sentence.

#include "core/projects/command_workload.h"
#include "core/projects/phase_reading.h"
#include "core/projects/project.h"

#include <QDir>
#include <QRegularExpression>
#include <QSet>

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace perihelion;

namespace {

void demand(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

void checkSpec(const Project& project, const CommandSpec& spec)
{
    demand(!spec.name.isEmpty() && !spec.command.isEmpty() && !spec.command.first().isEmpty());
    demand(QDir::isAbsolutePath(spec.folder) && spec.timeLimit.count() > 0 && spec.version >= 1);
    for (const QString& input : spec.inputs) {
        demand(QDir::isAbsolutePath(input));
    }
    if (spec.source == PhaseSource::Pattern) {
        const QStringList groups = QRegularExpression(spec.pattern).namedCaptureGroups();
        demand(groups.contains(u"name") && groups.contains(u"value") && spec.patternNanoseconds > 0);
    }
    const bool file = spec.source == PhaseSource::Trace || spec.source == PhaseSource::Results ||
                      spec.source == PhaseSource::Pstats;
    demand(file == QDir::isAbsolutePath(spec.resultFile));
    for (const ParameterSpec& parameter : spec.parameters) {
        demand(parameter.canonical(parameter.fallback).hasValue());
    }

    // Every scenario that the file names can be made, under a name of its own, and there is always one.
    const CommandWorkload workload(project, spec);
    QSet<QString> names;
    for (const Scenario& scenario : workload.ownScenarios()) {
        demand(!scenario.hash().isEmpty());
        names.insert(scenario.name());
    }
    demand(static_cast<std::size_t>(names.size()) == std::max<std::size_t>(1, spec.scenarios.size()));
    demand(names.contains(workload.defaultScenario()));
}

void tryOutput(PhaseSource source, const QByteArray& said)
{
    CommandSpec spec;
    spec.source = source;
    CommandOutcome outcome;
    (source == PhaseSource::Events ? outcome.events : outcome.output) = said;
    const auto read = readPhases(spec, outcome, CancelToken());
    if (!read) {
        demand(!read.error().message.isEmpty());
        return;
    }
    demand(!read->found.empty() || !read->metrics.empty());
    for (const FoundPhase& phase : read->found) {
        demand(!phase.name.isEmpty() && phase.total.count() >= 0 && phase.self.count() >= 0);
    }
    for (const Metric& metric : read->metrics) {
        demand(!metric.name.isEmpty() && std::isfinite(metric.value));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char*>(bytes), static_cast<qsizetype>(size));
    const qsizetype end = input.indexOf('\0');
    const QString file = QStringLiteral("/somewhere/perihelion.json");
    const auto project = Project::fromJson(end < 0 ? input : input.left(end), file);
    if (project) {
        QSet<QString> names;
        for (const CommandSpec& spec : project->workloads()) {
            names.insert(spec.name);
            checkSpec(*project, spec);
        }
        demand(static_cast<std::size_t>(names.size()) == project->workloads().size());
        demand(project->folder() == u"/somewhere" && project->buildLimit().count() > 0);
    } else {
        demand(!project.error().message.isEmpty() &&
               project.error().subject.startsWith(QString(file % u':')));
    }
    if (end >= 0) {
        tryOutput(PhaseSource::Lines, input.mid(end + 1));
        tryOutput(PhaseSource::Events, input.mid(end + 1));
    }
    return 0;
}
