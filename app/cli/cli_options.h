// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CliOptions: the options of one command, parsed without ever ending the process. Wrong usage becomes one
// sentence that names the option and what it takes; --help prints what was declared.

#include "app/cli/cli_command.h"
#include "core/base/result.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

class CliOptions {
public:
    explicit CliOptions(const CliCommand& command);

    /// An option that takes a value, e.g. ("events", "N", "How many events", "1000000"); no default means
    /// optional.
    void addValue(const QString& name, const QString& valueName, const QString& description,
                  const QString& defaultValue = QString());
    void addFlag(const QString& name, const QString& description);
    /// How many arguments without "--" the command takes; a negative maximum means any number.
    void setPositional(int minimum, int maximum);

    /// Empty when the command may go on, else the exit status (help shown, or the mistake named).
    std::optional<int> parse(const QStringList& arguments, CliSession& session);

    const QStringList& positional() const { return m_positional; }
    bool isSet(const QString& name) const;
    /// Names of the options on the command line, in the order in which they were declared.
    QStringList given() const;
    /// The value given or the default; empty when there is neither.
    QString value(const QString& name) const;
    /// Every value given to an option that may be repeated, in order.
    QStringList values(const QString& name) const;
    /// InvalidArgument naming the option when the value is not a whole number from minimum to maximum.
    Result<std::int64_t> integer(const QString& name, std::int64_t minimum, std::int64_t maximum) const;
    /// As integer(), for 0 … 2⁶⁴ − 1.
    Result<std::uint64_t> unsignedInteger(const QString& name) const;
    /// InvalidArgument naming the option when the value is not a finite number from minimum to maximum.
    Result<double> real(const QString& name, double minimum, double maximum) const;
    /// InvalidArgument naming the option and the choices when the value is none of them.
    Result<QString> choice(const QString& name, const QStringList& choices) const;

private:
    struct Option {
        QString name;
        QString valueName; ///< Empty for a flag.
        QString description;
        QString defaultValue;
    };

    QString helpText() const;
    Result<void> read(const QStringList& arguments);
    const Option* find(const QString& name) const;

    CliCommand m_command;
    std::vector<Option> m_options;
    int m_minPositional = 0;
    int m_maxPositional = 0;
    bool m_helpAsked = false;
    QStringList m_positional;
    std::vector<std::pair<QString, QString>> m_given;
};

} // namespace perihelion
