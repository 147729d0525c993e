// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/scenario.h"

#include "core/base/json_text.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

namespace perihelion {

namespace {

constexpr QLatin1String kWorkloadKey("workload");
constexpr QLatin1String kNameKey("name");
constexpr QLatin1String kDescriptionKey("description");
constexpr QLatin1String kParametersKey("parameters");

QString reading()
{
    return QStringLiteral("Reading the scenario");
}

/// Only what is not at its default.
QJsonObject differingValues(const ParameterSet& set, const QJsonObject& values)
{
    QJsonObject differing;
    for (const ParameterSpec& spec : set.specs) {
        const QJsonValue value = values.value(spec.name);
        const Result<QJsonValue> fallback = set.canonical(spec.name, spec.fallback);
        if (!fallback || *fallback != value) {
            differing.insert(spec.name, value);
        }
    }
    return differing;
}

QString digest(const ParameterSet& set, const QJsonObject& values)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QString(set.workload % u'/' % QString::number(set.workloadVersion) % u'\n').toUtf8());
    // Keys of a QJsonObject are sorted, and numbers are written with as many digits as they need.
    hash.addData(QJsonDocument(differingValues(set, values)).toJson(QJsonDocument::Compact));
    return QString::fromLatin1(hash.result().toHex().left(16));
}

bool isScenarioName(const QString& name)
{
    return !name.isEmpty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](QChar letter) {
        return letter.isLetterOrNumber() || letter == u'_' || letter == u'-' || letter == u'.';
    });
}

QString nameRule()
{
    return QStringLiteral("must be letters, digits, '_', '-' and '.', at most 100");
}

/// Paths of a scenario file are meant relative to it.
QJsonValue absoluteFiles(const QJsonValue& value, const QString& scenarioFile)
{
    QJsonArray files = value.toArray();
    const QDir folder = QFileInfo(scenarioFile).absoluteDir();
    for (QJsonValueRef file : files) {
        if (file.isString() && !file.toString().isEmpty()) {
            file = QDir::cleanPath(folder.absoluteFilePath(file.toString()));
        }
    }
    return files;
}

Result<QString> word(const JsonText& text, const QString& key, bool needed)
{
    const QJsonValue value = text.root().value(key);
    if (value.isUndefined() && !needed) {
        return QString();
    }
    if (!value.isString() || (needed && value.toString().isEmpty())) {
        return text.mistake({key}, value.isUndefined() ? QStringLiteral("is missing")
                                                       : QStringLiteral("must be a text that is not empty"));
    }
    return value.toString();
}

} // namespace

const ParameterSpec* ParameterSet::find(QStringView name) const
{
    for (const ParameterSpec& spec : specs) {
        if (spec.name == name) {
            return &spec;
        }
    }
    return nullptr;
}

Result<QJsonValue> ParameterSet::canonical(const QString& name, const QJsonValue& value) const
{
    const ParameterSpec* spec = find(name);
    if (spec == nullptr) {
        QStringList known;
        for (const ParameterSpec& each : specs) {
            known.append(each.name);
        }
        return Error{ErrorCode::InvalidArgument,
                     QString(workload % u" has no parameter " % name % u"; known are " %
                             known.join(QStringLiteral(", "))),
                     QString()};
    }
    Result<QJsonValue> plain = spec->canonical(value);
    if (!plain || spec->type != ParameterType::Structure || !checkStructure) {
        return plain;
    }
    Result<QJsonValue> checked = checkStructure(name, *plain);
    if (!checked) {
        Error error = checked.error();
        error.message = QString(name % u": " % error.message);
        return error;
    }
    return checked;
}

Result<Scenario> Scenario::make(const ParameterSet& set, const QString& name, const QJsonObject& values,
                                const QString& description)
{
    if (!isScenarioName(name)) {
        return Error{ErrorCode::InvalidArgument, QString(u"The scenario's name " % nameRule()), name};
    }
    Scenario made;
    made.m_workload = set.workload;
    made.m_name = name;
    made.m_description = description;
    for (auto at = values.begin(); at != values.end(); ++at) {
        const Result<QJsonValue> value = set.canonical(at.key(), at.value());
        if (!value) {
            return value.error();
        }
        made.m_values.insert(at.key(), *value);
    }
    for (const ParameterSpec& spec : set.specs) {
        if (!made.m_values.contains(spec.name)) {
            const Result<QJsonValue> fallback = set.canonical(spec.name, spec.fallback);
            if (!fallback) {
                return fallback.error();
            }
            made.m_values.insert(spec.name, *fallback);
        }
    }
    made.m_hash = digest(set, made.m_values);
    return made;
}

Result<QString> Scenario::workloadOf(const QByteArray& text, const QString& file)
{
    const Result<JsonText> json = JsonText::parse(text, reading(), file);
    return json ? word(*json, kWorkloadKey, true) : Result<QString>(json.error());
}

Result<Scenario> Scenario::fromJson(const ParameterSet& set, const QByteArray& text, const QString& file)
{
    const Result<JsonText> json = JsonText::parse(text, reading(), file);
    if (!json) {
        return json.error();
    }
    const QStringList known{kWorkloadKey, kNameKey, kDescriptionKey, kParametersKey};
    for (const QString& key : json->root().keys()) {
        if (!known.contains(key)) {
            return json->mistake({key},
                                 QString(u"is unknown; known are " % known.join(QStringLiteral(", "))));
        }
    }
    const Result<QString> workload = word(*json, kWorkloadKey, true);
    if (!workload) {
        return workload.error();
    }
    if (*workload != set.workload) {
        return json->mistake({kWorkloadKey}, QString(u"must be " % set.workload));
    }
    const Result<QString> name = word(*json, kNameKey, true);
    if (!name) {
        return name.error();
    }
    if (!isScenarioName(*name)) {
        return json->mistake({kNameKey}, nameRule());
    }
    const Result<QString> description = word(*json, kDescriptionKey, false);
    if (!description) {
        return description.error();
    }
    const QJsonValue parameters = json->root().value(kParametersKey);
    if (!parameters.isUndefined() && !parameters.isObject()) {
        return json->mistake({kParametersKey}, QStringLiteral("must be an object"));
    }
    QJsonObject values = parameters.toObject();
    for (const QString& key : values.keys()) {
        const ParameterSpec* spec = set.find(key);
        if (spec != nullptr && spec->type == ParameterType::Files && values.value(key).isArray()) {
            values.insert(key, absoluteFiles(values.value(key), file));
        }
        const Result<QJsonValue> value = set.canonical(key, values.value(key));
        if (!value) {
            QStringList path{kParametersKey, key};
            if (spec != nullptr && spec->type == ParameterType::Structure &&
                !value.error().subject.isEmpty()) {
                path += value.error().subject.split(u'.'); // Where inside, as the workload's check says.
            }
            return json->mistake(path, QString(u"is wrong: " % value.error().message));
        }
    }
    Result<Scenario> made = make(set, *name, values, *description);
    if (!made) {
        return json->mistake({kParametersKey}, QString(u"is wrong: " % made.error().message));
    }
    made->m_file = file;
    return made;
}

bool Scenario::flag(QStringView name) const
{
    Q_ASSERT(m_values.value(name).isBool());
    return m_values.value(name).toBool();
}

std::int64_t Scenario::integer(QStringView name) const
{
    Q_ASSERT(m_values.value(name).isDouble());
    return m_values.value(name).toInteger();
}

double Scenario::real(QStringView name) const
{
    Q_ASSERT(m_values.value(name).isDouble());
    return m_values.value(name).toDouble();
}

QString Scenario::text(QStringView name) const
{
    Q_ASSERT(m_values.value(name).isString());
    return m_values.value(name).toString();
}

QStringList Scenario::files(QStringView name) const
{
    Q_ASSERT(m_values.value(name).isArray());
    QStringList files;
    const QJsonArray values = m_values.value(name).toArray();
    for (const auto file : values) {
        files.append(file.toString());
    }
    return files;
}

QJsonValue Scenario::structure(QStringView name) const
{
    Q_ASSERT(m_values.contains(name));
    return m_values.value(name);
}

Result<Scenario> Scenario::with(const ParameterSet& set, const QString& name, const QJsonValue& value) const
{
    const Result<QJsonValue> checked = set.canonical(name, value);
    if (!checked) {
        return checked.error();
    }
    Scenario changed = *this;
    changed.m_values.insert(name, *checked);
    changed.m_hash = digest(set, changed.m_values);
    return changed;
}

QByteArray Scenario::toJson(const ParameterSet& set) const
{
    QJsonObject json{
        {kWorkloadKey, m_workload}, {kNameKey, m_name}, {kParametersKey, differingValues(set, m_values)}};
    if (!m_description.isEmpty()) {
        json.insert(kDescriptionKey, m_description);
    }
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

} // namespace perihelion
