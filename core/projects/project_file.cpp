// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/project_file.h"

#include "core/base/json_text.h"
#include "core/workloads/scenario.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace perihelion {

namespace {

constexpr double kMostSeconds = 7.0 * 24 * 3600;

constexpr std::array<std::pair<QLatin1String, PhaseSource>, 7> kSources{{
    {QLatin1String("lines"), PhaseSource::Lines},
    {QLatin1String("pattern"), PhaseSource::Pattern},
    {QLatin1String("events"), PhaseSource::Events},
    {QLatin1String("trace"), PhaseSource::Trace},
    {QLatin1String("results"), PhaseSource::Results},
    {QLatin1String("pstats"), PhaseSource::Pstats},
    {QLatin1String("none"), PhaseSource::None},
}};

constexpr std::array<std::pair<QLatin1String, ParameterType>, 5> kTypes{{
    {QLatin1String("flag"), ParameterType::Flag},
    {QLatin1String("integer"), ParameterType::Integer},
    {QLatin1String("real"), ParameterType::Real},
    {QLatin1String("choice"), ParameterType::Choice},
    {QLatin1String("text"), ParameterType::Text},
}};

constexpr std::array<std::pair<QLatin1String, double>, 4> kUnits{{
    {QLatin1String("ns"), 1.0},
    {QLatin1String("us"), 1e3},
    {QLatin1String("ms"), 1e6},
    {QLatin1String("s"), 1e9},
}};

template <typename Value, std::size_t count>
std::optional<Value> named(const std::array<std::pair<QLatin1String, Value>, count>& names,
                           const QString& name)
{
    const auto at =
        std::find_if(names.begin(), names.end(), [&](const auto& each) { return each.first == name; });
    return at == names.end() ? std::nullopt : std::optional<Value>(at->second);
}

template <typename Value, std::size_t count>
QString oneOf(const std::array<std::pair<QLatin1String, Value>, count>& names)
{
    QStringList all;
    for (const auto& each : names) {
        all.append(each.first);
    }
    return QString(u"must be one of " % all.join(QStringLiteral(", ")));
}

bool isName(const QString& name)
{
    static const QRegularExpression rule(QStringLiteral("^[a-z0-9][a-z0-9_.-]{0,63}$"));
    return rule.match(name).hasMatch();
}

/// One object of the file being read. The first mistake is kept; what is asked for afterwards is a default.
class ObjectReader {
public:
    ObjectReader(const JsonText& text, QStringList path, const QJsonValue& value,
                 std::optional<Error>& mistake)
        : m_text(text),
          m_path(std::move(path)),
          m_object(value.toObject()),
          m_mistake(mistake)
    {
        if (!value.isObject()) {
            refuse({}, QStringLiteral("must be an object"));
        }
    }

    void allow(const QStringList& known)
    {
        for (const QString& key : m_object.keys()) {
            if (!known.contains(key)) {
                refuse(key, QString(u"is unknown; known are " % known.join(QStringLiteral(", "))));
            }
        }
    }
    void refuse(const QString& key, const QString& what)
    {
        if (!m_mistake) {
            m_mistake = m_text.mistake(pathOf(key), what);
        }
    }
    bool has(const QString& key) const { return m_object.contains(key); }
    QJsonValue value(const QString& key) const { return m_object.value(key); }
    QStringList pathOf(const QString& key) const
    {
        return key.isEmpty() ? m_path : m_path + QStringList{key};
    }
    ObjectReader inside(const QString& key, const QJsonValue& value)
    {
        return ObjectReader(m_text, m_path + key.split(u'/'), value, m_mistake);
    }

    QString text(const QString& key, bool needed = false)
    {
        const QJsonValue found = value(key);
        if (found.isUndefined() && !needed) {
            return {};
        }
        if (!found.isString() || (needed && found.toString().isEmpty())) {
            refuse(key, found.isUndefined() ? QStringLiteral("is missing")
                                            : QStringLiteral("must be a text that is not empty"));
        }
        return found.toString();
    }
    QString name(const QString& key)
    {
        QString found = text(key, true);
        if (!isName(found)) {
            refuse(key, QStringLiteral("must be lower-case letters, digits, '-', '_' and '.', at most 64"));
        }
        return found;
    }
    double number(const QString& key, double fallback, double least, double greatest)
    {
        const QJsonValue found = value(key);
        if (found.isUndefined()) {
            return fallback;
        }
        if (!found.isDouble() || !(found.toDouble() >= least && found.toDouble() <= greatest)) {
            refuse(key, QStringLiteral("must be a number from %1 to %2").arg(least).arg(greatest));
            return fallback;
        }
        return found.toDouble();
    }
    QStringList texts(const QString& key, bool needed = false)
    {
        const QJsonValue found = value(key);
        if (found.isUndefined() && !needed) {
            return {};
        }
        const QJsonArray array = found.toArray();
        const bool sound = found.isArray() && !(needed && array.isEmpty()) &&
                           std::all_of(array.begin(), array.end(), [](const QJsonValue& each) {
                               return each.isString() && !each.toString().contains(QChar(0));
                           });
        if (!sound || (needed && array.first().toString().isEmpty())) {
            refuse(key, found.isUndefined() ? QStringLiteral("is missing")
                                            : QStringLiteral("must be an array of texts that is not empty"));
            return {};
        }
        QStringList all;
        for (const auto each : array) {
            all.append(each.toString());
        }
        return all;
    }
    QJsonArray array(const QString& key)
    {
        const QJsonValue found = value(key);
        if (!found.isUndefined() && !found.isArray()) {
            refuse(key, QStringLiteral("must be an array"));
        }
        return found.toArray();
    }
    std::chrono::milliseconds seconds(const QString& key, std::chrono::milliseconds fallback)
    {
        const double count = std::chrono::duration<double>(fallback).count();
        return std::chrono::milliseconds(std::llround(number(key, count, 0.001, kMostSeconds) * 1000));
    }

private:
    const JsonText& m_text;
    QStringList m_path;
    QJsonObject m_object;
    std::optional<Error>& m_mistake;
};

ParameterSpec readParameter(ObjectReader reader)
{
    reader.allow({QStringLiteral("name"), QStringLiteral("type"), QStringLiteral("description"),
                  QStringLiteral("default"), QStringLiteral("unit"), QStringLiteral("least"),
                  QStringLiteral("greatest"), QStringLiteral("choices")});
    ParameterSpec spec;
    spec.name = reader.name(QStringLiteral("name"));
    const auto type = named(kTypes, reader.text(QStringLiteral("type"), true));
    if (!type) {
        reader.refuse(QStringLiteral("type"), oneOf(kTypes));
        return spec;
    }
    spec.type = *type;
    spec.description = reader.text(QStringLiteral("description"));
    spec.unit = reader.text(QStringLiteral("unit"));
    spec.least = reader.number(QStringLiteral("least"), -1e15, -1e15, 1e15);
    spec.greatest = reader.number(QStringLiteral("greatest"), 1e15, spec.least, 1e15);
    spec.choices = reader.texts(QStringLiteral("choices"), spec.type == ParameterType::Choice);
    spec.fallback = reader.value(QStringLiteral("default"));
    if (spec.fallback.isUndefined()) {
        reader.refuse(QStringLiteral("default"), QStringLiteral("is missing"));
    } else if (const auto sound = spec.canonical(spec.fallback); !sound) {
        reader.refuse(QStringLiteral("default"), QString(u"is wrong: " % sound.error().message));
    }
    return spec;
}

void readPhases(ObjectReader reader, const QDir& folder, CommandSpec& spec)
{
    reader.allow(
        {QStringLiteral("from"), QStringLiteral("pattern"), QStringLiteral("unit"), QStringLiteral("file")});
    const auto source = named(kSources, reader.text(QStringLiteral("from"), true));
    if (!source) {
        reader.refuse(QStringLiteral("from"), oneOf(kSources));
        return;
    }
    spec.source = *source;
    const bool file = spec.source == PhaseSource::Trace || spec.source == PhaseSource::Results ||
                      spec.source == PhaseSource::Pstats;
    const bool pattern = spec.source == PhaseSource::Pattern;
    const QString path = reader.text(QStringLiteral("file"), file);
    if (reader.has(QStringLiteral("file")) && !file) {
        reader.refuse(QStringLiteral("file"), QStringLiteral("goes only with trace, results and pstats"));
    }
    if ((reader.has(QStringLiteral("pattern")) || reader.has(QStringLiteral("unit"))) && !pattern) {
        reader.refuse(reader.has(QStringLiteral("unit")) ? QStringLiteral("unit") : QStringLiteral("pattern"),
                      QStringLiteral("goes only with pattern"));
    }
    spec.resultFile = file ? QDir::cleanPath(folder.absoluteFilePath(path)) : QString();
    spec.pattern = reader.text(QStringLiteral("pattern"), pattern);
    if (pattern) {
        const QRegularExpression expression(spec.pattern);
        if (!expression.isValid()) {
            reader.refuse(QStringLiteral("pattern"),
                          QString(u"is no regular expression: " % expression.errorString()));
        } else if (!expression.namedCaptureGroups().contains(QStringLiteral("name")) ||
                   !expression.namedCaptureGroups().contains(QStringLiteral("value"))) {
            reader.refuse(QStringLiteral("pattern"),
                          QStringLiteral("needs the groups (?<name>…) and (?<value>…)"));
        }
    }
    if (reader.has(QStringLiteral("unit"))) {
        const auto unit = named(kUnits, reader.text(QStringLiteral("unit"), true));
        if (unit) {
            spec.patternNanoseconds = *unit;
        } else {
            reader.refuse(QStringLiteral("unit"), oneOf(kUnits));
        }
    }
}

/// "{NAME}" of every parameter that the command does not declare is a mistake.
void checkPlaceholders(ObjectReader& reader, const CommandSpec& spec)
{
    static const QRegularExpression placeholder(QStringLiteral("\\{([a-z0-9][a-z0-9_.-]*)\\}"));
    for (const QString& part : spec.command) {
        auto each = placeholder.globalMatch(part);
        while (each.hasNext()) {
            const QString name = each.next().captured(1);
            if (std::none_of(spec.parameters.begin(), spec.parameters.end(),
                             [&name](const ParameterSpec& known) { return known.name == name; })) {
                reader.refuse(QStringLiteral("command"),
                              QString(u"speaks of {" % name % u"}, which is no parameter"));
            }
        }
    }
}

CommandSpec readWorkload(ObjectReader reader, const QDir& top)
{
    reader.allow({QStringLiteral("name"), QStringLiteral("version"), QStringLiteral("description"),
                  QStringLiteral("command"), QStringLiteral("folder"), QStringLiteral("parameters"),
                  QStringLiteral("inputs"), QStringLiteral("environment"), QStringLiteral("timeout"),
                  QStringLiteral("phases"), QStringLiteral("scenarios")});
    CommandSpec spec;
    spec.name = reader.name(QStringLiteral("name"));
    spec.version = static_cast<int>(reader.number(QStringLiteral("version"), 1, 1, 1e6));
    spec.description = reader.text(QStringLiteral("description"));
    spec.command = reader.texts(QStringLiteral("command"), true);
    const QDir folder(QDir::cleanPath(top.absoluteFilePath(reader.text(QStringLiteral("folder")))));
    spec.folder = folder.path();
    spec.timeLimit = reader.seconds(QStringLiteral("timeout"), spec.timeLimit);
    const QStringList inputs = reader.texts(QStringLiteral("inputs"));
    for (const QString& input : inputs) {
        spec.inputs.append(QDir::cleanPath(folder.absoluteFilePath(input)));
    }
    if (reader.has(QStringLiteral("environment"))) {
        ObjectReader variables =
            reader.inside(QStringLiteral("environment"), reader.value(QStringLiteral("environment")));
        const QStringList names = reader.value(QStringLiteral("environment")).toObject().keys();
        for (const QString& name : names) {
            if (name.isEmpty() || name.contains(u'=')) {
                variables.refuse(name, QStringLiteral("is no name of a variable"));
            }
            spec.environment.insert(name, variables.text(name));
        }
    }
    const QJsonArray parameters = reader.array(QStringLiteral("parameters"));
    for (qsizetype i = 0; i < parameters.size(); ++i) {
        ParameterSpec parameter =
            readParameter(reader.inside(QStringLiteral("parameters/%1").arg(i), parameters.at(i)));
        if (std::any_of(spec.parameters.begin(), spec.parameters.end(),
                        [&](const ParameterSpec& known) { return known.name == parameter.name; })) {
            reader.refuse(QStringLiteral("parameters"), QString(u"has two of the name " % parameter.name));
        }
        spec.parameters.push_back(std::move(parameter));
    }
    checkPlaceholders(reader, spec);
    if (reader.has(QStringLiteral("phases"))) {
        readPhases(reader.inside(QStringLiteral("phases"), reader.value(QStringLiteral("phases"))), folder,
                   spec);
    }
    const QJsonArray scenarios = reader.array(QStringLiteral("scenarios"));
    for (qsizetype i = 0; i < scenarios.size(); ++i) {
        ObjectReader each = reader.inside(QStringLiteral("scenarios/%1").arg(i), scenarios.at(i));
        each.allow({QStringLiteral("name"), QStringLiteral("description"), QStringLiteral("parameters")});
        CommandSpec::NamedValues values;
        values.name = each.name(QStringLiteral("name"));
        if (std::any_of(spec.scenarios.begin(), spec.scenarios.end(),
                        [&](const CommandSpec::NamedValues& known) { return known.name == values.name; })) {
            reader.refuse(QStringLiteral("scenarios"), QString(u"has two of the name " % values.name));
        }
        values.description = each.text(QStringLiteral("description"));
        if (each.has(QStringLiteral("parameters")) && !each.value(QStringLiteral("parameters")).isObject()) {
            each.refuse(QStringLiteral("parameters"), QStringLiteral("must be an object"));
        }
        values.values = each.value(QStringLiteral("parameters")).toObject();
        const ParameterSet set{spec.name, spec.version, spec.parameters, {}};
        for (const QString& key : values.values.keys()) {
            if (const auto sound = set.canonical(key, values.values.value(key)); !sound) {
                each.inside(QStringLiteral("parameters"), each.value(QStringLiteral("parameters")))
                    .refuse(key, QString(u"is wrong: " % sound.error().message));
            }
        }
        spec.scenarios.push_back(std::move(values));
    }
    return spec;
}

} // namespace

Result<ProjectFile> readProjectFile(const QByteArray& text, const QString& file)
{
    const Result<JsonText> json = JsonText::parse(text, QStringLiteral("Reading the project file"), file);
    if (!json) {
        // Whatever is wrong with the file is one kind of mistake, for whoever looks at the exit status.
        return Error{ErrorCode::InvalidArgument, json.error().message, json.error().subject};
    }
    std::optional<Error> mistake;
    ObjectReader reader(*json, {}, json->root(), mistake);
    reader.allow({QStringLiteral("name"), QStringLiteral("build"), QStringLiteral("build_timeout"),
                  QStringLiteral("workloads")});
    ProjectFile project;
    const QDir top = QFileInfo(file).absoluteDir();
    project.name = reader.text(QStringLiteral("name"));
    project.build = reader.texts(QStringLiteral("build"), reader.has(QStringLiteral("build")));
    project.buildLimit = reader.seconds(QStringLiteral("build_timeout"), project.buildLimit);
    const QJsonArray workloads = reader.array(QStringLiteral("workloads"));
    for (qsizetype i = 0; i < workloads.size(); ++i) {
        CommandSpec spec =
            readWorkload(reader.inside(QStringLiteral("workloads/%1").arg(i), workloads.at(i)), top);
        if (std::any_of(project.workloads.begin(), project.workloads.end(),
                        [&](const CommandSpec& known) { return known.name == spec.name; })) {
            reader.refuse(QStringLiteral("workloads"), QString(u"has two of the name " % spec.name));
        }
        project.workloads.push_back(std::move(spec));
    }
    if (mistake) {
        return *mistake;
    }
    return project;
}

} // namespace perihelion
