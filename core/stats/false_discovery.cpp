// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stats/false_discovery.h"

#include <algorithm>
#include <numeric>

namespace perihelion {

std::vector<double> adjustedForFalseDiscovery(std::span<const double> pValues)
{
    std::vector<std::size_t> order(pValues.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&pValues](std::size_t a, std::size_t b) { return pValues[a] < pValues[b]; });
    std::vector<double> adjusted(pValues.size());
    double least = 1;
    for (std::size_t rank = order.size(); rank-- > 0;) {
        const double scaled =
            pValues[order[rank]] * static_cast<double>(order.size()) / static_cast<double>(rank + 1);
        least = std::min(least, scaled);
        adjusted[order[rank]] = least;
    }
    return adjusted;
}

} // namespace perihelion
