// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli: everything Perihelion does, without a display.
#include "app/cli/cli_command.h"

#include <QCoreApplication>

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("perihelion-cli"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PERIHELION_VERSION));
    perihelion::CliSession session;
    return perihelion::runCli(QCoreApplication::arguments().mid(1), session);
}
