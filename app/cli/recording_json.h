// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Recordings and phases as the JSON that scripts rely on; field names never change their meaning.

#include "core/measure/load_phases.h"
#include "datasets/layouts/recording_metadata.h"

#include <QJsonObject>

namespace perihelion {

/// file, layout, layout_name, sensor, events, t_first_us, … storage, notes.
QJsonObject metadataJson(const RecordingMetadata& metadata);
/// open_ms, index_ms, decode_ms, accumulate_ms.
QJsonObject phasesJson(const LoadPhases& phases);
QString indexStateName(IndexState state); ///< "built" or "kept".
QString cacheStateName(CacheState state); ///< "off", "miss" or "hit".

} // namespace perihelion
