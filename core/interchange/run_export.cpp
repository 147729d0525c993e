// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"

#include "core/base/counted.h"
#include "core/runs/run_json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

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

Result<void> fitsFormat(std::span<const RunRecord> runs, ExportFormat format)
{
    if (format != ExportFormat::GoogleBenchmark) {
        return {};
    }
    QSet<QString> commits;
    QSet<QString> machines;
    for (const RunRecord& run : runs) {
        commits.insert(run.commit);
        machines.insert(QString(run.machine.host % u' ' % run.machine.fingerprint()));
    }
    if (commits.size() > 1 || machines.size() > 1) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"A file of Google Benchmark holds one commit of one machine, and these are " %
                             counted(static_cast<qint64>(runs.size()), u"run", u"runs") % u" of " %
                             counted(commits.size(), u"commit", u"commits") % u" and " %
                             counted(machines.size(), u"machine", u"machines") %
                             u": choose one by RUN, or by --commit, --series and --newest"),
                     {}};
    }
    return {};
}

qsizetype runsLeftOut(std::span<const RunRecord> runs, ExportFormat format)
{
    const bool needsTotal = format == ExportFormat::Speedscope;
    if (!needsTotal && format != ExportFormat::GoogleBenchmark && format != ExportFormat::OpenMetrics) {
        return 0;
    }
    return std::count_if(runs.begin(), runs.end(), [needsTotal](const RunRecord& run) {
        return std::none_of(run.iterations.begin(), run.iterations.end(),
                            [needsTotal](const RunIteration& each) {
                                return !each.failed && (each.elapsed > Nanoseconds(0) || !needsTotal);
                            });
    });
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
