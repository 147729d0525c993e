// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Many tests at once: how large a share of the findings may be false (Benjamini and Hochberg 1995).

#include <span>
#include <vector>

namespace perihelion {

/// Adjusted p-values (q) in the order given: a finding with q ≤ 0.05 belongs to a set of findings of which at
/// most 5 % are expected to be false.
std::vector<double> adjustedForFalseDiscovery(std::span<const double> pValues);

} // namespace perihelion
