// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_selection.h"

#include "core/base/paths.h"
#include "core/runs/run_store.h"
#include "core/settings/run_store_settings.h"
#include "core/settings/settings.h"

#include <QFileInfo>

namespace perihelion {

Result<std::optional<StoreLocation>> storeLocation(const CliOptions& options)
{
    const QString url = options.value(QStringLiteral("store"));
    Result<StoreLocation> location = Error{};
    if (!options.isSet(QStringLiteral("store"))) {
        const StoragePaths paths = StoragePaths::forUser();
        location = runStoreLocation(Settings(paths.settingsFile()), paths);
    } else if (url == u"none") {
        return std::optional<StoreLocation>();
    } else {
        location = StoreLocation::parse(url);
    }
    if (!location) {
        // A URL is not repeated: it may hold a password.
        return wrongUsage(location.error().message);
    }
    if (!location->isServer()) {
        location->file = QFileInfo(location->file).absoluteFilePath();
    }
    return std::optional(std::move(*location));
}

std::unique_ptr<RunStore> makeStore(const StoreLocation& location)
{
    return std::make_unique<RunStore>(location, StoragePaths::forUser().runStoreFile());
}

Result<std::unique_ptr<RunStore>> storeToRead(const CliOptions& options)
{
    const auto location = storeLocation(options);
    if (!location) {
        return location.error();
    }
    if (!*location) {
        return wrongUsage(QStringLiteral("--store none makes no sense here: there are no runs in it"));
    }
    if (!(*location)->isServer() && !QFileInfo::exists((*location)->file)) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no run store yet: profile something first"), (*location)->file};
    }
    return makeStore(**location);
}

} // namespace perihelion
