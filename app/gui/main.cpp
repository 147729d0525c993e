// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion: the desktop program. The command line is read before Qt starts, so that --help needs no
// display.
#include "app/gui/app_context.h"

#include <QApplication>

#include <cstdio>

// What is thrown here is lack of memory, and ends the program.
int main(int argc, char** argv) // NOLINT(bugprone-exception-escape)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i) {
        arguments.append(QString::fromLocal8Bit(argv[i]));
    }
    const perihelion::Result<perihelion::GuiOptions> options = perihelion::parseGuiOptions(arguments);
    if (!options) {
        std::fputs(qUtf8Printable(
                       QString(u"perihelion: " % options.error().sentence() % u". See perihelion --help.\n")),
                   stderr);
        return 2;
    }
    if (options->help) {
        std::fputs(qUtf8Printable(perihelion::guiHelpText()), stdout);
        return 0;
    }
    if (options->version) {
        std::fputs("perihelion " PERIHELION_VERSION "\n", stdout);
        return 0;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("perihelion"));
    QApplication::setApplicationDisplayName(QStringLiteral("Perihelion"));
    QApplication::setApplicationVersion(QStringLiteral(PERIHELION_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.perihelion.Perihelion"));
    perihelion::AppContext context(*options, perihelion::StoragePaths::forUser());
    return context.run();
}
