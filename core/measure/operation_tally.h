// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OperationTally: the times of one kind of operation since the start of the program, in a fixed amount of
// memory. Any thread may record; recording takes a short lock of this tally alone and never allocates.
// Count, total, least and greatest are exact. Quantiles rest on a histogram of kBuckets buckets, each at most
// 1/32 of its value wide.

#include "core/base/units.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace perihelion {

/// What a tally says, all of it of the same moment. Without a count no other number means anything.
struct OperationFigures {
    std::uint64_t count = 0;
    Nanoseconds total{0};
    Nanoseconds minimum{0};
    Nanoseconds maximum{0};
    Nanoseconds p50{0};            ///< Within 1/64 of the value at that rank.
    Nanoseconds p95{0};            ///< Likewise.
    std::uint64_t memoryCount = 0; ///< How many of them told their memory; 0: the two below mean nothing.
    ByteCount averageMemory;
    ByteCount peakMemory;

    /// Rounded down to whole nanoseconds; 0 without a count.
    Nanoseconds average() const;
    bool operator==(const OperationFigures&) const = default;
};

class OperationTally {
public:
    /// Values of one power of two share this many buckets; below twice as many nanoseconds all are exact.
    static constexpr std::size_t kBucketsPerOctave = 32;
    /// Longer times (78 hours) share the last bucket; minimum, maximum and total stay exact.
    static constexpr unsigned kLongestBits = 48;
    static constexpr std::size_t kBuckets = kBucketsPerOctave * (kLongestBits - 4);

    /// A time below zero counts as zero.
    void record(Nanoseconds duration, std::optional<ByteCount> memory = std::nullopt);
    OperationFigures figures() const;
    /// Starts again from nothing.
    void reset();

    /// The bucket of a time in nanoseconds.
    static std::size_t bucketOf(std::uint64_t nanoseconds);
    /// The time in the middle of a bucket.
    static std::uint64_t middleOf(std::size_t bucket);

private:
    struct Sums {
        std::uint64_t count = 0;
        Nanoseconds total{0};
        Nanoseconds minimum{0};
        Nanoseconds maximum{0};
        std::uint64_t memoryCount = 0;
        ByteCount memoryTotal;
        ByteCount memoryPeak;
        std::array<std::uint64_t, kBuckets> histogram{};
    };

    /// The nearest rank of quantile q (0 … 1): the least time that at least q of all reach.
    static Nanoseconds quantile(const Sums& sums, double q);

    mutable std::mutex m_mutex;
    Sums m_sums;
};

} // namespace perihelion
