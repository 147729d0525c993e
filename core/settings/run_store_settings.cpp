// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/run_store_settings.h"

#include "core/settings/settings.h"

namespace perihelion {

Result<StoreLocation> runStoreLocation(const Settings& settings, const StoragePaths& paths)
{
    const QString text = settings.value(setting::kRunStore);
    return text.isEmpty() ? Result<StoreLocation>(StoreLocation::ofFile(paths.runStoreFile()))
                          : StoreLocation::parse(text);
}

Result<StoreLocation> checkedRunStore(const QString& text, const StoragePaths& paths)
{
    if (text.isEmpty()) {
        return StoreLocation::ofFile(paths.runStoreFile());
    }
    Result<StoreLocation> location = StoreLocation::parse(text);
    if (location && !location->password.isEmpty()) {
        return Error{
            ErrorCode::InvalidArgument,
            QStringLiteral("The settings keep no passwords; put it into ~/.pgpass and leave it out of "
                           "the URL"),
            QString()};
    }
    if (location && !location->isServer() && !location->file.startsWith(u'/')) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("The file of a run store is named with its whole path, from / on"),
                     location->file};
    }
    return location;
}

} // namespace perihelion
