// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli run as a process, as scripts run it.

#include <QJsonDocument>
#include <QString>
#include <QStringList>

#include <functional>

namespace perihelion::test {

struct Outcome {
    int status = -1; ///< −1: it did not start, hung or crashed.
    QString output;
    QString errors;

    /// One sentence: one line, without a full stop at its end.
    bool hasOneSentence() const;
    /// Standard output read as JSON; null when it is anything else.
    QJsonDocument json() const;
};

/// Runs the command line to its end, for two minutes at most. inChild is called in the new process first.
Outcome runCli(const QStringList& arguments, const std::function<void()>& inChild = {});

/// Gives the process a standard output that nobody reads.
void closeOutputPipe();

} // namespace perihelion::test
