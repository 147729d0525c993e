// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_process.h"

#include <QProcess>

#include <unistd.h>

namespace perihelion::test {

bool Outcome::hasOneSentence() const
{
    const QString line = errors.chopped(errors.endsWith(u'\n') ? 1 : 0);
    return !line.isEmpty() && !line.contains(u'\n') && !line.endsWith(u'.') &&
           line.startsWith(u"perihelion-cli: ");
}

QJsonDocument Outcome::json() const
{
    return QJsonDocument::fromJson(output.toUtf8());
}

Outcome runCli(const QStringList& arguments, const std::function<void()>& inChild)
{
    QProcess process;
    if (inChild) {
        process.setChildProcessModifier(inChild);
    }
    process.start(QStringLiteral(PERIHELION_CLI), arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit) {
        return {};
    }
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

void closeOutputPipe()
{
    int ends[2] = {};
    if (pipe(ends) == 0) {
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
    }
}

} // namespace perihelion::test
