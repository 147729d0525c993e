// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SimulationPayload: what a run tells, as JSON: bodies, samples, events; written once into a buffer that is
// kept and used for everything that follows (gzip, decode, size). One thread at a time.

#include "core/base/result.h"
#include "core/workloads/simulation/orbit_music.h"
#include "core/workloads/simulation/trajectory.h"

#include <QByteArray>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace perihelion {

struct PayloadOptions {
    bool samples = true;      ///< False for events only.
    bool events = true;       ///< False for the trajectory only.
    bool metadataOnce = true; ///< False: every position of every sample carries name, kind, mass and radius.
    bool includeZ = false;
    int decimals = 6; ///< Of positions, times and velocities, 0 to 12.
};

/// Fewer bytes are not worth compressing.
inline constexpr std::size_t kLeastGzipBytes = 1024;

class SimulationPayload {
public:
    SimulationPayload();
    ~SimulationPayload();
    SimulationPayload(const SimulationPayload&) = delete;
    SimulationPayload& operator=(const SimulationPayload&) = delete;

    /// {"planetMetadata": […], "samples": [{"t", "positions"}], "events": […], "meta": {…}}; body 0 is the
    /// star. Error Cancelled, or InvalidArgument when a body has left all numbers.
    Result<void> write(const SimulationRequest& request, const Trajectory& trajectory,
                       const std::vector<MusicEvent>& events, const PayloadOptions& options,
                       const CancelToken& cancel);
    std::string_view json() const { return {m_json.get(), m_size}; }

    /// Compresses json() with zlib, level 0 to 9. Nothing below kLeastGzipBytes. Errors Cancelled, Internal.
    Result<void> gzip(int level, const CancelToken& cancel);
    void dropCompressed() { m_gzipSize = 0; }
    std::string_view compressed() const { return {m_gzip.get(), m_gzipSize}; }

    /// Parses json() and compares every position and event with what it was made of. Error Corrupt.
    Result<void> decode(const Trajectory& trajectory, const std::vector<MusicEvent>& events,
                        const PayloadOptions& options, const CancelToken& cancel);

private:
    class Writer;
    struct Parser;

    std::unique_ptr<char[]> m_json;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
    std::unique_ptr<char[]> m_gzip;
    std::size_t m_gzipSize = 0;
    std::size_t m_gzipCapacity = 0;
    std::unique_ptr<Parser> m_parser;
};

/// Writes a number with at most so many decimals and no zeros at the end; returns the end of what it wrote.
/// Needs 40 places. Numbers of 10^18 units of the last decimal and more are written with 17 digits and an
/// exponent.
char* writeDecimal(char* place, double value, int decimals);

} // namespace perihelion
