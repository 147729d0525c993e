// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"
#include "core/runs/run_summary.h"
#include "core/stats/order_statistics.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringBuilder>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace perihelion {

namespace {

/// One phase in one mode of one run.
struct Repeated {
    QString name;
    std::vector<double> wallMillis;
    std::vector<double> cpuMillis; ///< As long as wallMillis.
};

class BenchmarkWriter {
public:
    void add(const Repeated& repeated)
    {
        ++m_family;
        const auto count = static_cast<int>(repeated.wallMillis.size());
        for (int i = 0; i < count; ++i) {
            QJsonObject entry = common(repeated, QStringLiteral("iteration"));
            entry.insert(QStringLiteral("repetition_index"), i);
            entry.insert(QStringLiteral("iterations"), 1);
            const auto at = static_cast<std::size_t>(i);
            insertTimes(entry, repeated.wallMillis[at], repeated.cpuMillis[at]);
            m_entries.append(entry);
        }
        if (count < 2) {
            return; // As the original: one repetition has no aggregates.
        }
        const double wallMean = mean(repeated.wallMillis);
        const double cpuMean = mean(repeated.cpuMillis);
        const double wallSpread = deviation(repeated.wallMillis, wallMean);
        const double cpuSpread = deviation(repeated.cpuMillis, cpuMean);
        addAggregate(repeated, QStringLiteral("mean"), wallMean, cpuMean);
        addAggregate(repeated, QStringLiteral("median"), median(repeated.wallMillis),
                     median(repeated.cpuMillis));
        addAggregate(repeated, QStringLiteral("stddev"), wallSpread, cpuSpread);
        addAggregate(repeated, QStringLiteral("cv"), wallMean > 0 ? wallSpread / wallMean : 0,
                     cpuMean > 0 ? cpuSpread / cpuMean : 0, QStringLiteral("percentage"));
    }
    const QJsonArray& entries() const { return m_entries; }

private:
    static double mean(const std::vector<double>& values)
    {
        return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    }
    static double deviation(const std::vector<double>& values, double mean)
    {
        double squares = 0;
        for (const double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return std::sqrt(squares / static_cast<double>(values.size() - 1));
    }
    static void insertTimes(QJsonObject& entry, double wall, double cpu)
    {
        entry.insert(QStringLiteral("real_time"), wall);
        entry.insert(QStringLiteral("cpu_time"), cpu);
        entry.insert(QStringLiteral("time_unit"), QStringLiteral("ms"));
    }
    QJsonObject common(const Repeated& repeated, const QString& runType) const
    {
        return QJsonObject{{QStringLiteral("name"), repeated.name},
                           {QStringLiteral("family_index"), m_family},
                           {QStringLiteral("per_family_instance_index"), 0},
                           {QStringLiteral("run_name"), repeated.name},
                           {QStringLiteral("run_type"), runType},
                           {QStringLiteral("repetitions"), static_cast<int>(repeated.wallMillis.size())},
                           {QStringLiteral("threads"), 1}};
    }
    void addAggregate(const Repeated& repeated, const QString& aggregate, double wall, double cpu,
                      const QString& unit = QStringLiteral("time"))
    {
        QJsonObject entry = common(repeated, QStringLiteral("aggregate"));
        entry.insert(QStringLiteral("name"), QString(repeated.name % u'_' % aggregate));
        entry.insert(QStringLiteral("aggregate_name"), aggregate);
        entry.insert(QStringLiteral("aggregate_unit"), unit);
        entry.insert(QStringLiteral("iterations"), static_cast<int>(repeated.wallMillis.size()));
        insertTimes(entry, wall, cpu);
        m_entries.append(entry);
    }

    QJsonArray m_entries;
    int m_family = -1;
};

/// What the process used in an iteration; the wall time where that is not known.
std::vector<double> cpuTimes(const RunRecord& run, IterationMode mode)
{
    std::vector<double> millis;
    for (const RunIteration& iteration : run.iterations) {
        if (iteration.failed || iteration.mode != mode) {
            continue;
        }
        const std::optional<double> user = metricValue(iteration.metrics, u"user_time_ms");
        const std::optional<double> system = metricValue(iteration.metrics, u"system_time_ms");
        millis.push_back(user && system ? *user + *system : toMilliseconds(iteration.elapsed));
    }
    return millis;
}

/// Imported results have no phases: their times are metrics in seconds.
void addTimesOfMetrics(BenchmarkWriter& writer, const RunRecord& run)
{
    if (run.origin.isEmpty()) {
        return;
    }
    constexpr QStringView kProcessor = u", cpu time";
    std::vector<Repeated> benchmarks;
    for (const RunIteration& iteration : run.iterations) {
        for (const Metric& each : iteration.metrics) {
            if (each.unit != u"s" || iteration.failed) {
                continue;
            }
            const bool processor = each.name.endsWith(kProcessor);
            const QString name = processor ? each.name.chopped(kProcessor.size()) : each.name;
            auto at = std::find_if(benchmarks.begin(), benchmarks.end(),
                                   [&name](const Repeated& known) { return known.name == name; });
            if (at == benchmarks.end()) {
                benchmarks.push_back({name, {}, {}});
                at = std::prev(benchmarks.end());
            }
            (processor ? at->cpuMillis : at->wallMillis).push_back(each.value * 1000);
        }
    }
    for (Repeated& benchmark : benchmarks) {
        // Every entry has both times: one that is not known equals the other.
        if (benchmark.wallMillis.empty()) {
            benchmark.wallMillis = benchmark.cpuMillis;
        }
        if (benchmark.cpuMillis.size() != benchmark.wallMillis.size()) {
            benchmark.cpuMillis = benchmark.wallMillis;
        }
        writer.add(benchmark);
    }
}

void addRun(BenchmarkWriter& writer, const RunRecord& run)
{
    for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
        const auto add = [&](QStringView phase) {
            Repeated repeated;
            repeated.name = run.title() % u'/' % phase % u'/' % iterationModeName(mode);
            for (const Nanoseconds time : samplesOf(run, phase, mode).values) {
                repeated.wallMillis.push_back(toMilliseconds(time));
            }
            repeated.cpuMillis = phase == kTotalRow ? cpuTimes(run, mode) : repeated.wallMillis;
            if (!repeated.wallMillis.empty()) {
                writer.add(repeated);
            }
        };
        for (const RunPhase& phase : run.phases) {
            add(phase.name);
        }
        add(kTotalRow);
    }
    addTimesOfMetrics(writer, run);
}

/// Keys of our own are text there, as with --benchmark_context.
QJsonObject contextOf(const RunRecord& run)
{
    QJsonObject context{
        {QStringLiteral("date"), run.started.toUTC().toString(Qt::ISODate)},
        {QStringLiteral("host_name"), run.machine.host},
        {QStringLiteral("executable"), QStringLiteral("perihelion-cli")},
        {QStringLiteral("num_cpus"), run.machine.logicalCores},
        {QStringLiteral("mhz_per_cpu"), 0},
        {QStringLiteral("caches"), QJsonArray()},
        {QStringLiteral("load_avg"), run.machine.load >= 0 ? QJsonArray{run.machine.load} : QJsonArray()},
        {QStringLiteral("library_build_type"),
         run.machine.buildType == u"release" ? QStringLiteral("release") : QStringLiteral("debug")},
        {QStringLiteral("json_schema_version"), 1},
        {QStringLiteral("commit"), run.commit},
        {QStringLiteral("dirty"), run.dirty ? QStringLiteral("true") : QStringLiteral("false")},
        {QStringLiteral("run_id"), run.uuid},
        {QStringLiteral("cpu"), run.machine.cpu},
        {QStringLiteral("cpu_time_of_phases"), QStringLiteral("equals real_time: phases have no CPU clock")}};
    if (!run.machine.governor.isEmpty()) {
        context.insert(QStringLiteral("cpu_scaling_enabled"), run.machine.governor != u"performance");
    }
    return context;
}

} // namespace

QByteArray runsAsGoogleBenchmark(std::span<const RunRecord> runs)
{
    BenchmarkWriter writer;
    for (const RunRecord& run : runs) {
        addRun(writer, run);
    }
    const QJsonObject context = runs.empty() ? QJsonObject() : contextOf(runs.front());
    return QJsonDocument(QJsonObject{{QStringLiteral("context"), context},
                                     {QStringLiteral("benchmarks"), writer.entries()}})
        .toJson();
}

} // namespace perihelion
