// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A soak of the event cache: many recordings opened, played, scrubbed and switched at random with
// prefetching, while resident memory is watched. The bench runs it for minutes, a test for seconds.

#include "core/base/result.h"

#include <QString>

#include <chrono>
#include <cstdint>

namespace perihelion::bench {

struct SoakOptions {
    QString folder; ///< Recordings are written here unless they are there.
    int recordings = 200;
    std::int64_t eventsEach = 2'000'000;
    std::uint64_t budgetBytes = 256ULL << 20;
    int switchEvery = 997;            ///< The cache is switched off and on again after so many openings.
    int steps = 0;                    ///< Recordings opened; 0: until the time is over.
    std::chrono::seconds duration{0}; ///< Of no meaning with steps.
    std::uint32_t seed = 1;
};

struct SoakReport {
    std::int64_t opened = 0;
    std::int64_t frames = 0;
    std::int64_t hits = 0;   ///< Blocks found.
    std::int64_t misses = 0; ///< Blocks decoded.
    std::int64_t evictions = 0;
    std::int64_t wrongAnswers =
        0; ///< Frames that differ from those made without a cache; one in eight is compared.
    std::uint64_t mostUsedBytes = 0;  ///< Reserved at most.
    std::uint64_t residentBefore = 0; ///< Resident memory of the process before it began.
    std::uint64_t mostResident = 0;   ///< And at most.
    std::uint64_t mostExcess = 0;     ///< Resident beyond what was before and what was reserved, at most.
};

Result<SoakReport> soakCache(const SoakOptions& options);

} // namespace perihelion::bench
