// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli_options.h"

#include <QCommandLineParser>

#include <algorithm>
#include <cmath>

namespace perihelion {

CliOptions::CliOptions(const CliCommand& command) : m_command(command)
{
    addFlag(QStringLiteral("help"), QStringLiteral("Show this text"));
}

void CliOptions::addValue(const QString& name, const QString& valueName, const QString& description,
                          const QString& defaultValue)
{
    m_options.push_back({name, valueName, description, defaultValue});
}

void CliOptions::addFlag(const QString& name, const QString& description)
{
    m_options.push_back({name, QString(), description, QString()});
}

void CliOptions::setPositional(int minimum, int maximum)
{
    m_minPositional = minimum;
    m_maxPositional = maximum;
}

std::optional<int> CliOptions::parse(const QStringList& arguments, CliSession& session)
{
    const Result<void> outcome = read(arguments);
    if (m_helpAsked) {
        return session.print(helpText());
    }
    if (!outcome) {
        return session.fail(outcome.error());
    }
    return std::nullopt;
}

Result<void> CliOptions::read(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    for (const Option& option : m_options) {
        parser.addOption(QCommandLineOption(option.name, option.description, option.valueName));
    }
    // The parser expects the program's name in front.
    const bool parsed = parser.parse(QStringList{m_command.name} + arguments);
    m_helpAsked = parser.isSet(QStringLiteral("help"));
    const QStringList unknown = parser.unknownOptionNames();
    if (!unknown.isEmpty()) {
        QStringList known;
        for (const Option& option : m_options) {
            known.append(QString(u"--" % option.name));
        }
        return wrongUsage(QString(u"Unknown option --" % unknown.first() % u" for " % m_command.name %
                                  u"; known are " % known.join(QStringLiteral(", "))));
    }
    if (!parsed) {
        QString reason = parser.errorText();
        while (reason.endsWith(u'.')) {
            reason.chop(1);
        }
        return wrongUsage(QString(reason % u" (perihelion-cli help " % m_command.name % u" explains it)"));
    }
    for (const Option& option : m_options) {
        if (parser.isSet(option.name) && option.valueName.isEmpty()) {
            m_given.emplace_back(option.name, QString());
        } else if (parser.isSet(option.name)) {
            for (const QString& text : parser.values(option.name)) {
                m_given.emplace_back(option.name, text);
            }
        }
    }
    m_positional = parser.positionalArguments();
    const auto count = static_cast<int>(m_positional.size());
    if (count < m_minPositional || (m_maxPositional >= 0 && count > m_maxPositional)) {
        const QStringView what = count < m_minPositional ? u"Too few" : u"Too many";
        return wrongUsage(
            QString(what % u" arguments; usage: perihelion-cli " % m_command.name % u' ' % m_command.usage));
    }
    return {};
}

QString CliOptions::helpText() const
{
    qsizetype width = 0;
    const auto label = [](const Option& option) {
        return option.valueName.isEmpty() ? QString(u"--" % option.name)
                                          : QString(u"--" % option.name % u' ' % option.valueName);
    };
    for (const Option& option : m_options) {
        width = std::max(width, label(option).size());
    }
    QString text = QString(u"Usage: perihelion-cli " % m_command.name % u' ' % m_command.usage % u"\n\n" %
                           m_command.summary % u"\n\n");
    for (const Option& option : m_options) {
        text += QString(u"  " % label(option).leftJustified(width) % u"  " % option.description);
        if (!option.defaultValue.isEmpty()) {
            text += QString(u" (default " % option.defaultValue % u')');
        }
        text += u'\n';
    }
    return text;
}

const CliOptions::Option* CliOptions::find(const QString& name) const
{
    const auto at = std::find_if(m_options.begin(), m_options.end(),
                                 [&name](const Option& option) { return option.name == name; });
    Q_ASSERT(at != m_options.end());
    return &*at;
}

bool CliOptions::isSet(const QString& name) const
{
    return std::any_of(m_given.begin(), m_given.end(),
                       [&name](const auto& given) { return given.first == name; });
}

QStringList CliOptions::given() const
{
    QStringList names;
    for (const auto& [name, text] : m_given) {
        names.append(name);
    }
    names.removeDuplicates();
    return names;
}

QStringList CliOptions::values(const QString& name) const
{
    QStringList texts;
    for (const auto& [given, text] : m_given) {
        if (given == name) {
            texts.append(text);
        }
    }
    return texts;
}

QString CliOptions::value(const QString& name) const
{
    const QStringList texts = values(name);
    return texts.isEmpty() ? find(name)->defaultValue : texts.last();
}

Result<std::int64_t> CliOptions::integer(const QString& name, std::int64_t minimum,
                                         std::int64_t maximum) const
{
    const QString text = value(name);
    bool valid = false;
    const std::int64_t number = text.toLongLong(&valid);
    if (!valid || number < minimum || number > maximum) {
        return wrongUsage(QString(u"--" % name % u" takes a whole number from " % QString::number(minimum) %
                                  u" to " % QString::number(maximum) % u", not \"" % text % u'"'));
    }
    return number;
}

Result<std::uint64_t> CliOptions::unsignedInteger(const QString& name) const
{
    const QString text = value(name);
    bool valid = false;
    const std::uint64_t number = text.toULongLong(&valid);
    if (!valid) {
        return wrongUsage(QString(
            u"--" % name % u" takes a whole number from 0 to 18446744073709551615, not \"" % text % u'"'));
    }
    return number;
}

Result<double> CliOptions::real(const QString& name, double minimum, double maximum) const
{
    const QString text = value(name);
    bool valid = false;
    const double number = text.toDouble(&valid);
    if (!valid || !std::isfinite(number) || number < minimum || number > maximum) {
        return wrongUsage(QString(u"--" % name % u" takes a number from " % QString::number(minimum) %
                                  u" to " % QString::number(maximum) % u", not \"" % text % u'"'));
    }
    return number;
}

Result<QString> CliOptions::choice(const QString& name, const QStringList& choices) const
{
    const QString text = value(name);
    if (!choices.contains(text)) {
        return wrongUsage(QString(u"--" % name % u" takes one of " % choices.join(QStringLiteral(", ")) %
                                  u", not \"" % text % u'"'));
    }
    return text;
}

} // namespace perihelion
