// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/leftover_processes.h"

#include <QDir>
#include <QFile>

#include <csignal>

#include <unistd.h>

namespace perihelion {

int endLeftoverProcesses(const QByteArray& variable)
{
    int ended = 0;
    const QStringList folders = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& folder : folders) {
        bool isProcess = false;
        const qlonglong pid = folder.toLongLong(&isProcess);
        if (!isProcess || pid == ::getpid()) {
            continue;
        }
        QFile environment(QString(u"/proc/" % folder % u"/environ"));
        if (!environment.open(QIODevice::ReadOnly)) {
            continue; // Of another user, or ended by now.
        }
        if (environment.readAll().split('\0').contains(variable) &&
            ::kill(static_cast<pid_t>(pid), SIGKILL) == 0) {
            ++ended;
        }
    }
    return ended;
}

} // namespace perihelion
