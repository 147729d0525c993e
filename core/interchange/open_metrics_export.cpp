// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"
#include "core/runs/run_summary.h"

#include <QMap>

#include <cmath>

namespace perihelion {

namespace {

QByteArray number(double value)
{
    return std::isnan(value) ? QByteArray("NaN") : QByteArray::number(value, 'g', 17);
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

void addPhase(QByteArray& text, const RunRecord& run, QStringView phase, IterationMode mode)
{
    const SampleSet samples = samplesOf(run, phase, mode);
    if (samples.values.empty()) {
        return;
    }
    const Summary summary = Summary::of(samples);
    const QByteArray labels =
        labelsOf(run) + ',' + label("phase", phase.toString()) + ',' + label("mode", iterationModeName(mode));
    const auto quantile = [&](const char* q, Nanoseconds time) {
        text += "perihelion_phase_seconds{" + labels + ",quantile=\"" + q + "\"} " +
                number(static_cast<double>(time.count()) / 1e9) + '\n';
    };
    quantile("0.5", summary.p50);
    quantile("0.95", summary.p95);
    Nanoseconds sum{0};
    for (const Nanoseconds time : samples.values) {
        sum += time;
    }
    text +=
        "perihelion_phase_seconds_count{" + labels + "} " + QByteArray::number(qint64(summary.count)) + '\n';
    text += "perihelion_phase_seconds_sum{" + labels + "} " + number(static_cast<double>(sum.count()) / 1e9) +
            '\n';
}

/// A metric family: the name carries the unit, in base units.
struct Family {
    QByteArray name;
    QByteArray unit; ///< Empty: none.
    double factor = 1;
};

Family familyOf(const Metric& metric)
{
    QByteArray name = "perihelion_";
    for (const QChar c : metric.name) {
        const char16_t code = c.unicode();
        const bool plain = (code >= u'a' && code <= u'z') || (code >= u'0' && code <= u'9');
        name += plain ? static_cast<char>(code) : '_';
    }
    const auto carry = [&name](const char* unit, const char* ending, double factor) {
        if (name.endsWith(ending)) {
            name.chop(static_cast<qsizetype>(qstrlen(ending)));
        }
        return Family{name + '_' + unit, unit, factor};
    };
    if (metric.unit == u"B") {
        return carry("bytes", "_bytes", 1);
    }
    if (metric.unit == u"ms") {
        return carry("seconds", "_ms", 1e-3);
    }
    if (metric.unit == u"s") {
        return carry("seconds", "_s", 1);
    }
    return Family{name, QByteArray(), 1};
}

} // namespace

QByteArray runsAsOpenMetrics(std::span<const RunRecord> runs)
{
    QByteArray text = "# TYPE perihelion_phase_seconds summary\n"
                      "# UNIT perihelion_phase_seconds seconds\n"
                      "# HELP perihelion_phase_seconds Time spent in a phase of a workload.\n";
    // All lines of a family stand together, whatever run they are of.
    QMap<QByteArray, QByteArray> gauges;
    for (const RunRecord& run : runs) {
        for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
            for (const RunPhase& phase : run.phases) {
                addPhase(text, run, phase.name, mode);
            }
            addPhase(text, run, kUnattributedRow, mode);
            addPhase(text, run, kTotalRow, mode);
        }
        for (const Metric& metric : RunSummary::of(run).metrics) {
            const Family family = familyOf(metric);
            QByteArray& lines = gauges[family.name];
            if (lines.isEmpty()) {
                lines = "# TYPE " + family.name + " gauge\n";
                if (!family.unit.isEmpty()) {
                    lines += "# UNIT " + family.name + ' ' + family.unit + '\n';
                }
            }
            lines += family.name + '{' + labelsOf(run) + "} " + number(metric.value * family.factor) + '\n';
        }
    }
    for (const QByteArray& lines : std::as_const(gauges)) {
        text += lines;
    }
    return text + "# EOF\n";
}

} // namespace perihelion
