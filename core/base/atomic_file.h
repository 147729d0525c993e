// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Small files of ours, written whole or not at all, and put out of the way when they turn out to be damaged.
// Usable from any thread.

#include "core/base/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace perihelion {

/// Replaces path by content in one step; its folder is made. On an Error (disk full, no permission) the old
/// file stays whole. doing: "Saving the bookmarks".
Result<void> writeFileAtomically(const QString& path, const QByteArray& content, const QString& doing);

/// Renames a damaged file to "<path>.corrupt-<UTC time>", never over another file, and returns the new path.
/// companions: suffixes of files that belong to it and move along, before it ("-wal"); missing ones are no
/// error.
Result<QString> setFileAside(const QString& path, const QStringList& companions = {});

} // namespace perihelion
