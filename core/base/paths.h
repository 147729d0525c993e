// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where Perihelion keeps things, by the XDG rules. Passed in by AppContext so that tests use a folder of
// their own.

#include <QString>

namespace perihelion {

struct StoragePaths {
    QString configDir; ///< Settings; XDG_CONFIG_HOME/perihelion.
    QString dataDir;   ///< Run store, bookmarks, sample recordings; XDG_DATA_HOME/perihelion.
    QString cacheDir;  ///< Kept indexes and thumbnails, safe to delete; XDG_CACHE_HOME/perihelion.

    /// The person's own folders, from the XDG variables. Nothing is created.
    static StoragePaths forUser();
    /// Everything below one folder, for tests.
    static StoragePaths below(const QString& folder);

    QString settingsFile() const; ///< INI file of the settings.
    QString bookmarkDir() const;  ///< Bookmarks, one JSON file for each recording.
    QString indexDir() const;     ///< Kept chunk indexes.
    QString thumbnailDir() const; ///< Kept thumbnails.
    QString runStoreFile() const; ///< SQLite database of loads and runs.
    QString sampleDir() const;    ///< Generated sample recordings.
    QString scenarioDir() const;  ///< The person's own scenarios, JSON.
    QString workloadDir() const;  ///< Input files made for workloads; in the cache folder.
    QString worktreeDir() const;  ///< Checkouts of commits that are being measured; in the cache folder.
};

} // namespace perihelion
