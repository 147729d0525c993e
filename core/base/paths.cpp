// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/paths.h"

#include <QDir>
#include <QFile>

namespace perihelion {

namespace {

/// XDG Base Directory Specification 0.8: a variable that is unset, empty or relative is ignored (which
/// QStandardPaths of Qt 6.4 does not do for relative ones).
QString xdgFolder(const char* variable, QStringView belowHome)
{
    const QString folder = QFile::decodeName(qgetenv(variable));
    const QString base =
        QDir::isAbsolutePath(folder) ? QDir::cleanPath(folder) : QString(QDir::homePath() % u'/' % belowHome);
    return QString(base % u"/perihelion");
}

} // namespace

StoragePaths StoragePaths::forUser()
{
    return StoragePaths{xdgFolder("XDG_CONFIG_HOME", u".config"), xdgFolder("XDG_DATA_HOME", u".local/share"),
                        xdgFolder("XDG_CACHE_HOME", u".cache")};
}

StoragePaths StoragePaths::below(const QString& folder)
{
    return StoragePaths{QString(folder % u"/config"), QString(folder % u"/data"),
                        QString(folder % u"/cache")};
}

QString StoragePaths::settingsFile() const
{
    return QString(configDir % u"/perihelion.ini");
}

QString StoragePaths::bookmarkDir() const
{
    return QString(dataDir % u"/bookmarks");
}

QString StoragePaths::indexDir() const
{
    return QString(cacheDir % u"/index");
}

QString StoragePaths::thumbnailDir() const
{
    return QString(cacheDir % u"/thumbnails");
}

QString StoragePaths::runStoreFile() const
{
    return QString(dataDir % u"/runs.sqlite");
}

QString StoragePaths::sampleDir() const
{
    return QString(dataDir % u"/samples");
}

QString StoragePaths::scenarioDir() const
{
    return QString(dataDir % u"/scenarios");
}

QString StoragePaths::workloadDir() const
{
    return QString(cacheDir % u"/workloads");
}

QString StoragePaths::worktreeDir() const
{
    return QString(cacheDir % u"/worktrees");
}

} // namespace perihelion
