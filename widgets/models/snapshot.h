// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Snapshots: a frame as a PNG file of the sensor's size. Synchronous functions for a job; any thread.

#include "core/base/result.h"
#include "core/base/units.h"

#include <QImage>
#include <QString>

namespace perihelion {

/// "drone_idle_12.482000s_10ms.png": name, time after the first event, window.
QString snapshotName(const QString& recording, EventTime sinceFirst, EventTime window);
/// folder/name, or folder/name (2) … when that exists.
QString freeSnapshotPath(const QString& folder, const QString& name);
/// Writes a PNG atomically and makes its folder; returns the path. DiskFull, PermissionDenied, Io.
Result<QString> writeSnapshot(const QImage& image, const QString& path);

} // namespace perihelion
