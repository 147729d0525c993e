// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The order in which people expect names: run 2 before run 10, upper and lower case alike. Free of locales,
// so that a list looks the same on every machine.

#include <QStringView>

namespace perihelion {

/// Negative, zero or positive as a comes before, equals or comes after b. Digit runs compare by value, of
/// equal values the one with fewer leading zeros first; names that differ in case only are ordered by code
/// point, so that the answer is 0 for equal strings alone.
int compareNaturally(QStringView a, QStringView b);

} // namespace perihelion
