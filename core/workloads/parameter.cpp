// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/parameter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace perihelion {

namespace {

QString shown(const QJsonValue& value)
{
    // Only arrays and objects are documents, so a single value is shown as the inside of an array.
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    const QString inside = QString::fromUtf8(wrapped.mid(1, wrapped.size() - 2));
    return inside.size() > 60 ? QString(inside.left(57) % u'…') : inside;
}

/// A parameter of a project for which no least or greatest value was given has these, which say nothing.
constexpr double kNoLimit = 1e15;

QString numberText(double number)
{
    const bool whole = number == std::floor(number) && std::abs(number) < kNoLimit;
    return whole ? QString::number(number, 'f', 0) : QString::number(number, 'g', 12);
}

} // namespace

QString parameterTypeName(ParameterType type)
{
    switch (type) {
    case ParameterType::Flag:
        return QStringLiteral("true or false");
    case ParameterType::Integer:
        return QStringLiteral("a whole number");
    case ParameterType::Real:
        return QStringLiteral("a number");
    case ParameterType::Choice:
        return QStringLiteral("one of");
    case ParameterType::Text:
        return QStringLiteral("a text");
    case ParameterType::Files:
        return QStringLiteral("a list of files");
    case ParameterType::Structure:
        break;
    }
    return QStringLiteral("an object or array");
}

QString ParameterSpec::range() const
{
    QString text = parameterTypeName(type);
    if (type == ParameterType::Integer || type == ParameterType::Real) {
        const bool hasLeast = least > -kNoLimit;
        const bool hasGreatest = greatest < kNoLimit;
        text += hasLeast ? QString(u" from " % numberText(least)) : QString();
        text += hasGreatest ? QString((hasLeast ? u" to " : u" up to ") % numberText(greatest)) : QString();
        if (!unit.isEmpty()) {
            text += QString(u' ' % unit);
        }
    } else if (type == ParameterType::Choice) {
        text += QString(u' ' % choices.join(QStringLiteral(", ")));
    }
    return text;
}

Result<QJsonValue> ParameterSpec::canonical(const QJsonValue& value) const
{
    const auto refused = [&] {
        return Error{ErrorCode::InvalidArgument,
                     QString(name % u" must be " % range() % u", not " % shown(value)), QString()};
    };
    switch (type) {
    case ParameterType::Flag:
        return value.isBool() ? Result<QJsonValue>(value) : refused();
    case ParameterType::Integer: {
        const double number = value.toDouble(std::nan(""));
        if (!value.isDouble() || number != std::floor(number) || !(number >= least && number <= greatest)) {
            return refused();
        }
        return QJsonValue(value.toInteger(static_cast<qint64>(number)));
    }
    case ParameterType::Real: {
        const double number = value.toDouble(std::nan(""));
        if (!value.isDouble() || !std::isfinite(number) || !(number >= least && number <= greatest)) {
            return refused();
        }
        return QJsonValue(number);
    }
    case ParameterType::Choice:
        return value.isString() && choices.contains(value.toString()) ? Result<QJsonValue>(value) : refused();
    case ParameterType::Text:
        return value.isString() ? Result<QJsonValue>(value) : refused();
    case ParameterType::Files: {
        if (!value.isArray()) {
            return refused();
        }
        const QJsonArray files = value.toArray();
        for (const auto file : files) {
            if (!file.isString() || file.toString().isEmpty()) {
                return refused();
            }
        }
        return value;
    }
    case ParameterType::Structure:
        break;
    }
    return value.isArray() || value.isObject() ? Result<QJsonValue>(value) : refused();
}

Result<QJsonValue> ParameterSpec::fromText(const QString& text) const
{
    bool valid = false;
    switch (type) {
    case ParameterType::Flag:
        if (text == u"true" || text == u"false") {
            return QJsonValue(text == u"true");
        }
        break;
    case ParameterType::Integer:
        if (const qint64 number = text.toLongLong(&valid); valid) {
            return canonical(QJsonValue(number));
        }
        break;
    case ParameterType::Real:
        if (const double number = text.toDouble(&valid); valid && std::isfinite(number)) {
            return canonical(QJsonValue(number));
        }
        break;
    case ParameterType::Choice:
    case ParameterType::Text:
        return canonical(QJsonValue(text));
    case ParameterType::Files:
        return canonical(QJsonArray::fromStringList(text.split(u',', Qt::SkipEmptyParts)));
    case ParameterType::Structure: {
        const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
        return canonical(document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object()));
    }
    }
    return canonical(QJsonValue(text)); // Refused, with the sentence that says what it takes.
}

} // namespace perihelion
