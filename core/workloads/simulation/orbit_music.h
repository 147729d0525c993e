// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OrbitMusic: the notes that orbits play: a rocky planet sounds once a revolution, a gas giant holds one pad
// whose loudness follows its speed. Made from star and planets at full rate. The rules are the earlier
// profiler's; in accurate mode its defects are mended. Values; any thread.

#include "core/workloads/simulation/trajectory.h"

#include <cstdint>
#include <vector>

namespace perihelion {

struct PlanetStats {
    int order = 0; ///< Place by distance from the star at the start, 0 nearest.
    double least = 0;
    double greatest = 0;     ///< Distance, AU: from the star; in parity mode from the origin.
    double eccentricity = 0; ///< (greatest − least) / (greatest + least).
    int midi = 60;           ///< The planet's pitch.
};

struct EnvelopePoint {
    double time = 0;     ///< s.
    double velocity = 0; ///< 0.2 to 1.
};

struct MusicEvent {
    double time = 0; ///< s.
    bool on = true;
    std::uint32_t planet = 0; ///< Index into the system's planets, which is stable where names may repeat.
    // Of note-ons:
    int midi = 0;
    int loudness = 0; ///< MIDI velocity, 1 to 127.
    bool pad = false; ///< A held pad rather than a struck note.
    double reverb = 0;
    double gain = 1; ///< Compensation of high pitches, see pitchGain().
    double eccentricity = 0;
    std::vector<EnvelopePoint> envelope{};
};

/// Chord tones of C major over as many octaves as the planets need, around middle C.
int planetPitch(int order, int planets);
/// How much a high note is held back: 1 up to middle C, then half for two octaves more each time, so that no
/// note falls silent (the earlier rule reached 0 at MIDI 84 and was negative above).
double pitchGain(int midi);
/// Loudness from the drawn radius (2 to 12), growing with its third power.
int strikeLoudness(double radius);
int padLoudness(double radius);

/// One pass over the trajectory. After a cancel what these three give is incomplete.
std::vector<PlanetStats> planetStats(const SimulationRequest& request, const Trajectory& trajectory,
                                     const CancelToken& cancel = {});
/// Note-ons and note-offs of the rocky planets. In accurate mode the crossing is found between the samples,
/// retrograde planets sound too, and fast ones sound shorter.
void orbitEvents(const SimulationRequest& request, const Trajectory& trajectory,
                 const std::vector<PlanetStats>& stats, std::vector<MusicEvent>& events,
                 const CancelToken& cancel = {});
/// Pads of the gas giants with their envelopes, about five points a second.
void velocityPads(const SimulationRequest& request, const Trajectory& trajectory,
                  const std::vector<PlanetStats>& stats, std::vector<MusicEvent>& events,
                  const CancelToken& cancel = {});
/// By time; a note-off before a note-on at the same time.
void sortEvents(std::vector<MusicEvent>& events);

} // namespace perihelion
