// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EventStream: the events of a synthetic recording in time order, as many at a time as asked for, in constant
// memory. Works like the readout of a sensor: every 32 µs the rows are scanned from top to bottom, the events
// of one row share their time and come from left to right. The same options give the same events on every
// machine.

#include "datasets/generate/event_generator.h"
#include "datasets/generate/event_scene.h"
#include "datasets/generate/random_stream.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace perihelion {

/// Columns of equal length: times in µs since the start, pixels, polarity 0 or 1.
struct ColumnSpans {
    std::span<std::int64_t> t;
    std::span<std::uint16_t> x;
    std::span<std::uint16_t> y;
    std::span<std::int8_t> p;
};

class EventStream {
public:
    /// The options must pass checkGeneratorOptions().
    explicit EventStream(const GeneratorOptions& options);
    ~EventStream();

    std::int64_t remaining() const { return m_remaining; }
    /// Fills the columns from their beginning with the next events; returns how many, less only at the end.
    std::size_t fill(const ColumnSpans& columns);

    /// Where the hot pixels are, x and y in turn.
    const std::vector<EventKey>& hotPixels() const { return m_hotPixels; }
    /// Bursts: length of one period and of the active part at its beginning, in µs.
    std::int64_t burstPeriodMicros() const;
    std::int64_t burstActiveMicros() const;

private:
    void planRate();
    std::int64_t eventsBefore(std::int64_t scan) const;
    void readOut();
    void fillRandom(std::span<EventKey> keys);
    void fillHot(std::span<EventKey> keys);

    GeneratorOptions m_options;
    RandomStream m_random;
    std::unique_ptr<EventScene> m_scene;

    std::int64_t m_scanMicros = 0;
    std::int64_t m_scans = 0;
    std::int64_t m_nextScan = 0;
    std::vector<std::uint32_t>
        m_weightBefore; ///< Sum of the weights before each scan of one period, and the total.
    std::uint64_t m_totalWeight = 0;

    std::uint64_t m_noiseShareQ32 = 0;
    std::uint64_t m_hotShareQ32 = 0;
    std::uint64_t m_noiseDue = 0;
    std::uint64_t m_hotDue = 0;
    std::vector<EventKey> m_hotPixels;
    std::size_t m_nextHot = 0;

    std::vector<std::uint8_t> m_rowMicros; ///< When a row is read, after the start of its scan.
    std::vector<EventKey> m_keys;          ///< The scan that is being handed out, sorted.
    std::size_t m_keyAt = 0;
    std::int64_t m_keyTime = 0;
    std::int64_t m_remaining = 0;
};

} // namespace perihelion
