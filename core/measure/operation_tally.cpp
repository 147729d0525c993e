// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/operation_tally.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace perihelion {

namespace {

constexpr unsigned kMantissaBits = 5; // log2 of kBucketsPerOctave
static_assert(std::size_t{1} << kMantissaBits == OperationTally::kBucketsPerOctave);

} // namespace

Nanoseconds OperationFigures::average() const
{
    return count == 0 ? Nanoseconds(0) : Nanoseconds(total.count() / static_cast<std::int64_t>(count));
}

std::size_t OperationTally::bucketOf(std::uint64_t nanoseconds)
{
    const std::uint64_t value = std::min(nanoseconds, (std::uint64_t{1} << kLongestBits) - 1);
    const auto bits = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = bits > kMantissaBits + 1 ? bits - kMantissaBits - 1 : 0;
    return shift * kBucketsPerOctave + static_cast<std::size_t>(value >> shift);
}

std::uint64_t OperationTally::middleOf(std::size_t bucket)
{
    if (bucket < 2 * kBucketsPerOctave) {
        return bucket;
    }
    const std::size_t shift = bucket / kBucketsPerOctave - 1;
    const std::uint64_t leading = bucket - shift * kBucketsPerOctave;
    return (leading << shift) + ((std::uint64_t{1} << shift) - 1) / 2;
}

void OperationTally::record(Nanoseconds duration, std::optional<ByteCount> memory)
{
    const Nanoseconds spent = std::max(duration, Nanoseconds(0));
    const std::size_t bucket = bucketOf(static_cast<std::uint64_t>(spent.count()));
    const std::lock_guard lock(m_mutex);
    m_sums.minimum = m_sums.count == 0 ? spent : std::min(m_sums.minimum, spent);
    m_sums.maximum = std::max(m_sums.maximum, spent);
    m_sums.total += spent;
    ++m_sums.count;
    ++m_sums.histogram[bucket];
    if (memory) {
        ++m_sums.memoryCount;
        m_sums.memoryTotal += *memory;
        m_sums.memoryPeak = std::max(m_sums.memoryPeak, *memory);
    }
}

Nanoseconds OperationTally::quantile(const Sums& sums, double q)
{
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(sums.count)));
    std::uint64_t reached = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        reached += sums.histogram[bucket];
        if (reached >= rank && reached > 0) {
            // The middle of a bucket may lie outside of what was recorded, a quantile may not.
            const Nanoseconds middle(static_cast<std::int64_t>(middleOf(bucket)));
            return std::clamp(middle, sums.minimum, sums.maximum);
        }
    }
    return Nanoseconds(0);
}

OperationFigures OperationTally::figures() const
{
    Sums sums;
    {
        const std::lock_guard lock(m_mutex); // Copied, so that whoever records does not wait for quantiles.
        sums = m_sums;
    }
    OperationFigures figures;
    figures.count = sums.count;
    figures.total = sums.total;
    figures.minimum = sums.minimum;
    figures.maximum = sums.maximum;
    figures.p50 = quantile(sums, 0.50);
    figures.p95 = quantile(sums, 0.95);
    figures.memoryCount = sums.memoryCount;
    figures.averageMemory = ByteCount{sums.memoryCount == 0 ? 0 : sums.memoryTotal.value / sums.memoryCount};
    figures.peakMemory = sums.memoryPeak;
    return figures;
}

void OperationTally::reset()
{
    const std::lock_guard lock(m_mutex);
    m_sums = Sums();
}

} // namespace perihelion
