// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli_command.h"

#include "app/cli/backfill_command.h"
#include "app/cli/bisect_command.h"
#include "app/cli/cache_command.h"
#include "app/cli/changes_command.h"
#include "app/cli/compare_command.h"
#include "app/cli/export_command.h"
#include "app/cli/generate_command.h"
#include "app/cli/history_command.h"
#include "app/cli/import_command.h"
#include "app/cli/info_command.h"
#include "app/cli/measure_command.h"
#include "app/cli/music_command.h"
#include "app/cli/optimise_command.h"
#include "app/cli/profile_command.h"
#include "app/cli/window_command.h"
#include "app/cli/workloads_command.h"

#include <algorithm>

namespace perihelion {

namespace {

QString helpText()
{
    QString text = QStringLiteral("Usage: perihelion-cli COMMAND [ARGUMENT…] [--option VALUE…]\n\n");
    for (const CliCommand& command : cliCommands()) {
        text += QString(u"  " % command.name.leftJustified(12) % command.summary % u'\n');
    }
    text += QStringLiteral(
        "  help        Explain a command: perihelion-cli help COMMAND\n"
        "\nResults go to standard output (JSON alone with --json), notes and progress to "
        "standard error.\nExit status: 0 done, 1 failed, 2 wrong usage, 3 regression found.\n");
    return text;
}

const CliCommand* findCommand(const QString& name)
{
    const auto& commands = cliCommands();
    const auto at = std::find_if(commands.begin(), commands.end(),
                                 [&name](const CliCommand& command) { return command.name == name; });
    return at == commands.end() ? nullptr : &*at;
}

int unknownCommand(const QString& name, CliSession& session)
{
    QStringList known;
    for (const CliCommand& command : cliCommands()) {
        known.append(command.name);
    }
    known.append(QStringLiteral("help"));
    return session.fail(
        wrongUsage(QString(u"Unknown command " % name % u"; known are " % known.join(QStringLiteral(", ")))));
}

} // namespace

const std::vector<CliCommand>& cliCommands()
{
    static const std::vector<CliCommand> commands{
        infoCommand(),      windowCommand(),  generateCommand(), optimiseCommand(), cacheCommand(),
        workloadsCommand(), profileCommand(), backfillCommand(), bisectCommand(),   musicCommand(),
        compareCommand(),   exportCommand(),  importCommand(),   historyCommand(),  changesCommand()};
    return commands;
}

int runCli(const QStringList& arguments, CliSession& session)
{
    if (arguments.isEmpty()) {
        session.note(helpText().trimmed());
        return CliSession::kWrongUsage;
    }
    const QString& first = arguments.first();
    if (first == u"--version") {
        return session.print(QString(u"perihelion-cli " % QStringLiteral(PERIHELION_VERSION) % u'\n'));
    }
    if (first == u"--help" || first == u"-h" || (first == u"help" && arguments.size() == 1)) {
        return session.print(helpText());
    }
    const bool ofProject =
        arguments.value(1) == u"--project" &&
        (arguments.size() == 3 || (arguments.size() == 5 && arguments.at(3) == u"--project-file"));
    if (first == u"measure" && (arguments.size() == 1 || ofProject)) {
        return runMeasureCommand(arguments.value(2), arguments.value(4), session);
    }
    const bool asksHelp = first == u"help";
    const QString& name = asksHelp ? arguments.at(1) : first;
    const CliCommand* command = findCommand(name);
    if (command == nullptr) {
        return unknownCommand(name, session);
    }
    return command->run(asksHelp ? QStringList{QStringLiteral("--help")} : arguments.mid(1), session);
}

} // namespace perihelion
