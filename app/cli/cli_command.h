// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One command of perihelion-cli: what it is called, what it says about itself and the function that runs it.
// To add a command, write <name>_command.{h,cpp} with a function returning its CliCommand and name it in
// cli_command.cpp, in the order in which the help shall list it.

#include "app/cli/cli_session.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace perihelion {

struct CliCommand {
    QString name;
    QString summary; ///< One line for the list of commands.
    QString usage;   ///< What follows the name, e.g. "FILE… [--json]".
    int (*run)(const QStringList& arguments, CliSession& session) = nullptr; ///< Returns the exit status.
};

/// Every command, in the order of the help.
const std::vector<CliCommand>& cliCommands();

/// Runs "perihelion-cli ARGUMENTS" (program name left out) and returns the exit status.
int runCli(const QStringList& arguments, CliSession& session);

} // namespace perihelion
