// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"

#include <QFileInfo>

namespace perihelion::test {

QString sharedData(const QString& relativePath)
{
    const QFileInfo file(QString(QStringLiteral(PERIHELION_SHARED_DATA "/") % relativePath));
    return file.exists() ? file.canonicalFilePath() : QString();
}

bool sharedDataIsRequired()
{
    return qEnvironmentVariableIsSet("CI");
}

} // namespace perihelion::test
