// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profile/measure_protocol.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

namespace perihelion {

namespace {

constexpr std::size_t kMaxMetrics = 256;
constexpr std::size_t kMaxFoundPhases = 256;

QByteArray lineOf(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

qint64 count(Nanoseconds time)
{
    return static_cast<qint64>(time.count());
}

Nanoseconds timeAt(const QJsonObject& json, QStringView key)
{
    return Nanoseconds(std::max<qint64>(0, json.value(key).toInteger()));
}

QString shortened(const QByteArray& line)
{
    const QString text = QString::fromUtf8(line.left(80)).simplified();
    return line.size() > 80 ? QString(text % u'…') : text;
}

Error noMessage(const QByteArray& line)
{
    return Error{ErrorCode::Corrupt, QString(u"it said \"" % shortened(line) % u"\", which is no message"),
                 QString()};
}

/// The object of a line and what it calls itself.
Result<QJsonObject> objectOf(const QByteArray& line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject() || !document.object().value(u"message").isString()) {
        return noMessage(line);
    }
    return document.object();
}

Result<void> checkProtocol(const QJsonObject& json)
{
    const int version = json.value(u"protocol").toInt(-1);
    if (version == kMeasureProtocol) {
        return {};
    }
    return Error{
        ErrorCode::Internal,
        QStringLiteral("it speaks version %1 of the protocol and this program version %2; install one "
                       "version of both")
            .arg(version)
            .arg(kMeasureProtocol),
        QString()};
}

QJsonObject iterationObject(const IterationMessage& message)
{
    QJsonArray phases;
    for (const PhaseTime& time : message.iteration.phases) {
        phases.append(
            QJsonArray{time.phase, count(time.total), count(time.self), static_cast<qint64>(time.scopes)});
    }
    QJsonArray metrics;
    for (const Metric& metric : message.iteration.metrics) {
        metrics.append(QJsonArray{metric.name, metric.value, metric.unit});
    }
    QJsonArray found;
    for (const FoundPhase& phase : message.found) {
        found.append(
            QJsonArray{phase.name, phase.parent, count(phase.total), count(phase.self), phase.ofProcess});
    }
    return QJsonObject{{QStringLiteral("message"), QStringLiteral("iteration")},
                       {QStringLiteral("elapsed_ns"), count(message.iteration.elapsed)},
                       {QStringLiteral("unattributed_ns"), count(message.iteration.unattributed)},
                       {QStringLiteral("timing_cost_ns"), count(message.iteration.timingCost)},
                       {QStringLiteral("phases"), phases},
                       {QStringLiteral("metrics"), metrics},
                       {QStringLiteral("found"), found},
                       {QStringLiteral("notes"), QJsonArray::fromStringList(message.notes)}};
}

Result<MeasurerMessage> iterationFromObject(const QJsonObject& json, const QByteArray& line)
{
    if (!json.value(u"elapsed_ns").isDouble() || !json.value(u"phases").isArray() ||
        !json.value(u"metrics").isArray()) {
        return noMessage(line);
    }
    IterationMessage message;
    message.iteration.elapsed = timeAt(json, u"elapsed_ns");
    message.iteration.unattributed = timeAt(json, u"unattributed_ns");
    message.iteration.timingCost = timeAt(json, u"timing_cost_ns");
    const QJsonArray phases = json.value(u"phases").toArray();
    for (const auto value : phases) {
        const QJsonArray time = value.toArray();
        const int phase = time.at(0).toInt(-1);
        if (time.size() != 4 || phase < 0 || phase >= static_cast<int>(PhaseTimer::kMaxPhases)) {
            return noMessage(line);
        }
        message.iteration.phases.push_back(PhaseTime{phase, Nanoseconds(time.at(1).toInteger()),
                                                     Nanoseconds(time.at(2).toInteger()),
                                                     time.at(3).toInteger()});
    }
    const QJsonArray found = json.value(u"found").toArray();
    for (const auto value : found) {
        const QJsonArray phase = value.toArray();
        if (phase.size() != 5 || phase.at(0).toString().isEmpty() ||
            message.found.size() >= kMaxFoundPhases) {
            return noMessage(line);
        }
        message.found.push_back(FoundPhase{phase.at(0).toString(), phase.at(1).toString(),
                                           Nanoseconds(phase.at(2).toInteger()),
                                           Nanoseconds(phase.at(3).toInteger()), phase.at(4).toBool()});
    }
    const QJsonArray metrics = json.value(u"metrics").toArray();
    for (const auto value : metrics) {
        const QJsonArray metric = value.toArray();
        if (metric.size() != 3 || message.iteration.metrics.size() >= kMaxMetrics) {
            return noMessage(line);
        }
        // What is no number (an energy that blew up) has no place in JSON and arrives as null.
        if (metric.at(1).isDouble()) {
            message.iteration.metrics.push_back(
                Metric{metric.at(0).toString(), metric.at(1).toDouble(), metric.at(2).toString()});
        } else {
            message.notes.append(QString(metric.at(0).toString() % u" is no number"));
        }
    }
    const QJsonArray notes = json.value(u"notes").toArray();
    for (const auto note : notes) {
        message.notes.append(note.toString());
    }
    return MeasurerMessage(message);
}

ErrorCode codeFromName(const QString& name)
{
    for (const ErrorCode code :
         {ErrorCode::Cancelled, ErrorCode::Corrupt, ErrorCode::DiskFull, ErrorCode::InvalidArgument,
          ErrorCode::Io, ErrorCode::NoEvents, ErrorCode::NotFound, ErrorCode::NotHdf5,
          ErrorCode::PermissionDenied, ErrorCode::Store, ErrorCode::TooLarge, ErrorCode::Truncated,
          ErrorCode::Unreachable, ErrorCode::UnsupportedFilter, ErrorCode::UnsupportedLayout}) {
        if (errorCodeName(code) == name) {
            return code;
        }
    }
    return ErrorCode::Internal;
}

} // namespace

QByteArray toLine(const AskerMessage& message)
{
    if (const auto* begin = std::get_if<BeginMessage>(&message)) {
        return lineOf(QJsonObject{{QStringLiteral("message"), QStringLiteral("begin")},
                                  {QStringLiteral("protocol"), kMeasureProtocol},
                                  {QStringLiteral("workload"), begin->workload},
                                  {QStringLiteral("scenario"), begin->scenario},
                                  {QStringLiteral("values"), begin->values}});
    }
    QJsonObject iterate{{QStringLiteral("message"), QStringLiteral("iterate")}};
    if (std::get<IterateMessage>(message).countAllocations) {
        iterate.insert(QStringLiteral("count_allocations"), true);
    }
    return lineOf(iterate);
}

QByteArray toLine(const MeasurerMessage& message)
{
    if (const auto* ready = std::get_if<ReadyMessage>(&message)) {
        return lineOf(QJsonObject{{QStringLiteral("message"), QStringLiteral("ready")},
                                  {QStringLiteral("protocol"), kMeasureProtocol},
                                  {QStringLiteral("workload_version"), ready->workloadVersion},
                                  {QStringLiteral("program_version"), ready->programVersion},
                                  {QStringLiteral("commit"), ready->commit},
                                  {QStringLiteral("dirty"), ready->dirty},
                                  {QStringLiteral("build_type"), ready->buildType},
                                  {QStringLiteral("compiler"), ready->compiler},
                                  {QStringLiteral("began_ns"), count(ready->began)},
                                  {QStringLiteral("ready_ns"), count(ready->ready)},
                                  {QStringLiteral("scope_cost_ns"), count(ready->scopeCost)}});
    }
    if (const auto* iteration = std::get_if<IterationMessage>(&message)) {
        return lineOf(iterationObject(*iteration));
    }
    const Error& error = std::get<FailureMessage>(message).error;
    return lineOf(QJsonObject{{QStringLiteral("message"), QStringLiteral("failure")},
                              {QStringLiteral("code"), errorCodeName(error.code)},
                              {QStringLiteral("sentence"), error.message},
                              {QStringLiteral("subject"), error.subject}});
}

Result<AskerMessage> askerMessageFrom(const QByteArray& line)
{
    const Result<QJsonObject> json = objectOf(line);
    if (!json) {
        return json.error();
    }
    const QString kind = json->value(u"message").toString();
    if (kind == u"iterate") {
        return AskerMessage(IterateMessage{json->value(u"count_allocations").toBool()});
    }
    if (kind != u"begin") {
        return noMessage(line);
    }
    if (const Result<void> spoken = checkProtocol(*json); !spoken) {
        return spoken.error();
    }
    return AskerMessage(BeginMessage{json->value(u"workload").toString(), json->value(u"scenario").toString(),
                                     json->value(u"values").toObject()});
}

Result<MeasurerMessage> measurerMessageFrom(const QByteArray& line)
{
    const Result<QJsonObject> json = objectOf(line);
    if (!json) {
        return json.error();
    }
    const QString kind = json->value(u"message").toString();
    if (kind == u"iteration") {
        return iterationFromObject(*json, line);
    }
    if (kind == u"failure") {
        return MeasurerMessage(
            FailureMessage{Error{codeFromName(json->value(u"code").toString()),
                                 json->value(u"sentence").toString(), json->value(u"subject").toString()}});
    }
    if (kind != u"ready") {
        return noMessage(line);
    }
    if (const Result<void> spoken = checkProtocol(*json); !spoken) {
        return spoken.error();
    }
    ReadyMessage ready;
    ready.workloadVersion = json->value(u"workload_version").toInt();
    ready.programVersion = json->value(u"program_version").toString();
    ready.commit = json->value(u"commit").toString();
    ready.dirty = json->value(u"dirty").toBool();
    ready.buildType = json->value(u"build_type").toString();
    ready.compiler = json->value(u"compiler").toString();
    ready.began = timeAt(*json, u"began_ns");
    ready.ready = timeAt(*json, u"ready_ns");
    ready.scopeCost = timeAt(*json, u"scope_cost_ns");
    return MeasurerMessage(ready);
}

} // namespace perihelion
