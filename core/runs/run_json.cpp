// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_json.h"

#include "core/base/json_text.h"

#include <cmath>

namespace perihelion {

namespace {

constexpr QLatin1String kFormat("perihelion-run");
/// Version 2 brought projects, branches, times of commits and failed builds.
constexpr int kVersion = 2;

qint64 nanos(Nanoseconds time)
{
    return static_cast<qint64>(time.count());
}

QString isoTime(const QDateTime& time)
{
    return time.isValid() ? time.toUTC().toString(Qt::ISODateWithMs) : QString();
}

QStringList textsFrom(const QJsonArray& values)
{
    QStringList texts;
    for (const auto value : values) {
        texts.append(value.toString());
    }
    return texts;
}

QJsonObject processJson(const RunProcess& process)
{
    QJsonObject json{{QStringLiteral("number"), process.number},
                     {QStringLiteral("mode"), iterationModeName(process.mode)},
                     {QStringLiteral("exit_status"), process.exitStatus},
                     {QStringLiteral("signal"), process.signal},
                     {QStringLiteral("error_tail"), process.errorTail}};
    if (process.residentBefore) {
        json.insert(QStringLiteral("resident_before"), *process.residentBefore);
    }
    if (process.residentAfter) {
        json.insert(QStringLiteral("resident_after"), *process.residentAfter);
    }
    return json;
}

RunProcess processFrom(const QJsonObject& json)
{
    RunProcess process;
    process.number = json.value(u"number").toInt();
    process.mode = iterationModeFromName(json.value(u"mode").toString());
    process.exitStatus = json.value(u"exit_status").toInt();
    process.signal = json.value(u"signal").toInt();
    process.errorTail = json.value(u"error_tail").toString();
    const auto share = [&json](QStringView key) {
        const QJsonValue value = json.value(key);
        return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
    };
    process.residentBefore = share(u"resident_before");
    process.residentAfter = share(u"resident_after");
    return process;
}

/// Id of a phase by its name; −1 when the run has none of that name.
int phaseByName(const std::vector<RunPhase>& phases, const QString& name)
{
    for (std::size_t id = 0; id < phases.size(); ++id) {
        if (phases[id].name == name) {
            return static_cast<int>(id);
        }
    }
    return -1;
}

Result<RunIteration> iterationFrom(const QJsonObject& json, const std::vector<RunPhase>& phases)
{
    RunIteration iteration;
    iteration.process = json.value(u"process").toInt();
    iteration.number = json.value(u"number").toInt();
    iteration.mode = iterationModeFromName(json.value(u"mode").toString());
    iteration.failed = json.value(u"failed").toBool();
    iteration.failure = json.value(u"failure").toString();
    iteration.elapsed = Nanoseconds(json.value(u"elapsed_ns").toInteger());
    iteration.unattributed = Nanoseconds(json.value(u"unattributed_ns").toInteger());
    iteration.timingCost = Nanoseconds(json.value(u"timing_cost_ns").toInteger());
    const QJsonArray times = json.value(u"phases").toArray();
    for (const auto value : times) {
        const QJsonObject time = value.toObject();
        const QString name = time.value(u"phase").toString();
        const int phase = phaseByName(phases, name);
        if (phase < 0) {
            return Error{ErrorCode::InvalidArgument,
                         QString(u"names the phase \"" % name % u"\", which the run does not have"),
                         QString()};
        }
        iteration.phases.push_back(PhaseTime{phase, Nanoseconds(time.value(u"total_ns").toInteger()),
                                             Nanoseconds(time.value(u"self_ns").toInteger()),
                                             time.value(u"scopes").toInteger()});
    }
    const QJsonArray metrics = json.value(u"metrics").toArray();
    for (const auto value : metrics) {
        const QJsonObject metric = value.toObject();
        iteration.metrics.push_back(Metric{metric.value(u"name").toString(),
                                           metric.value(u"value").toDouble(),
                                           metric.value(u"unit").toString()});
    }
    return iteration;
}

/// Keys that a run needs, with the type each must have.
Result<void> checkTypes(const JsonText& json)
{
    using Type = QJsonValue::Type;
    const auto typeName = [](Type type) {
        return type == Type::String   ? QStringLiteral("must be a text")
               : type == Type::Double ? QStringLiteral("must be a number")
               : type == Type::Bool   ? QStringLiteral("must be true or false")
               : type == Type::Array  ? QStringLiteral("must be an array")
                                      : QStringLiteral("must be an object");
    };
    for (const auto& [key, type] :
         {std::pair{u"uuid", Type::String}, std::pair{u"workload", Type::String},
          std::pair{u"workload_version", Type::Double}, std::pair{u"scenario", Type::String},
          std::pair{u"scenario_hash", Type::String}, std::pair{u"parameters", Type::Object},
          std::pair{u"started", Type::String}, std::pair{u"finished", Type::String},
          std::pair{u"state", Type::String}, std::pair{u"commit", Type::String},
          std::pair{u"dirty", Type::Bool}, std::pair{u"plan", Type::Object},
          std::pair{u"machine", Type::Object}, std::pair{u"phases", Type::Array},
          std::pair{u"processes", Type::Array}, std::pair{u"iterations", Type::Array}}) {
        const QString name = QStringView(key).toString();
        const QJsonValue value = json.root().value(name);
        if (value.isUndefined()) {
            return json.mistake({name}, QStringLiteral("is missing"));
        }
        if (value.type() != type) {
            return json.mistake({name}, typeName(type));
        }
    }
    return {};
}

} // namespace

IterationMode iterationModeFromName(QStringView name)
{
    return name == u"cold" ? IterationMode::Cold : IterationMode::Warm;
}

RunState runStateFromName(QStringView name)
{
    return name == u"failed"         ? RunState::Failed
           : name == u"cancelled"    ? RunState::Cancelled
           : name == u"build_failed" ? RunState::BuildFailed
                                     : RunState::Finished;
}

QJsonObject planJson(const RunPlan& plan)
{
    return QJsonObject{{QStringLiteral("cold_runs"), plan.coldRuns},
                       {QStringLiteral("warm_runs"), plan.warmRuns},
                       {QStringLiteral("warm_processes"), plan.warmProcesses},
                       {QStringLiteral("warm_ups"), plan.warmUps}};
}

RunPlan planFromJson(const QJsonObject& json)
{
    return RunPlan{json.value(u"cold_runs").toInt(), json.value(u"warm_runs").toInt(),
                   json.value(u"warm_processes").toInt(), json.value(u"warm_ups").toInt()};
}

QJsonArray runPhasesJson(const std::vector<RunPhase>& phases)
{
    QJsonArray json;
    for (const RunPhase& phase : phases) {
        json.append(QJsonObject{{QStringLiteral("name"), phase.name},
                                {QStringLiteral("parent"), phase.parent},
                                {QStringLiteral("of_process"), phase.ofProcess}});
    }
    return json;
}

std::vector<RunPhase> runPhasesFromJson(const QJsonArray& json)
{
    std::vector<RunPhase> phases;
    for (const auto value : json) {
        const QJsonObject phase = value.toObject();
        phases.push_back(RunPhase{phase.value(u"name").toString(), phase.value(u"parent").toInt(-1),
                                  phase.value(u"of_process").toBool()});
    }
    return phases;
}

QJsonObject iterationJson(const RunIteration& iteration, const std::vector<RunPhase>& phases)
{
    QJsonArray times;
    for (const PhaseTime& time : iteration.phases) {
        times.append(QJsonObject{{QStringLiteral("phase"), phases[static_cast<std::size_t>(time.phase)].name},
                                 {QStringLiteral("total_ns"), nanos(time.total)},
                                 {QStringLiteral("self_ns"), nanos(time.self)},
                                 {QStringLiteral("scopes"), static_cast<qint64>(time.scopes)}});
    }
    QJsonArray metrics;
    for (const Metric& metric : iteration.metrics) {
        if (!std::isfinite(metric.value)) {
            continue; // JSON has no such number.
        }
        metrics.append(QJsonObject{{QStringLiteral("name"), metric.name},
                                   {QStringLiteral("value"), metric.value},
                                   {QStringLiteral("unit"), metric.unit}});
    }
    return QJsonObject{{QStringLiteral("process"), iteration.process},
                       {QStringLiteral("number"), iteration.number},
                       {QStringLiteral("mode"), iterationModeName(iteration.mode)},
                       {QStringLiteral("failed"), iteration.failed},
                       {QStringLiteral("failure"), iteration.failure},
                       {QStringLiteral("elapsed_ns"), nanos(iteration.elapsed)},
                       {QStringLiteral("unattributed_ns"), nanos(iteration.unattributed)},
                       {QStringLiteral("timing_cost_ns"), nanos(iteration.timingCost)},
                       {QStringLiteral("phases"), times},
                       {QStringLiteral("metrics"), metrics}};
}

QJsonObject runJson(const RunRecord& run)
{
    QJsonArray processes;
    for (const RunProcess& process : run.processes) {
        processes.append(processJson(process));
    }
    QJsonArray iterations;
    for (const RunIteration& iteration : run.iterations) {
        iterations.append(iterationJson(iteration, run.phases));
    }
    return QJsonObject{{QStringLiteral("format"), kFormat},
                       {QStringLiteral("version"), kVersion},
                       {QStringLiteral("uuid"), run.uuid},
                       {QStringLiteral("project"), run.project},
                       {QStringLiteral("workload"), run.workload},
                       {QStringLiteral("workload_version"), run.workloadVersion},
                       {QStringLiteral("scenario"), run.scenario},
                       {QStringLiteral("scenario_hash"), run.scenarioHash},
                       {QStringLiteral("parameters"), run.parameters},
                       {QStringLiteral("started"), isoTime(run.started)},
                       {QStringLiteral("finished"), isoTime(run.finished)},
                       {QStringLiteral("state"), runStateName(run.state)},
                       {QStringLiteral("commit"), run.commit},
                       {QStringLiteral("commit_time"), isoTime(run.commitTime)},
                       {QStringLiteral("branch"), run.branch},
                       {QStringLiteral("interleaved"), run.interleaved},
                       {QStringLiteral("dirty"), run.dirty},
                       {QStringLiteral("failure"), run.failure},
                       {QStringLiteral("program_version"), run.programVersion},
                       {QStringLiteral("origin"), run.origin},
                       {QStringLiteral("plan"), planJson(run.plan)},
                       {QStringLiteral("machine"), run.machine.toJson()},
                       {QStringLiteral("phases"), runPhasesJson(run.phases)},
                       {QStringLiteral("processes"), processes},
                       {QStringLiteral("iterations"), iterations},
                       {QStringLiteral("warnings"), QJsonArray::fromStringList(run.warnings)},
                       {QStringLiteral("notes"), QJsonArray::fromStringList(run.notes)},
                       {QStringLiteral("higher_is_better"), QJsonArray::fromStringList(run.higherIsBetter)},
                       {QStringLiteral("scope_cost_ns"), nanos(run.scopeCost)}};
}

Result<RunRecord> runFromJson(const QByteArray& text, const QString& file)
{
    const Result<JsonText> json = JsonText::parse(text, QStringLiteral("Reading the run"), file);
    if (!json) {
        return json.error();
    }
    const QJsonObject& root = json->root();
    if (root.value(u"format").toString() != kFormat) {
        return json->mistake({QStringLiteral("format")}, QString(u"must be \"" % kFormat % u'"'));
    }
    const int version = root.value(u"version").toInt();
    if (version < 1 || version > kVersion) {
        return json->mistake({QStringLiteral("version")},
                             QStringLiteral("must be 1 to %1; a newer Perihelion wrote this").arg(kVersion));
    }
    if (const Result<void> types = checkTypes(*json); !types) {
        return types.error();
    }
    RunRecord run;
    run.uuid = root.value(u"uuid").toString();
    run.workload = root.value(u"workload").toString();
    run.workloadVersion = root.value(u"workload_version").toInt();
    run.scenario = root.value(u"scenario").toString();
    run.scenarioHash = root.value(u"scenario_hash").toString();
    run.parameters = root.value(u"parameters").toObject();
    for (const auto& [key, time] : {std::pair{QStringLiteral("started"), &run.started},
                                    std::pair{QStringLiteral("finished"), &run.finished}}) {
        *time = QDateTime::fromString(root.value(key).toString(), Qt::ISODateWithMs).toUTC();
        if (!time->isValid()) {
            return json->mistake({key}, QStringLiteral("must be a time such as 2026-01-31T12:00:00.000Z"));
        }
    }
    run.state = runStateFromName(root.value(u"state").toString());
    run.commit = root.value(u"commit").toString();
    run.project = root.value(u"project").toString();
    if (const QString committed = root.value(u"commit_time").toString(); !committed.isEmpty()) {
        run.commitTime = QDateTime::fromString(committed, Qt::ISODateWithMs).toUTC();
        if (!run.commitTime.isValid()) {
            return json->mistake({QStringLiteral("commit_time")},
                                 QStringLiteral("must be a time such as 2026-01-31T12:00:00.000Z, or empty"));
        }
    }
    run.branch = root.value(u"branch").toString();
    run.interleaved = root.value(u"interleaved").toString();
    run.failure = root.value(u"failure").toString();
    run.dirty = root.value(u"dirty").toBool();
    run.programVersion = root.value(u"program_version").toString();
    run.origin = root.value(u"origin").toString();
    run.plan = planFromJson(root.value(u"plan").toObject());
    run.machine = MachineDescription::fromJson(root.value(u"machine").toObject());
    run.phases = runPhasesFromJson(root.value(u"phases").toArray());
    const QJsonArray processes = root.value(u"processes").toArray();
    for (const auto process : processes) {
        run.processes.push_back(processFrom(process.toObject()));
    }
    const QJsonArray iterations = root.value(u"iterations").toArray();
    for (qsizetype index = 0; index < iterations.size(); ++index) {
        Result<RunIteration> iteration = iterationFrom(iterations.at(index).toObject(), run.phases);
        if (!iteration) {
            return json->mistake({QStringLiteral("iterations"), QString::number(index)},
                                 iteration.error().message);
        }
        run.iterations.push_back(std::move(*iteration));
    }
    run.warnings = textsFrom(root.value(u"warnings").toArray());
    run.notes = textsFrom(root.value(u"notes").toArray());
    run.higherIsBetter = textsFrom(root.value(u"higher_is_better").toArray());
    run.scopeCost = Nanoseconds(root.value(u"scope_cost_ns").toInteger());
    return run;
}

} // namespace perihelion
