// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Weighted median and absolute distance of any range of a series in O(log n), from a wavelet matrix over the
// ranks of the values with sums of weights at every level. Built once in O(n log n), then only read.

#include <cstddef>
#include <span>
#include <vector>

namespace perihelion {

class RangeMedians {
public:
    /// As many weights as values; all finite, weights above zero.
    RangeMedians(std::span<const double> values, std::span<const double> weights);

    struct Fit {
        double median = 0;   ///< Between two values where the weight below equals that above.
        double distance = 0; ///< Σ w |x − median|.
    };
    /// Of the values [begin, end); begin < end ≤ size.
    Fit fit(std::size_t begin, std::size_t end) const;

    std::size_t size() const { return m_size; }

private:
    struct Level {
        std::vector<std::size_t> zeros; ///< How many of the first i have a 0 at this bit of their rank.
        std::vector<double> weight;     ///< Their weights, summed.
        std::vector<double> moment;     ///< Their weight × value, summed.
    };

    /// Rank of the k-th smallest (from 0) of [begin, end).
    std::size_t rankOfKth(std::size_t begin, std::size_t end, std::size_t k) const;

    std::size_t m_size = 0;
    double m_centre = 0;           ///< Taken off all values, so that sums lose few digits.
    std::vector<double> m_ordered; ///< Values by rank.
    std::vector<Level> m_levels;   ///< Highest bit first.
    std::vector<double> m_weight;  ///< Prefix sums in series order.
    std::vector<double> m_moment;
};

} // namespace perihelion
