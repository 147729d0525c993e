// SPDX-License-Identifier: GPL-3.0-or-later
// Writes runs as a long table.
#include "core/interchange/run_export.h"
#include "core/interchange/run_table.h"
#include "core/interchange/run_table_columns.h"
#include "core/runs/run_summary.h"

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

using TableRow = std::array<QByteArray, kTableColumns>;

/// A field of RFC 4180: quoted where it holds a separator, a quote or a line break.
QByteArray tableField(const QString& text)
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

QByteArray tableNumber(double value)
{
    return QByteArray::number(value, 'g', 17);
}

/// Exact: nanoseconds are whole.
QByteArray tableSeconds(Nanoseconds time)
{
    const QByteArray digits = QByteArray::number(qint64{time.count()}).rightJustified(10, '0');
    return digits.left(digits.size() - 9) + '.' + digits.right(9);
}

QByteArray tableTime(const QDateTime& time)
{
    return time.isValid() ? time.toUTC().toString(Qt::ISODateWithMs).toLatin1() : QByteArray();
}

class TableWriter {
public:
    void add(const RunRecord& run)
    {
        TableRow row;
        row[kRunId] = tableField(run.uuid);
        row[kStarted] = tableTime(run.started);
        row[kCommit] = tableField(run.commit);
        row[kDirty] = run.dirty ? "1" : "0";
        row[kWorkload] = tableField(run.workload);
        row[kScenario] = tableField(run.scenario);
        row[kProject] = tableField(run.project);
        row[kCommitTime] = tableTime(run.commitTime);
        row[kScenarioHash] = tableField(run.scenarioHash);
        row[kHost] = tableField(run.machine.host);
        row[kOrigin] = tableField(run.origin);
        row[kCpu] = tableField(run.machine.cpu);
        row[kArchitecture] = tableField(run.machine.architecture);
        row[kCores] = QByteArray::number(run.machine.logicalCores);
        row[kMemory] = QByteArray::number(static_cast<quint64>(run.machine.memory.value));
        row[kVirtualisation] = tableField(run.machine.virtualisation);
        row[kBuildType] = tableField(run.machine.buildType);
        row[kWorkloadVersion] = QByteArray::number(run.workloadVersion);
        row[kState] = runStateName(run.state).toLatin1();
        if (run.iterations.empty()) {
            row[kFailure] = tableField(run.failure);
            write(row);
        }
        for (const RunIteration& iteration : run.iterations) {
            row[kMode] = iterationModeName(iteration.mode).toLatin1();
            row[kProcess] = QByteArray::number(iteration.process);
            row[kNumber] = QByteArray::number(iteration.number);
            for (const auto& [column, name] : kMetricColumns) {
                const auto value = metricValue(iteration.metrics, name);
                row[column] = value ? tableNumber(*value) : QByteArray();
            }
            addIteration(run, iteration, row);
        }
    }
    QByteArray take() { return std::move(m_text); }

private:
    void addIteration(const RunRecord& run, const RunIteration& iteration, const TableRow& begin)
    {
        if (iteration.failed) {
            TableRow row = begin;
            row[kFailure] = tableField(iteration.failure);
            write(row);
            return;
        }
        const auto phase = [&](const QString& name, Nanoseconds time, const QString& parent) {
            TableRow row = begin;
            row[kPhase] = tableField(name);
            row[kSeconds] = tableSeconds(time);
            row[kParent] = tableField(parent);
            write(row);
        };
        for (const PhaseTime& time : iteration.phases) {
            const RunPhase& of = run.phases.at(static_cast<std::size_t>(time.phase));
            phase(of.name, time.total,
                  of.ofProcess    ? kOfProcess.toString()
                  : of.parent < 0 ? QString()
                                  : run.phases.at(static_cast<std::size_t>(of.parent)).name);
        }
        bool figures = false;
        for (const Metric& each : iteration.metrics) {
            const bool hasColumn =
                std::any_of(kMetricColumns.begin(), kMetricColumns.end(),
                            [&each](const auto& column) { return column.second == each.name; });
            if (hasColumn) {
                continue;
            }
            TableRow row = begin;
            row[kMetric] = tableField(each.name);
            row[kValue] = tableNumber(each.value);
            row[kUnit] = tableField(each.unit);
            row[kBetter] = run.higherIsBetter.contains(each.name) ? "higher" : "lower";
            write(row);
            figures = true;
        }
        // Results of other programs have no whole.
        if (iteration.elapsed.count() == 0 && iteration.phases.empty() && figures) {
            return;
        }
        phase(kUnattributedRow.toString(), iteration.unattributed, QString());
        phase(kTotalRow.toString(), iteration.elapsed, QString());
    }

    void write(const TableRow& row)
    {
        for (std::size_t i = 0; i < row.size(); ++i) {
            m_text += (i == 0 ? QByteArray() : QByteArrayLiteral(",")) + row[i];
        }
        m_text += '\n';
    }

    QByteArray m_text = runTableHeader();
};

} // namespace

QByteArray runTableHeader()
{
    QByteArray header;
    for (const char* name : kTableNames) {
        header += (header.isEmpty() ? QByteArray() : QByteArrayLiteral(",")) + name;
    }
    return header + '\n';
}

QByteArray runsAsCsv(std::span<const RunRecord> runs)
{
    TableWriter writer;
    for (const RunRecord& run : runs) {
        writer.add(run);
    }
    return writer.take();
}

} // namespace perihelion
