// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"
#include "core/runs/run_summary.h"

#include <QHash>
#include <QSet>

#include <cmath>

namespace perihelion {

namespace {

QByteArray openMetricsNumber(double value)
{
    if (std::isfinite(value)) {
        return QByteArray::number(value, 'g', 17);
    }
    return std::isnan(value) ? QByteArray("NaN") : QByteArray(value > 0 ? "+Inf" : "-Inf");
}

QByteArray label(const char* name, const QString& value)
{
    QByteArray text = value.toUtf8();
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return QByteArray(name) + "=\"" + text + '"';
}

QByteArray labelsOf(const RunRecord& run)
{
    return label("workload", run.workload) + ',' + label("scenario", run.scenario) + ',' +
           label("commit", run.commit) + ',' + label("run", run.uuid);
}

/// A metric family of which every line stands in one place.
struct Family {
    QByteArray name;
    QByteArray type;
    QByteArray unit; ///< In which its name ends; empty: none.
    QByteArray help;
    QByteArray lines = {};
    QSet<QByteArray> told = {}; ///< Label sets, of which none may stand twice.

    /// False when these labels stand there already.
    bool claim(const QByteArray& labels)
    {
        const bool fresh = !told.contains(labels);
        told.insert(labels);
        return fresh;
    }
    QByteArray text() const
    {
        if (lines.isEmpty()) {
            return {};
        }
        return "# TYPE " + name + ' ' + type + '\n' +
               (unit.isEmpty() ? QByteArray() : QByteArray("# UNIT " + name + ' ' + unit + '\n')) +
               "# HELP " + name + ' ' + help + '\n' + lines;
    }
};

struct FactoredUnit {
    QByteArray base; ///< "seconds", "bytes"; empty: no base unit.
    double factor = 1;
};

FactoredUnit factoredUnit(const QString& unit)
{
    static const QHash<QString, FactoredUnit> kUnits{{QStringLiteral("s"), {"seconds", 1}},
                                                     {QStringLiteral("ms"), {"seconds", 1e-3}},
                                                     {QStringLiteral("us"), {"seconds", 1e-6}},
                                                     {QStringLiteral("ns"), {"seconds", 1e-9}},
                                                     {QStringLiteral("B"), {"bytes", 1}}};
    return kUnits.value(unit);
}

class OpenMetricsWriter {
public:
    void add(const RunRecord& run)
    {
        const RunSummary summary = RunSummary::of(run);
        // The whole comes first: should a phase bear its name, it is the phase that has no place.
        for (const QStringView whole : {kTotalRow, kUnattributedRow}) {
            addRow(run, *summary.row(whole), {});
        }
        for (const PhaseRow& row : summary.rows) {
            addRow(run, row, parentsOf(summary, row));
        }
        for (const Metric& metric : summary.metrics) {
            addMetric(run, metric);
        }
    }

    QByteArray text() const
    {
        return m_phases.text() + m_seconds.text() + m_bytes.text() + m_others.text() + "# EOF\n";
    }

private:
    /// "outer / inner": the phases in which one lies, so that equal names stay apart.
    static QString parentsOf(const RunSummary& summary, const PhaseRow& row)
    {
        QStringList names;
        for (int at = row.parent; at >= 0; at = summary.rows[static_cast<std::size_t>(at)].parent) {
            names.prepend(summary.rows[static_cast<std::size_t>(at)].name);
        }
        return names.join(QStringLiteral(" / "));
    }

    void addRow(const RunRecord& run, const PhaseRow& row, const QString& parents)
    {
        addSamples(run, row.name, parents, IterationMode::Cold, row.coldSamples, row.cold);
        addSamples(run, row.name, parents, IterationMode::Warm, row.warmSamples, row.warm);
    }

    void addSamples(const RunRecord& run, const QString& phase, const QString& parents, IterationMode mode,
                    const SampleSet& samples, const Summary& summary)
    {
        const QByteArray labels = labelsOf(run) + ',' + label("phase", phase) + ',' +
                                  label("parent", parents) + ',' + label("mode", iterationModeName(mode));
        if (samples.values.empty() || !m_phases.claim(labels)) {
            return;
        }
        const auto seconds = [](Nanoseconds time) {
            return openMetricsNumber(static_cast<double>(time.count()) / 1e9);
        };
        const auto line = [&](const char* suffix, const QByteArray& more, const QByteArray& value) {
            m_phases.lines += m_phases.name + suffix + '{' + labels + more + "} " + value + '\n';
        };
        Nanoseconds sum{0};
        for (const Nanoseconds time : samples.values) {
            sum += time;
        }
        line("", ",quantile=\"0.5\"", seconds(summary.p50));
        line("", ",quantile=\"0.95\"", seconds(summary.p95));
        line("_count", {}, QByteArray::number(qint64(summary.count)));
        line("_sum", {}, seconds(sum));
    }

    void addMetric(const RunRecord& run, const Metric& metric)
    {
        const FactoredUnit unit = factoredUnit(metric.unit);
        Family& family = unit.base == "seconds" ? m_seconds : unit.base == "bytes" ? m_bytes : m_others;
        QByteArray labels = labelsOf(run) + ',' + label("metric", metric.name);
        if (unit.base.isEmpty()) {
            labels += ',' + label("unit", metric.unit);
        }
        if (family.claim(labels)) {
            family.lines +=
                family.name + '{' + labels + "} " + openMetricsNumber(metric.value * unit.factor) + '\n';
        }
    }

    Family m_phases{"perihelion_phase_seconds", "summary", "seconds", "Time spent in a phase of a workload."};
    Family m_seconds{"perihelion_metric_seconds", "gauge", "seconds",
                     "Median of a time that a run measured."};
    Family m_bytes{"perihelion_metric_bytes", "gauge", "bytes", "Median of a size that a run measured."};
    Family m_others{"perihelion_metric", "gauge", "", "Median of any other metric, in its own unit."};
};

} // namespace

QByteArray runsAsOpenMetrics(std::span<const RunRecord> runs)
{
    OpenMetricsWriter writer;
    for (const RunRecord& run : runs) {
        writer.add(run);
    }
    return writer.text();
}

} // namespace perihelion
