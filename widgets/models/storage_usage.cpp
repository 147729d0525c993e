// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/storage_usage.h"

#include <QDirIterator>
#include <QFileInfo>

namespace perihelion {

namespace {

Error cancelled(const QString& path)
{
    return Error{ErrorCode::Cancelled, QStringLiteral("Looking at kept files was cancelled"), path};
}

} // namespace

Result<StorageUsage> measureStorage(const QString& path, const CancelToken& cancel)
{
    StorageUsage usage;
    const QFileInfo root(path);
    if (root.isFile()) {
        return StorageUsage{ByteCount{static_cast<std::uint64_t>(root.size())}, 1};
    }
    QDirIterator files(path, QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        if (cancel.isCancelled()) {
            return cancelled(path);
        }
        files.next();
        usage.bytes += ByteCount{static_cast<std::uint64_t>(files.fileInfo().size())};
        ++usage.files;
    }
    return usage;
}

Result<StorageUsage> clearStorage(const QString& folder, const CancelToken& cancel)
{
    StorageUsage removed;
    QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        if (cancel.isCancelled()) {
            return cancelled(folder);
        }
        const QString file = files.next();
        const std::uint64_t bytes = static_cast<std::uint64_t>(files.fileInfo().size());
        if (!QFile::remove(file)) {
            return Error{ErrorCode::PermissionDenied, QStringLiteral("Deleting a kept file failed"), file};
        }
        removed.bytes += ByteCount{bytes};
        ++removed.files;
    }
    return removed;
}

} // namespace perihelion
