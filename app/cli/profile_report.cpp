// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/profile_report.h"

#include "core/base/format.h"
#include "core/runs/run_comparison.h"
#include "core/runs/run_json.h"
#include "core/runs/run_summary.h"

#include <QJsonArray>

#include <algorithm>

namespace perihelion {

namespace {

QJsonObject modeJson(const RunRecord& run, const RunSummary& summary, IterationMode mode)
{
    const bool cold = mode == IterationMode::Cold;
    QJsonObject phases;
    for (const PhaseRow& row : summary.rows) {
        const Summary& numbers = cold ? row.cold : row.warm;
        const SampleSet& samples = cold ? row.coldSamples : row.warmSamples;
        if (numbers.count == 0) {
            continue;
        }
        QJsonArray values;
        for (const double value : samples.milliseconds()) {
            values.append(value);
        }
        QJsonArray processes;
        for (const int process : samples.processes) {
            processes.append(process);
        }
        phases.insert(row.name, QJsonObject{{QStringLiteral("n"), static_cast<qint64>(numbers.count)},
                                            {QStringLiteral("min_ms"), toMilliseconds(numbers.min)},
                                            {QStringLiteral("p50_ms"), toMilliseconds(numbers.p50)},
                                            {QStringLiteral("p95_ms"), toMilliseconds(numbers.p95)},
                                            {QStringLiteral("max_ms"), toMilliseconds(numbers.max)},
                                            {QStringLiteral("p95_interpolated"), numbers.isP95Interpolated()},
                                            {QStringLiteral("samples_ms"), values},
                                            {QStringLiteral("processes"), processes}});
    }
    const PhaseRow* total = summary.row(kTotalRow);
    const auto count = static_cast<qint64>((cold ? total->cold : total->warm).count);
    const auto failed =
        std::count_if(run.iterations.begin(), run.iterations.end(),
                      [mode](const RunIteration& each) { return each.failed && each.mode == mode; });
    return QJsonObject{{QStringLiteral("n"), count},
                       {QStringLiteral("failed"), static_cast<qint64>(failed)},
                       {QStringLiteral("phases"), phases}};
}

/// The greatest over every iteration, cold ones too.
QJsonValue peakJson(const RunRecord& run)
{
    double peak = -1;
    for (const RunIteration& each : run.iterations) {
        peak = std::max(peak, metricValue(each.metrics, metric::kPeakRssBytes).value_or(-1));
    }
    return peak < 0 ? QJsonValue() : QJsonValue(static_cast<qint64>(peak));
}

QJsonValue metricJson(const RunSummary& summary, QStringView name)
{
    const std::optional<double> value = metricValue(summary.metrics, name);
    return value ? QJsonValue(static_cast<qint64>(*value)) : QJsonValue();
}

QString cell(Nanoseconds time, std::size_t count)
{
    return count == 0 ? QStringLiteral("–") : QString::number(toMilliseconds(time), 'f', 3);
}

QString line(const QStringList& cells, qsizetype nameWidth)
{
    QString text = cells.first().leftJustified(nameWidth);
    for (qsizetype column = 1; column < cells.size(); ++column) {
        text += QString(u' ' % cells[column].rightJustified(column == 2 || column == 7 ? 5 : 11));
    }
    return QString(text % u'\n');
}

QString sizeText(const std::vector<Metric>& metrics, QStringView name)
{
    const std::optional<double> value = metricValue(metrics, name);
    return value ? QString(formatCount(static_cast<std::int64_t>(*value)) % u" B") : QString();
}

QString headline(const RunRecord& run)
{
    QString text = run.title();
    if (run.id > 0) {
        text += QStringLiteral(", run %1").arg(run.id);
    }
    if (!run.commit.isEmpty()) {
        text += QString(u", commit " % run.commit.left(10) % (run.dirty ? u" with changes" : u""));
    }
    return QString(text % QStringLiteral(": %1 cold, %2 warm in %3 processes after %4 warm-up each\n")
                              .arg(run.plan.coldRuns)
                              .arg(run.plan.warmRuns)
                              .arg(std::min(run.plan.warmProcesses, run.plan.warmRuns))
                              .arg(run.plan.warmUps));
}

QString residencyText(const RunRecord& run)
{
    double worst = -1;
    for (const RunProcess& process : run.processes) {
        worst = std::max(worst, process.residentAfter.value_or(-1));
    }
    return worst < 0 ? QString()
                     : QStringLiteral(
                           "Input files were put out of memory before each cold run; at most %1 % stayed\n")
                           .arg(100 * worst, 0, 'f', 1);
}

} // namespace

BaselineComparison compareWithBaseline(const RunRecord& baseline, const RunRecord& run)
{
    BaselineComparison compared;
    compared.run = baseline.id;
    compared.commit = baseline.commit;
    RunTotals totals = compareRunTotals(baseline, run);
    compared.mode = totals.mode;
    compared.total = std::move(totals.total);
    return compared;
}

QJsonObject profileJson(const RunRecord& run, const std::optional<BaselineComparison>& baseline)
{
    const RunSummary summary = RunSummary::of(run);
    QJsonArray hotspots;
    for (const Hotspot& spot : summary.hotspots) {
        hotspots.append(QJsonObject{{QStringLiteral("phase"), spot.name},
                                    {QStringLiteral("mean_ms"), toMilliseconds(spot.time)},
                                    {QStringLiteral("share"), spot.share}});
    }
    QJsonObject metrics;
    for (const Metric& each : summary.metrics) {
        metrics.insert(each.name, each.value);
    }
    QJsonArray failures;
    for (const RunIteration& each : run.iterations) {
        if (each.failed) {
            failures.append(QJsonObject{{QStringLiteral("process"), each.process},
                                        {QStringLiteral("mode"), iterationModeName(each.mode)},
                                        {QStringLiteral("sentence"), each.failure}});
        }
    }
    QJsonArray residency;
    for (const RunProcess& process : run.processes) {
        if (process.residentAfter) {
            residency.append(QJsonObject{{QStringLiteral("before"), process.residentBefore.value_or(0)},
                                         {QStringLiteral("after"), *process.residentAfter}});
        }
    }
    QJsonValue against;
    if (baseline) {
        against = QJsonObject{{QStringLiteral("run_id"), static_cast<qint64>(baseline->run)},
                              {QStringLiteral("commit"), baseline->commit},
                              {QStringLiteral("mode"), iterationModeName(baseline->mode)},
                              {QStringLiteral("ratio"), baseline->total.ratio},
                              {QStringLiteral("p"), baseline->total.p},
                              {QStringLiteral("verdict"), verdictName(baseline->total.verdict)},
                              {QStringLiteral("sentence"), baseline->total.sentence}};
    }
    return QJsonObject{
        {QStringLiteral("workload"), run.workload},
        {QStringLiteral("workload_version"), run.workloadVersion},
        {QStringLiteral("scenario"), run.scenario},
        {QStringLiteral("scenario_hash"), run.scenarioHash},
        {QStringLiteral("parameters"), run.parameters},
        {QStringLiteral("run_id"), run.id > 0 ? QJsonValue(static_cast<qint64>(run.id)) : QJsonValue()},
        {QStringLiteral("uuid"), run.uuid},
        {QStringLiteral("state"), runStateName(run.state)},
        {QStringLiteral("started"), run.started.toString(Qt::ISODateWithMs)},
        {QStringLiteral("finished"), run.finished.toString(Qt::ISODateWithMs)},
        {QStringLiteral("commit"), run.commit},
        {QStringLiteral("dirty"), run.dirty},
        {QStringLiteral("machine"), run.machine.toJson()},
        {QStringLiteral("plan"), planJson(run.plan)},
        {QStringLiteral("cold"), modeJson(run, summary, IterationMode::Cold)},
        {QStringLiteral("warm"), modeJson(run, summary, IterationMode::Warm)},
        {QStringLiteral("payload_bytes"), metricJson(summary, metric::kPayloadBytes)},
        {QStringLiteral("payload_gzip_bytes"), metricJson(summary, metric::kPayloadGzipBytes)},
        {QStringLiteral("peak_rss_bytes"), peakJson(run)},
        {QStringLiteral("metrics"), metrics},
        {QStringLiteral("hotspots"), hotspots},
        {QStringLiteral("residency"), residency},
        {QStringLiteral("timing_cost_ns_per_scope"), static_cast<qint64>(run.scopeCost.count())},
        {QStringLiteral("failures"), failures},
        {QStringLiteral("baseline"), against},
        {QStringLiteral("warnings"), QJsonArray::fromStringList(run.warnings)},
        {QStringLiteral("notes"), QJsonArray::fromStringList(run.notes)}};
}

QString profileTable(const RunRecord& run, const std::optional<BaselineComparison>& baseline)
{
    const RunSummary summary = RunSummary::of(run);
    const bool warm = summary.row(kTotalRow)->warm.count > 0;
    qsizetype width = 12;
    for (const PhaseRow& row : summary.rows) {
        width = std::max(width, row.name.size() + 2 * row.depth);
    }
    QString text = headline(run);
    text += line({QStringLiteral("phase, ms"), QStringLiteral("cold p50"), QStringLiteral("n"),
                  warm ? QStringLiteral("warm min") : QStringLiteral("cold min"), QStringLiteral("p50"),
                  QStringLiteral("p95"), QStringLiteral("max"), QStringLiteral("n")},
                 width);
    bool interpolated = false;
    for (const PhaseRow& row : summary.rows) {
        const Summary& main = warm ? row.warm : row.cold;
        if (row.cold.count == 0 && row.warm.count == 0) {
            continue;
        }
        interpolated = interpolated || main.isP95Interpolated();
        text += line({QString(QString(2 * row.depth, u' ') % row.name), cell(row.cold.p50, row.cold.count),
                      QString::number(row.cold.count), cell(main.min, main.count), cell(main.p50, main.count),
                      QString(cell(main.p95, main.count) % (main.isP95Interpolated() ? u"*" : u"")),
                      cell(main.max, main.count), QString::number(main.count)},
                     width);
    }
    if (interpolated) {
        text += QStringLiteral("* p95 of fewer than 20 values: an interpolation between them\n");
    }
    for (const auto& [label, name] : {std::pair{u"Payload", metric::kPayloadBytes},
                                      std::pair{u"Payload, gzip", metric::kPayloadGzipBytes}}) {
        if (const QString size = sizeText(summary.metrics, name); !size.isEmpty()) {
            text += QString(QStringView(label).toString().leftJustified(width) % u' ' % size % u'\n');
        }
    }
    if (const QJsonValue peak = peakJson(run); !peak.isNull()) {
        text += QString(QStringLiteral("Peak memory").leftJustified(width) % u' ' %
                        formatMemory(ByteCount{static_cast<std::uint64_t>(peak.toInteger())}) % u'\n');
    }
    if (!summary.hotspots.empty()) {
        QStringList spots;
        for (const Hotspot& spot : summary.hotspots) {
            spots.append(QStringLiteral("%1 %2 %").arg(spot.name).arg(100 * spot.share, 0, 'f', 1));
        }
        text += QString(QStringLiteral("Hotspots").leftJustified(width) % u' ' %
                        spots.join(QStringLiteral(", ")) % u'\n');
    }
    text += residencyText(run);
    if (const int failed = run.failedIterations(); failed > 0) {
        text += QStringLiteral("%1 of %2 iterations failed\n").arg(failed).arg(run.iterations.size());
    }
    if (baseline) {
        text += QStringLiteral("Against run %1, %2: %3\n")
                    .arg(baseline->run)
                    .arg(iterationModeName(baseline->mode), baseline->total.sentence);
    }
    return text;
}

} // namespace perihelion
