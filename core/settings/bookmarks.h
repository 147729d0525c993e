// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Bookmarks: moments that a person marked in a recording, one JSON file for each recording and stream below
// StoragePaths::bookmarkDir. Synchronous functions for a background job; usable from any thread.

#include "core/base/result.h"
#include "core/base/units.h"

#include <QString>

#include <vector>

namespace perihelion {

struct Bookmark {
    EventTime time{0}; ///< Relative to the recording's origin, as event times are.
    QString label;

    bool operator==(const Bookmark&) const = default;
};

struct BookmarkList {
    std::vector<Bookmark> bookmarks; ///< By time; of equal ones the order is kept.
    QString notice;                  ///< What a person should know about the file; empty when all was well.
};

class Bookmarks {
public:
    /// folder: where the files are; made when first something is saved.
    explicit Bookmarks(QString folder) : m_folder(std::move(folder)) {}

    /// Bookmarks of a recording (absolute path) and stream; none when there is no file. A damaged file is set
    /// aside, never deleted, and the notice says so. Error: the file cannot be read or set aside.
    Result<BookmarkList> load(const QString& recording, const QString& stream) const;
    /// Replaces them, atomically; an empty list removes the file.
    Result<void> save(const QString& recording, const QString& stream, std::vector<Bookmark> bookmarks) const;

    /// The file of a recording and stream: a hash of both, since paths are no file names.
    QString fileFor(const QString& recording, const QString& stream) const;

private:
    QString m_folder;
};

} // namespace perihelion
