// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/paths.h"

#include <QStandardPaths>

namespace perihelion {

StoragePaths StoragePaths::forUser()
{
    const auto at = [](QStandardPaths::StandardLocation location) {
        return QString(QStandardPaths::writableLocation(location) % u"/perihelion");
    };
    return StoragePaths{at(QStandardPaths::GenericConfigLocation), at(QStandardPaths::GenericDataLocation),
                        at(QStandardPaths::GenericCacheLocation)};
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

} // namespace perihelion
