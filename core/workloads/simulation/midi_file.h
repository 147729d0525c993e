// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Music as a standard MIDI file of format 0: 480 ticks a beat, 120 beats a minute. Struck notes sound on
// channel 1 (marimba); every pad has a channel of its own, whose expression follows its envelope, as long as
// channels last.

#include "core/base/result.h"
#include "core/workloads/simulation/orbit_music.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace perihelion {

inline constexpr int kMidiTicksPerSecond = 960;

/// events: sorted. title: the name of the track.
QByteArray midiFileBytes(const std::vector<MusicEvent>& events, const QString& title);
/// Writes them whole or not at all. Errors of the file system.
Result<void> writeMidiFile(const QString& path, const std::vector<MusicEvent>& events, const QString& title);

} // namespace perihelion
