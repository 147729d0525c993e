// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/h5py.h"

#include <QProcess>

namespace perihelion::test {

bool hasH5py()
{
    static const bool found = runH5py(QStringLiteral("print('found')"), {}).succeeded;
    return found;
}

PythonAnswer runH5py(const QString& script, const QStringList& arguments)
{
    QProcess python;
    const QString imports = QStringLiteral("import sys, json\nimport numpy as np\nimport h5py, hdf5plugin\n");
    python.start(QStringLiteral(PERIHELION_PYTHON),
                 QStringList{QStringLiteral("-c"), imports + script} + arguments);
    const bool finished = python.waitForFinished(120'000);
    return {finished && python.exitStatus() == QProcess::NormalExit && python.exitCode() == 0,
            QString::fromUtf8(python.readAllStandardOutput()).trimmed(),
            QString::fromUtf8(python.readAllStandardError())};
}

} // namespace perihelion::test
