// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The kept index: layout, chunk tables, times and facts of one recording in the user's cache folder, so that
// the next opening reads nothing else. Valid while path, size, modification time and first bytes of the
// recording agree; anything damaged or from another version is ignored and later rewritten.

#include "core/base/result.h"
#include "datasets/index/chunk_index.h"

#include <QString>

#include <memory>

namespace perihelion {

class IndexFile {
public:
    /// Where the index of a recording is kept below indexDir.
    static QString pathFor(const QString& indexDir, const QString& recordingPath, const QString& stream);

    /// The kept index, or null when there is none, it is damaged, or it belongs to another state of the file.
    static std::shared_ptr<ChunkIndex> load(const QString& indexPath,
                                            const std::shared_ptr<const RandomAccessFile>& recording);

    /// Writes beside and renames, so that a full disk leaves the old one whole. Io, DiskFull,
    /// PermissionDenied.
    static Result<void> save(const QString& indexPath, const ChunkIndex& index);
};

} // namespace perihelion
