// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MusicSynth: notes and pads of orbits as sound samples: sines with a linear attack and an exponential
// release, a pad's loudness follows its envelope. The same events give the same samples on every run; no
// sample is ever cut off. Values; any thread.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/workloads/simulation/orbit_music.h"

#include <cstdint>
#include <vector>

namespace perihelion {

struct SynthOptions {
    static constexpr double kLongest = 600; ///< s of sound that are made at most.

    int sampleRate = 44'100;
    double duration = 20; ///< s of music; the last notes ring a little longer.
};

/// Equal temperament, A4 (69) = 440 Hz.
double noteFrequency(int midi);

/// One channel of 16 bits. Where voices together would exceed the range, all of it is made softer by one
/// factor. Errors: InvalidArgument (a rate outside 8000 to 192000 Hz, a duration that is not above 0 or
/// longer than kLongest), Cancelled.
Result<std::vector<std::int16_t>> synthesise(const std::vector<MusicEvent>& events,
                                             const SynthOptions& options, const CancelToken& cancel = {});

} // namespace perihelion
