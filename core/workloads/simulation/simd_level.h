// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SimdLevel: which instructions the kernels of the simulation may use. Chosen at run time, so that one build
// runs everywhere and is fast where the processor allows.

#include <QString>

#include <vector>

namespace perihelion {

enum class SimdLevel { Baseline, Avx2, Avx512 };

/// "baseline", "AVX2", "AVX-512".
QString simdLevelName(SimdLevel level);
/// The best that this processor has.
SimdLevel bestSimdLevel();
/// All that this processor has, the simplest first.
std::vector<SimdLevel> supportedSimdLevels();

} // namespace perihelion
