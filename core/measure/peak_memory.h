// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Memory and other resources of the own process, as the kernel counts them. Linux only; usable from any
// thread, but the figures are those of the whole process.

#include "core/base/units.h"

#include <cstdint>
#include <optional>

namespace perihelion {

/// The most memory that was resident at once (VmHWM); nothing where /proc does not tell.
std::optional<ByteCount> peakResidentMemory();
/// What is resident now (VmRSS).
std::optional<ByteCount> residentMemory();
/// Sets the peak back to what is resident now, so that the next peak is that of the next iteration. False
/// where the kernel does not allow it; the peak is then that of the whole process.
bool resetPeakResidentMemory();

/// Counts of the own process since it began (getrusage).
struct ResourceUse {
    Nanoseconds userTime{0};
    Nanoseconds systemTime{0};
    std::int64_t minorFaults = 0;
    std::int64_t majorFaults = 0;
    std::int64_t voluntarySwitches = 0;
    std::int64_t involuntarySwitches = 0;

    static ResourceUse now();
    ResourceUse operator-(const ResourceUse& earlier) const;
};

} // namespace perihelion
