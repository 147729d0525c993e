// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/workloads_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/cli_workloads.h"

#include <QJsonArray>
#include <QJsonObject>

namespace perihelion {

namespace {

QJsonObject parameterJson(const ParameterSpec& spec)
{
    QJsonObject json{{QStringLiteral("name"), spec.name},
                     {QStringLiteral("description"), spec.description},
                     {QStringLiteral("takes"), spec.range()},
                     {QStringLiteral("default"), spec.fallback},
                     {QStringLiteral("unit"), spec.unit}};
    if (spec.type == ParameterType::Integer || spec.type == ParameterType::Real) {
        json.insert(QStringLiteral("least"), spec.least);
        json.insert(QStringLiteral("greatest"), spec.greatest);
    }
    if (spec.type == ParameterType::Choice) {
        json.insert(QStringLiteral("choices"), QJsonArray::fromStringList(spec.choices));
    }
    return json;
}

QJsonObject workloadJson(const Workload& workload, const std::vector<Scenario>& scenarios)
{
    const std::vector<PhaseSpec> specs = workload.phases();
    QJsonArray phases;
    for (const PhaseSpec& phase : specs) {
        phases.append(
            QJsonObject{{QStringLiteral("name"), phase.name},
                        {QStringLiteral("parent"),
                         phase.parent < 0 ? QJsonValue()
                                          : QJsonValue(specs[static_cast<std::size_t>(phase.parent)].name)},
                        {QStringLiteral("description"), phase.description}});
    }
    QJsonArray parameters;
    for (const ParameterSpec& spec : workload.parameters()) {
        parameters.append(parameterJson(spec));
    }
    QJsonArray listed;
    for (const Scenario& scenario : scenarios) {
        listed.append(
            QJsonObject{{QStringLiteral("name"), scenario.name()},
                        {QStringLiteral("description"), scenario.description()},
                        {QStringLiteral("hash"), scenario.hash()},
                        {QStringLiteral("built_in"), scenario.isBuiltIn()},
                        {QStringLiteral("file"), scenario.isBuiltIn() ? QString() : scenario.file()},
                        {QStringLiteral("parameters"), scenario.values()}});
    }
    return QJsonObject{{QStringLiteral("workload"), workload.name()},
                       {QStringLiteral("version"), workload.version()},
                       {QStringLiteral("description"), workload.description()},
                       {QStringLiteral("default_scenario"), workload.defaultScenario()},
                       {QStringLiteral("phases"), phases},
                       {QStringLiteral("parameters"), parameters},
                       {QStringLiteral("scenarios"), listed}};
}

QString describe(const Workload& workload, const std::vector<Scenario>& scenarios)
{
    QString text = QString(workload.name() % u": " % workload.description() % u'\n');
    QStringList names;
    const std::vector<PhaseSpec> phases = workload.phases();
    for (const PhaseSpec& phase : phases) {
        names.append(phase.parent < 0 ? phase.name : QString(u'(' % phase.name % u')'));
    }
    text += QString(u"  Phases      " % names.join(QStringLiteral(", ")) % u'\n');
    for (const Scenario& scenario : scenarios) {
        text +=
            QString(u"  Scenario    " % scenario.name().leftJustified(24) % u' ' % scenario.description());
        text += u'\n';
    }
    for (const ParameterSpec& spec : workload.parameters()) {
        text += QString(u"  Parameter   " % spec.name.leftJustified(24) % u' ' % spec.description %
                        (spec.description.isEmpty() ? u"" : u": ") % spec.range() % u'\n');
    }
    return text;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(workloadsCommand());
    options.setPositional(0, 0);
    options.addFlag(QStringLiteral("json"),
                    QStringLiteral("Print an array with everything about each workload"));
    options.addValue(QStringLiteral("project"), QStringLiteral("DIR"),
                     QStringLiteral("Also the commands of the project in this folder"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto made = makeProjectWorkloads(options.value(QStringLiteral("project")), true, session.cancel());
    if (!made) {
        return session.fail(made.error());
    }
    const WorkloadRegistry* registry = made->get();
    for (const Error& problem : registry->problems()) {
        session.note(problem.sentence());
    }
    QJsonArray all;
    QStringList texts;
    for (const Workload* workload : registry->workloads()) {
        const std::vector<Scenario> scenarios = registry->scenarios(workload->name());
        all.append(workloadJson(*workload, scenarios));
        texts.append(describe(*workload, scenarios));
    }
    return options.isSet(QStringLiteral("json")) ? session.printJson(all) : session.print(texts.join(u'\n'));
}

} // namespace

CliCommand workloadsCommand()
{
    return CliCommand{QStringLiteral("workloads"),
                      QStringLiteral("Say what can be profiled, in which scenarios"),
                      QStringLiteral("[--project DIR] [--json]"), run};
}

} // namespace perihelion
