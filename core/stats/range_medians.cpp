// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/range_medians.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace perihelion {

namespace {

/// Sums of weights are compared with half of a sum: equal ones may differ in their last digits.
constexpr double kEqualWeights = 1e-9;

} // namespace

RangeMedians::RangeMedians(std::span<const double> values, std::span<const double> weights)
    : m_size(values.size()),
      m_ordered(values.size()),
      m_weight(values.size() + 1),
      m_moment(values.size() + 1)
{
    std::vector<std::size_t> byValue(m_size);
    std::iota(byValue.begin(), byValue.end(), std::size_t{0});
    std::stable_sort(byValue.begin(), byValue.end(),
                     [&values](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<std::size_t> rankOf(m_size);
    for (std::size_t rank = 0; rank < m_size; ++rank) {
        rankOf[byValue[rank]] = rank;
        m_ordered[rank] = values[byValue[rank]];
    }
    m_centre = m_size > 0 ? m_ordered[m_size / 2] : 0;
    for (std::size_t i = 0; i < m_size; ++i) {
        m_weight[i + 1] = m_weight[i] + weights[i];
        m_moment[i + 1] = m_moment[i] + weights[i] * (values[i] - m_centre);
    }
    std::vector<std::size_t> current(m_size); // positions in the order of the level
    std::iota(current.begin(), current.end(), std::size_t{0});
    for (int bit = static_cast<int>(std::bit_width(m_size > 0 ? m_size - 1 : 0)) - 1; bit >= 0; --bit) {
        Level level;
        level.zeros.resize(m_size + 1);
        level.weight.resize(m_size + 1);
        level.moment.resize(m_size + 1);
        for (std::size_t i = 0; i < m_size; ++i) {
            const std::size_t at = current[i];
            const bool zero = ((rankOf[at] >> static_cast<unsigned>(bit)) & 1U) == 0;
            level.zeros[i + 1] = level.zeros[i] + (zero ? 1 : 0);
            level.weight[i + 1] = level.weight[i] + (zero ? weights[at] : 0);
            level.moment[i + 1] = level.moment[i] + (zero ? weights[at] * (values[at] - m_centre) : 0);
        }
        std::stable_partition(current.begin(), current.end(), [&rankOf, bit](std::size_t at) {
            return ((rankOf[at] >> static_cast<unsigned>(bit)) & 1U) == 0;
        });
        m_levels.push_back(std::move(level));
    }
}

RangeMedians::Fit RangeMedians::fit(std::size_t begin, std::size_t end) const
{
    const double weight = m_weight[end] - m_weight[begin];
    const double moment = m_moment[end] - m_moment[begin];
    const double half = weight / 2;
    const double slack = kEqualWeights * half;
    double below = 0;
    double momentBelow = 0;
    std::size_t countBelow = 0;
    std::size_t rank = 0;
    std::size_t low = begin;
    std::size_t high = end;
    for (const Level& level : m_levels) {
        const std::size_t zerosLow = level.zeros[low];
        const std::size_t zerosHigh = level.zeros[high];
        const double ofZeros = level.weight[high] - level.weight[low];
        const std::size_t count = zerosHigh - zerosLow;
        rank <<= 1U;
        // To the right only where something is left there: sums may be short by their last digits.
        if (count > 0 && (below + ofZeros > half + slack || count == high - low)) {
            low = zerosLow;
            high = zerosHigh;
        } else {
            below += ofZeros;
            momentBelow += level.moment[high] - level.moment[low];
            countBelow += count;
            rank |= 1U;
            low = level.zeros.back() + low - zerosLow;
            high = level.zeros.back() + high - zerosHigh;
        }
    }
    Fit fit;
    fit.median = m_ordered[rank];
    if (countBelow > 0 && std::abs(below - half) <= slack) {
        fit.median = (m_ordered[rankOfKth(begin, end, countBelow - 1)] + fit.median) / 2;
    }
    // The element of the median itself may stand on either side: its distance is the same.
    const double centred = fit.median - m_centre;
    const double above = moment - momentBelow - centred * (weight - below);
    fit.distance = std::max(0.0, above + centred * below - momentBelow);
    return fit;
}

std::size_t RangeMedians::rankOfKth(std::size_t begin, std::size_t end, std::size_t k) const
{
    std::size_t rank = 0;
    for (const Level& level : m_levels) {
        const std::size_t zerosBegin = level.zeros[begin];
        const std::size_t zerosEnd = level.zeros[end];
        rank <<= 1U;
        if (k < zerosEnd - zerosBegin) {
            begin = zerosBegin;
            end = zerosEnd;
        } else {
            k -= zerosEnd - zerosBegin;
            rank |= 1U;
            begin = level.zeros.back() + begin - zerosBegin;
            end = level.zeros.back() + end - zerosEnd;
        }
    }
    return rank;
}

} // namespace perihelion
