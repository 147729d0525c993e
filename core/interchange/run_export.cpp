// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"

#include "core/runs/run_json.h"
#include "core/runs/run_summary.h"

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

/// A field of RFC 4180: quoted where it holds a separator, a quote or a line break.
QByteArray csvField(const QString& text)
{
    QByteArray field = text.toUtf8();
    const bool special = std::any_of(field.cbegin(), field.cend(),
                                     [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; });
    if (special) {
        field.replace("\"", "\"\"");
        field = '"' + field + '"';
    }
    return field;
}

QByteArray number(std::optional<double> value)
{
    return value ? QByteArray::number(*value, 'g', 17) : QByteArray();
}

/// Exact: nanoseconds are whole.
QByteArray seconds(Nanoseconds time)
{
    const QByteArray digits = QByteArray::number(qint64{time.count()}).rightJustified(10, '0');
    return digits.left(digits.size() - 9) + '.' + digits.right(9);
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

QByteArray runsAsCsv(std::span<const RunRecord> runs)
{
    QByteArray text = "run_id,started,commit,dirty,workload,scenario,mode,process,iteration,phase,seconds,"
                      "payload_bytes,gzip_bytes,peak_rss_bytes\n";
    for (const RunRecord& run : runs) {
        const QByteArray ofRun = csvField(run.uuid) + ',' +
                                 run.started.toUTC().toString(Qt::ISODateWithMs).toLatin1() + ',' +
                                 csvField(run.commit) + (run.dirty ? ",1," : ",0,") + csvField(run.workload) +
                                 ',' + csvField(run.scenario) + ',';
        for (const RunIteration& iteration : run.iterations) {
            const QByteArray begin = ofRun + iterationModeName(iteration.mode).toLatin1() + ',' +
                                     QByteArray::number(iteration.process) + ',' +
                                     QByteArray::number(iteration.number) + ',';
            const QByteArray end = ',' + number(metricValue(iteration.metrics, metric::kPayloadBytes)) + ',' +
                                   number(metricValue(iteration.metrics, metric::kPayloadGzipBytes)) + ',' +
                                   number(metricValue(iteration.metrics, metric::kPeakRssBytes)) + '\n';
            if (iteration.failed) {
                text += begin + ',' + end;
                continue;
            }
            for (const PhaseTime& time : iteration.phases) {
                const QString& name = run.phases.at(static_cast<std::size_t>(time.phase)).name;
                text += begin + csvField(name) + ',' + seconds(time.total) + end;
            }
            text += begin + kUnattributedRow.toLatin1() + ',' + seconds(iteration.unattributed) + end;
            text += begin + kTotalRow.toLatin1() + ',' + seconds(iteration.elapsed) + end;
        }
    }
    return text;
}

} // namespace perihelion
