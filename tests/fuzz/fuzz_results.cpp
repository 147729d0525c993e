// SPDX-License-Identifier: GPL-3.0-or-later
// Result files of other programs: arbitrary bytes give results or a sentence, and results hold only finite
// samples and become runs that the store takes; the same for tables of runs.

#include "core/interchange/result_reader.h"
#include "core/interchange/run_export.h"
#include "core/interchange/run_import.h"
#include "core/interchange/run_table.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace perihelion;

namespace {

/// A table that is read and written again reads the same.
void tryTable(const QByteArray& text)
{
    const auto runs = runsFromTable(text, QString());
    if (!runs) {
        return;
    }
    const QByteArray written = runsAsCsv(*runs);
    const auto again = runsFromTable(written, QString());
    if (!again || again->size() > runs->size()) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char*>(bytes), static_cast<qsizetype>(size));
    if (text.startsWith("run_id,")) {
        tryTable(text);
        return 0;
    }
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
    QStringList notes;
    for (const RunRecord& run : runsFromResults(*results, {}, QDateTime::fromMSecsSinceEpoch(1), notes)) {
        if (run.uuid.isEmpty() || run.workload.isEmpty() || run.iterations.empty()) {
            std::abort();
        }
    }
    return 0;
}
