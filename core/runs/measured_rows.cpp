// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/measured_rows.h"

#include "core/runs/run_summary.h"
#include "core/stats/order_statistics.h"

#include <QHash>
#include <QtEndian>

#include <cmath>

namespace perihelion {

namespace {

constexpr qsizetype kValueBytes = 8;
constexpr qsizetype kProcessBytes = 4;

/// Rows that grow while the iterations of a run are walked through.
class RowCollector {
public:
    explicit RowCollector(const RunRecord& run) : m_run(run)
    {
        m_ofPhase.assign(run.phases.size(), -1);
        for (const bool ofProcess : {true, false}) {
            for (std::size_t id = 0; id < run.phases.size(); ++id) {
                if (run.phases[id].ofProcess == ofProcess) {
                    addPhase(id);
                }
            }
        }
        m_unattributed = addRow(RowKind::Phase, kUnattributedRow.toString(), QStringLiteral("ns"));
        m_total = addRow(RowKind::Phase, kTotalRow.toString(), QStringLiteral("ns"));
    }

    void take(const RunIteration& iteration)
    {
        const auto add = [this, &iteration](int row, double value) {
            MeasuredRow& measured = m_rows[static_cast<std::size_t>(row)];
            ModeSamples& samples = iteration.mode == IterationMode::Cold ? measured.cold : measured.warm;
            samples.values.push_back(value);
            samples.processes.push_back(iteration.process);
        };
        for (const PhaseTime& time : iteration.phases) {
            const auto phase = static_cast<std::size_t>(time.phase);
            if (phase < m_ofPhase.size() && m_ofPhase[phase] >= 0) {
                add(m_ofPhase[phase], static_cast<double>(time.total.count()));
            }
        }
        // Without a time of the whole there is no rest of it either.
        if (iteration.elapsed > Nanoseconds(0)) {
            add(m_unattributed, static_cast<double>(iteration.unattributed.count()));
            add(m_total, static_cast<double>(iteration.elapsed.count()));
        }
        for (const Metric& metric : iteration.metrics) {
            if (std::isfinite(metric.value)) {
                add(rowOfMetric(metric), metric.value);
            }
        }
    }

    std::vector<MeasuredRow> takeRows() { return std::move(m_rows); }

private:
    int addRow(RowKind kind, const QString& name, const QString& unit)
    {
        MeasuredRow measured;
        measured.row.kind = kind;
        measured.row.name = name;
        measured.row.unit = unit;
        m_rows.push_back(std::move(measured));
        return static_cast<int>(m_rows.size()) - 1;
    }

    void addPhase(std::size_t id)
    {
        const RunPhase& phase = m_run.phases[id];
        if (m_phaseNames.contains(phase.name)) {
            return;
        }
        m_ofPhase[id] = addRow(RowKind::Phase, phase.name, QStringLiteral("ns"));
        m_phaseNames.insert(phase.name, m_ofPhase[id]);
        SeriesRow& row = m_rows.back().row;
        row.ofProcess = phase.ofProcess;
        if (phase.parent >= 0 && static_cast<std::size_t>(phase.parent) < m_run.phases.size()) {
            row.parent = m_run.phases[static_cast<std::size_t>(phase.parent)].name;
        }
    }

    int rowOfMetric(const Metric& metric)
    {
        const auto known = m_metrics.constFind(metric.name);
        if (known != m_metrics.constEnd()) {
            return *known;
        }
        const int row = addRow(RowKind::Metric, metric.name, metric.unit);
        m_rows.back().row.higherIsBetter = m_run.higherIsBetter.contains(metric.name);
        m_metrics.insert(metric.name, row);
        return row;
    }

    const RunRecord& m_run;
    std::vector<MeasuredRow> m_rows;
    std::vector<int> m_ofPhase; ///< Row of each phase; −1 for a name that was there already.
    QHash<QString, int> m_phaseNames;
    QHash<QString, int> m_metrics;
    int m_unattributed = 0;
    int m_total = 0;
};

} // namespace

std::vector<MeasuredRow> measuredRows(const RunRecord& run)
{
    RowCollector collector(run);
    for (const RunIteration& iteration : run.iterations) {
        if (!iteration.failed) {
            collector.take(iteration);
        }
    }
    return collector.takeRows();
}

PointNumbers pointNumbers(const std::vector<double>& values)
{
    if (values.empty()) {
        return {};
    }
    const FiveNumbers five = fiveNumbers(values);
    return {static_cast<int>(five.count),
            five.minimum,
            five.p5,
            five.p25,
            five.median,
            five.p75,
            five.p95,
            five.maximum};
}

QByteArray packSamples(const ModeSamples& samples)
{
    const auto count = static_cast<qsizetype>(samples.values.size());
    QByteArray bytes(count * (kValueBytes + kProcessBytes), Qt::Uninitialized);
    qToLittleEndian<double>(samples.values.data(), count, bytes.data());
    qToLittleEndian<qint32>(samples.processes.data(), count, bytes.data() + count * kValueBytes);
    return bytes;
}

ModeSamples unpackSamples(const QByteArray& bytes)
{
    ModeSamples samples;
    if (bytes.size() % (kValueBytes + kProcessBytes) != 0) {
        return samples;
    }
    const qsizetype count = bytes.size() / (kValueBytes + kProcessBytes);
    samples.values.resize(static_cast<std::size_t>(count));
    samples.processes.resize(static_cast<std::size_t>(count));
    qFromLittleEndian<double>(bytes.constData(), count, samples.values.data());
    qFromLittleEndian<qint32>(bytes.constData() + count * kValueBytes, count, samples.processes.data());
    return samples;
}

} // namespace perihelion
