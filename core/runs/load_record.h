// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadRecord: one observed load of a recording. A value, kept by the run store.

#include "core/measure/load_phases.h"

#include <QDateTime>
#include <QString>

#include <cstdint>

namespace perihelion {

/// One observed load of a recording, from open to first frame.
struct LoadRecord {
    std::int64_t id = 0; ///< Given by the store.
    QString path;        ///< Absolute path of the recording.
    QString stream;
    QDateTime at; ///< UTC, to the millisecond; an invalid time means now.
    LoadPhases phases;
    IndexState index = IndexState::Built;
    CacheState cache = CacheState::Off;
    std::int64_t fileBytes = 0;
    std::int64_t events = 0; ///< Of the whole recording.
    std::int64_t windowEvents = 0;
    std::int64_t chunksRead = 0;
    std::int64_t bytesRead = 0;
};

} // namespace perihelion
