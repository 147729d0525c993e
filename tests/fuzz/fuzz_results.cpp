// SPDX-License-Identifier: GPL-3.0-or-later
// Result files of other programs: arbitrary bytes give results or a sentence, and results hold only finite
// samples.

#include "core/interchange/result_reader.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace perihelion;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char*>(bytes), static_cast<qsizetype>(size));
    const auto results = readResults(text);
    if (!results) {
        if (results.error().message.isEmpty()) {
            std::abort();
        }
        return 0;
    }
    for (const ImportedSeries& series : results->series) {
        if (series.samples.empty()) {
            std::abort();
        }
        for (const double sample : series.samples) {
            if (!std::isfinite(sample)) {
                std::abort();
            }
        }
    }
    return 0;
}
