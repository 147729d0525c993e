// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How tables of values say numbers, changes and verdicts. Pure functions.

#include "core/stats/comparison.h"
#include "widgets/models/value_table_model.h"

#include <chrono>
#include <optional>

namespace perihelion {

/// Four significant digits, "12345", "1.234 M"; "–" for what is no number.
QString shownNumber(double value);
/// "+14.4 % (+12.9 … +15.8)"; without the interval where there is none.
QString shownChange(const Comparison& comparison);
/// The same of any ratio.
QString changeWords(double ratio, const std::optional<Interval>& interval);
/// "about 3 min left".
QString timeLeftWords(std::chrono::milliseconds left);
CellTone verdictTone(Verdict verdict);

} // namespace perihelion
