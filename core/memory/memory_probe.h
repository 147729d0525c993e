// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MemoryProbe: how much memory this process may still take without the system swapping: the least of
// MemAvailable and, over every control group (v1 and v2) the process is in, limit − (usage − inactive file
// pages). Reads a few small files of /proc and /sys at each call; thread-safe, holds nothing open.

#include "core/base/result.h"

#include <QString>

#include <cstdint>
#include <string>

namespace perihelion {

struct AvailableMemory {
    std::uint64_t available = 0; ///< Bytes; the least of what follows.
    std::uint64_t total = 0;     ///< Bytes of the machine, or of the smallest group limit.
    QString limitedBy;           ///< "the machine", or the path of the control group that leaves least.
};

class MemoryProbe {
public:
    /// root: where proc and sys are found; "/" but in tests.
    explicit MemoryProbe(std::string root = "/");

    /// Io when /proc/meminfo cannot be read or says nothing of available memory. Groups that cannot be read
    /// limit nothing.
    Result<AvailableMemory> sample() const;

private:
    std::string m_root;
};

} // namespace perihelion
