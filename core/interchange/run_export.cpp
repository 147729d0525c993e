// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"

#include "core/runs/run_json.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

constexpr std::array<std::pair<ExportFormat, QStringView>, 7> kNames{{
    {ExportFormat::Json, u"json"},
    {ExportFormat::Csv, u"csv"},
    {ExportFormat::GoogleBenchmark, u"google-benchmark"},
    {ExportFormat::ChromeTrace, u"chrome-trace"},
    {ExportFormat::Speedscope, u"speedscope"},
    {ExportFormat::OpenMetrics, u"openmetrics"},
    {ExportFormat::JUnit, u"junit"},
}};

QByteArray asJson(std::span<const RunRecord> runs)
{
    if (runs.size() == 1) {
        return QJsonDocument(runJson(runs.front())).toJson();
    }
    QJsonArray all;
    for (const RunRecord& run : runs) {
        all.append(runJson(run));
    }
    return QJsonDocument(all).toJson();
}

} // namespace

QString exportFormatName(ExportFormat format)
{
    const auto* at = std::find_if(kNames.begin(), kNames.end(),
                                  [format](const auto& each) { return each.first == format; });
    return at->second.toString();
}

std::optional<ExportFormat> exportFormatFromName(QStringView name)
{
    const auto* at =
        std::find_if(kNames.begin(), kNames.end(), [name](const auto& each) { return each.second == name; });
    return at == kNames.end() ? std::nullopt : std::optional(at->first);
}

QStringList exportFormatNames()
{
    QStringList names;
    for (const auto& each : kNames) {
        names.append(each.second.toString());
    }
    return names;
}

QByteArray exportRuns(std::span<const RunRecord> runs, ExportFormat format)
{
    switch (format) {
    case ExportFormat::Json:
        break;
    case ExportFormat::Csv:
        return runsAsCsv(runs);
    case ExportFormat::GoogleBenchmark:
        return runsAsGoogleBenchmark(runs);
    case ExportFormat::ChromeTrace:
        return runsAsChromeTrace(runs);
    case ExportFormat::Speedscope:
        return runsAsSpeedscope(runs);
    case ExportFormat::OpenMetrics:
        return runsAsOpenMetrics(runs);
    case ExportFormat::JUnit:
        return runsAsJUnit(runs);
    }
    return asJson(runs);
}

} // namespace perihelion
