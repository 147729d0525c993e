// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Metric: a quantity of one iteration that is no time of a phase (payload bytes, energy drift, events).
// A plain value.

#include <QString>

#include <algorithm>
#include <optional>
#include <vector>

namespace perihelion {

struct Metric {
    QString name; ///< Lower case with underscores, stable: "payload_bytes".
    double value = 0;
    QString unit; ///< "B", "1", "s"; what the value is counted in.

    bool operator==(const Metric&) const = default;
};

namespace metric {

// Names that tables, charts and files know.
inline constexpr QStringView kPayloadBytes = u"payload_bytes";
inline constexpr QStringView kPayloadGzipBytes = u"payload_gzip_bytes";
inline constexpr QStringView kPeakRssBytes = u"peak_rss_bytes";
inline constexpr QStringView kPlanets = u"planets";

} // namespace metric

/// The value of a metric, or nothing when the iteration has none of that name.
inline std::optional<double> metricValue(const std::vector<Metric>& metrics, QStringView name)
{
    const auto at = std::find_if(metrics.begin(), metrics.end(),
                                 [name](const Metric& candidate) { return candidate.name == name; });
    return at == metrics.end() ? std::nullopt : std::optional(at->value);
}

} // namespace perihelion
