// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ParameterSpec: one parameter of a workload: its type, range and what it means. The same description checks
// scenario files, fills the form of the page and the texts of the command line. A plain value.

#include "core/base/result.h"

#include <QJsonValue>
#include <QString>
#include <QStringList>

namespace perihelion {

enum class ParameterType {
    Flag,      ///< true or false.
    Integer,   ///< A whole number from least to greatest.
    Real,      ///< A finite number from least to greatest.
    Choice,    ///< One of the words in choices.
    Text,      ///< Any text.
    Files,     ///< An array of paths; a relative one in a scenario file starts from the file's folder.
    Structure, ///< An object or array that the workload checks itself (Workload::checkStructure).
};

/// "a whole number", "one of a, b" …: what a parameter of that type takes, for sentences.
QString parameterTypeName(ParameterType type);

struct ParameterSpec {
    QString name; ///< Lower case with underscores, as in the scenario file.
    ParameterType type = ParameterType::Real;
    QString description; ///< One line, sentence case, without a full stop.
    QJsonValue fallback; ///< What holds where a scenario says nothing; of the type.
    QString unit{};      ///< "s", "AU"; empty for none.
    double least = 0;    ///< Integer and Real; a parameter above zero has a small positive least.
    double greatest = 0;
    QStringList choices{}; ///< Choice.

    /// The value in its canonical form (Integer: a qint64, Real: a double), so that equal values hash alike.
    /// Error InvalidArgument: "dt must be a number from 1e-09 to 10, not \"fast\"".
    Result<QJsonValue> canonical(const QJsonValue& value) const;
    /// A value typed by a person: "0.05", "true", "a, b". Error as canonical().
    Result<QJsonValue> fromText(const QString& text) const;
    /// What the parameter takes, e.g. "a number from 0 to 1 in s"; for help and for the form's tool tip.
    QString range() const;
};

} // namespace perihelion
