// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Recognises a recording by what is in the file, never by its name: one small function per file family, tried
// in the order of the table in layout_recognizer.cpp, then a search of the whole tree for four equal columns.

#include "core/base/result.h"
#include "datasets/layouts/recording_layout.h"

#include <QString>

namespace perihelion {

class Hdf5File;

/// stream: "left" or "right" for files with several, empty for the first.
/// UnsupportedLayout when the file holds no events (the sentence says what it holds, or which column is
/// missing), NoEvents when a recognised recording has no event, InvalidArgument for a stream the file does
/// not have.
Result<RecordingLayout> recogniseLayout(const Hdf5File& file, const QString& stream = {});

/// The sensor's size from attributes, datasets or the file family; source Unknown when only the events can
/// tell. root: group of the columns, e.g. "/events".
SensorSize findSensorSize(const Hdf5File& file, LayoutKind kind, const std::string& root,
                          std::vector<Note>& notes);

} // namespace perihelion
