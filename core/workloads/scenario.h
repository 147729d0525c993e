// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Scenario: a named set of parameter values for one workload. A value; every parameter the workload declares
// has a value of its type and range, because a scenario is only made by functions that check them.

#include "core/base/result.h"
#include "core/workloads/parameter.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <functional>
#include <vector>

namespace perihelion {

/// What scenarios of a workload are checked against.
struct ParameterSet {
    QString workload;
    int workloadVersion = 1;
    std::vector<ParameterSpec> specs;
    /// The workload's own check of a parameter of type Structure; without one every object or array will do.
    std::function<Result<QJsonValue>(const QString& parameter, const QJsonValue& value)> checkStructure;

    /// Null when there is none of that name.
    const ParameterSpec* find(QStringView name) const;
    /// The canonical form of a value. Error InvalidArgument: unknown name, wrong type, out of range.
    Result<QJsonValue> canonical(const QString& name, const QJsonValue& value) const;
};

class Scenario {
public:
    Scenario() = default;

    /// A scenario with these values; the others are at their defaults. Error InvalidArgument: an unknown
    /// name, a value of a wrong type or out of range; subject: the parameter's name.
    static Result<Scenario> make(const ParameterSet& set, const QString& name, const QJsonObject& values,
                                 const QString& description = QString());
    /// Reads a scenario file: {"workload", "name", "description", "parameters"}. Errors name file, line and
    /// key; subject is "FILE:LINE".
    static Result<Scenario> fromJson(const ParameterSet& set, const QByteArray& text, const QString& file);
    /// The name of the workload that a scenario file is for. Errors as fromJson().
    static Result<QString> workloadOf(const QByteArray& text, const QString& file);

    const QString& workload() const { return m_workload; }
    const QString& name() const { return m_name; }
    const QString& description() const { return m_description; }
    /// The file it was read from; empty for one made in the program. Built-in ones begin with ":/".
    const QString& file() const { return m_file; }
    bool isBuiltIn() const { return m_file.startsWith(u":/"); }
    /// Every parameter with its value.
    const QJsonObject& values() const { return m_values; }

    // The value of a declared parameter; asking for another one or another type is our own mistake.
    bool flag(QStringView name) const;
    std::int64_t integer(QStringView name) const;
    double real(QStringView name) const;
    QString text(QStringView name) const; ///< Text and Choice.
    QStringList files(QStringView name) const;
    QJsonValue structure(QStringView name) const;

    /// A copy with one value changed, and checked. Its hash changes with it, its name stays.
    Result<Scenario> with(const ParameterSet& set, const QString& name, const QJsonValue& value) const;

    /// 16 hexadecimal digits that identify the series: a digest of the workload, its version and the values
    /// that differ from the defaults. Name, description and file are not part of it, and a new parameter
    /// leaves it as it is; whoever changes a default raises the workload's version.
    const QString& hash() const { return m_hash; }

    /// The file that fromJson() reads; only values that differ from the defaults.
    QByteArray toJson(const ParameterSet& set) const;

private:
    QString m_workload;
    QString m_name;
    QString m_description;
    QString m_file;
    QString m_hash;
    QJsonObject m_values;
};

} // namespace perihelion
