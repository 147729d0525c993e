// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two alternatives measured in turn, round by round: the comparison that a drifting machine disturbs least.
// The effect is a median of quotients within rounds, its interval that of the sign test, which asks for
// nothing but independent rounds.

#include "core/stats/order_statistics.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

enum class PairSide { A, B };

inline constexpr std::size_t kDefaultRounds = 11;
inline constexpr std::size_t kFewestRounds = 6; ///< Below, no interval with 95 % exists.

/// Which side runs when: each two rounds are ABBA or BAAB, by a draw; an odd last round is AB or BA. Twice as
/// many entries as rounds.
std::vector<PairSide> interleavedOrder(std::size_t rounds, std::uint64_t seed);

struct PairedComparison {
    std::size_t rounds = 0;  ///< That count.
    std::size_t dropped = 0; ///< Rounds in which a side was not above zero or not a number.
    std::size_t ties = 0;    ///< Rounds with exactly equal sides; they count as no difference.
    double ratio = 1;        ///< exp(median of ln b − ln a).
    std::optional<Interval> interval;
    double p = 1;               ///< Two-sided sign test of the rounds that are no ties.
    std::size_t moreRounds = 0; ///< Needed until there is an interval; 0 when there is one.
};

/// a[i] and b[i] were measured in round i; values beyond the shorter of the two are left out. alternatives:
/// how many are compared with a in all; confidence is 1 − (1 − confidence) / alternatives for each
/// (Bonferroni).
PairedComparison comparePaired(std::span<const double> a, std::span<const double> b, double confidence = 0.95,
                               std::size_t alternatives = 1);

} // namespace perihelion
