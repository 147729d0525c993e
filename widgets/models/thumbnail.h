// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Thumbnails: a small polarity picture of a busy early window, kept on disk as an indexed PNG. Pixels are
// indexes, not colours, so that a change of theme needs no new thumbnail. Synchronous functions for
// background jobs.

#include "core/base/paths.h"
#include "core/base/result.h"
#include "datasets/frames/lazy_frame.h"
#include "widgets/models/recording_model.h"

#include <QImage>
#include <QSize>

namespace perihelion {

/// Pixel values of a thumbnail.
enum class EventPixel : uchar { None = 0, On = 1, Off = 2 };

inline constexpr QSize
    kThumbnailSize(640, 360); ///< The largest; the sensor's aspect ratio is kept, nothing is enlarged.

/// Shrinks polarity values to at most kThumbnailSize; a pixel shows the polarity that prevails among its
/// events.
QImage thumbnailFromFrame(const AccumulatedFrame& frame);

/// Name of the kept file: a hash over path, size and time of the recording.
QString thumbnailFileName(const QString& path, ByteCount size, const QDateTime& modified);
/// Null when there is none or it is not one of ours.
QImage readThumbnail(const QString& file);
/// Atomic; makes the folder.
Result<void> writeThumbnail(const QString& file, const QImage& image);

struct PreviewRequest {
    CatalogEntry entry;
    StoragePaths paths;
    bool wantsThumbnail = false;
    OperationTimes* times = nullptr; ///< As OpenOptions::times.
};

/// Opens a recording (keeping its index) and, when wanted, reads or makes its thumbnail. Failures are part of
/// the answer; only Cancelled is an Error. A thumbnail that could not be kept is still shown.
Result<RecordingPreview> loadPreview(const PreviewRequest& request, DecodePool& pool,
                                     const CancelToken& cancel);

} // namespace perihelion
