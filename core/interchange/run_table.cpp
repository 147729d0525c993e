// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_table.h"

#include "core/interchange/run_export.h"
#include "core/runs/run_json.h"
#include "core/runs/run_summary.h"

#include <QCryptographicHash>
#include <QHash>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace perihelion {

namespace {

enum TableColumn {
    kRunId,
    kStarted,
    kCommit,
    kDirty,
    kWorkload,
    kScenario,
    kMode,
    kProcess,
    kNumber,
    kPhase,
    kSeconds,
    kPayload,
    kGzip,
    kPeakRss,
    kParent,
    kMetric,
    kValue,
    kUnit,
    kBetter,
    kProject,
    kCommitTime,
    kScenarioHash,
    kHost,
    kOrigin,
    kTableColumns
};
constexpr int kFewestColumns = kPeakRss + 1;

constexpr std::array<const char*, kTableColumns> kTableNames{
    "run_id",    "started", "commit",  "dirty",         "workload",    "scenario",       "mode",   "process",
    "iteration", "phase",   "seconds", "payload_bytes", "gzip_bytes",  "peak_rss_bytes", "parent", "metric",
    "value",     "unit",    "better",  "project",       "commit_time", "scenario_hash",  "host",   "origin"};

/// Stands where the parent of a phase would, for phases of the process.
constexpr QStringView kOfProcess = u"(process)";

/// The metrics that every row has a column for.
constexpr std::array<std::pair<TableColumn, QStringView>, 3> kMetricColumns{
    {{kPayload, metric::kPayloadBytes},
     {kGzip, metric::kPayloadGzipBytes},
     {kPeakRss, metric::kPeakRssBytes}}};

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
            write(begin);
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

/// Splits CSV into rows of fields; line() is that of the row read last.
class TableReader {
public:
    explicit TableReader(const QByteArray& text) : m_text(text) {}

    bool atEnd() const { return m_at >= m_text.size(); }
    int line() const { return m_rowLine; }
    bool isBroken() const { return m_broken; }

    QList<QByteArray> next()
    {
        QList<QByteArray> fields;
        m_rowLine = m_line;
        QByteArray field;
        bool quoted = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text.at(m_at);
            m_line += c == '\n' ? 1 : 0;
            if (quoted) {
                const bool twice = c == '"' && m_at + 1 < m_text.size() && m_text.at(m_at + 1) == '"';
                if (c == '"' && !twice) {
                    quoted = false;
                    continue;
                }
                m_at += twice ? 1 : 0;
                field += c;
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',') {
                fields.append(field);
                field.clear();
            } else if (c == '\n') {
                ++m_at;
                break;
            } else if (c != '\r') {
                field += c;
            }
        }
        m_broken = m_broken || quoted;
        fields.append(field);
        return fields;
    }

private:
    const QByteArray& m_text;
    qsizetype m_at = 0;
    int m_line = 1;
    int m_rowLine = 1;
    bool m_broken = false;
};

std::optional<Nanoseconds> secondsFrom(const QByteArray& text)
{
    bool valid = false;
    const double seconds = text.toDouble(&valid);
    constexpr double kMost = 9e9;
    if (!valid || !std::isfinite(seconds) || seconds < 0 || seconds > kMost) {
        return std::nullopt;
    }
    return Nanoseconds(static_cast<std::int64_t>(std::llround(seconds * 1e9)));
}

QDateTime timeFrom(const QByteArray& text)
{
    const QDateTime time = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
    return time.isValid() ? time.toUTC() : QDateTime();
}

/// Runs that grow row by row.
class TableRuns {
public:
    /// What is wrong with the row; nothing when it was taken.
    std::optional<QString> add(const QList<QByteArray>& fields)
    {
        const auto text = [&fields](TableColumn column) {
            return column < fields.size() ? QString::fromUtf8(fields.at(column)) : QString();
        };
        const QString mode = text(kMode);
        if (text(kRunId).isEmpty() || text(kWorkload).isEmpty()) {
            return QStringLiteral("run_id and workload must not be empty");
        }
        if (mode != u"cold" && mode != u"warm") {
            return QString(u"mode must be cold or warm, not \"" % mode % u'"');
        }
        bool processValid = false;
        bool numberValid = false;
        const int process = text(kProcess).toInt(&processValid);
        const int number = text(kNumber).toInt(&numberValid);
        if (!processValid || !numberValid) {
            return QStringLiteral("process and iteration must be whole numbers");
        }
        RunRecord& run = runOf(fields, text);
        RunIteration& iteration = iterationOf(run, mode, process, number);
        for (const auto& [column, name] : kMetricColumns) {
            if (!text(column).isEmpty()) {
                if (!addMetric(iteration, name.toString(), fields.at(column), QStringLiteral("B"))) {
                    return QString(name % u" must be a number");
                }
            }
        }
        if (!text(kMetric).isEmpty()) {
            if (!addMetric(iteration, text(kMetric), fields.at(kValue), text(kUnit))) {
                return QStringLiteral("value must be a number");
            }
            if (text(kBetter) == u"higher" && !run.higherIsBetter.contains(text(kMetric))) {
                run.higherIsBetter.append(text(kMetric));
            }
            return std::nullopt;
        }
        if (text(kPhase).isEmpty()) {
            iteration.failed = true;
            iteration.failure = QStringLiteral("The iteration failed; the table does not say why");
            return std::nullopt;
        }
        const auto time = secondsFrom(fields.at(kSeconds));
        if (!time) {
            return QStringLiteral("seconds must be a time");
        }
        addPhase(run, iteration, text(kPhase), text(kParent), *time);
        return std::nullopt;
    }

    std::vector<RunRecord> take()
    {
        for (RunRecord& run : m_runs) {
            finish(run);
        }
        return std::move(m_runs);
    }

private:
    template <typename Text>
    RunRecord& runOf(const QList<QByteArray>& fields, const Text& text)
    {
        const auto at = m_known.constFind(text(kRunId));
        if (at != m_known.constEnd()) {
            return m_runs[*at];
        }
        m_known.insert(text(kRunId), m_runs.size());
        RunRecord& run = m_runs.emplace_back();
        run.uuid = text(kRunId);
        run.started = timeFrom(fields.at(kStarted));
        run.finished = run.started;
        run.commit = text(kCommit);
        run.dirty = text(kDirty) == u"1";
        run.workload = text(kWorkload);
        run.scenario = text(kScenario);
        run.project = text(kProject);
        run.commitTime = kCommitTime < fields.size() ? timeFrom(fields.at(kCommitTime)) : QDateTime();
        run.scenarioHash = text(kScenarioHash);
        if (run.scenarioHash.isEmpty()) {
            run.scenarioHash = QString::fromLatin1(
                QCryptographicHash::hash(run.title().toUtf8(), QCryptographicHash::Sha256).toHex().left(16));
        }
        run.machine.host = text(kHost);
        run.origin = text(kOrigin);
        return run;
    }

    static RunIteration& iterationOf(RunRecord& run, const QString& mode, int process, int number)
    {
        const IterationMode of = iterationModeFromName(mode);
        // Rows of an iteration stand together.
        if (run.iterations.empty() || run.iterations.back().process != process ||
            run.iterations.back().number != number || run.iterations.back().mode != of) {
            RunIteration& fresh = run.iterations.emplace_back();
            fresh.process = process;
            fresh.number = number;
            fresh.mode = of;
        }
        return run.iterations.back();
    }

    static bool addMetric(RunIteration& iteration, const QString& name, const QByteArray& number,
                          const QString& unit)
    {
        bool valid = false;
        const double value = number.toDouble(&valid);
        if (valid && !metricValue(iteration.metrics, name)) {
            iteration.metrics.push_back({name, value, unit});
        }
        return valid;
    }

    static int phaseOf(RunRecord& run, const QString& name)
    {
        const auto at = std::find_if(run.phases.begin(), run.phases.end(),
                                     [&name](const RunPhase& phase) { return phase.name == name; });
        if (at != run.phases.end()) {
            return static_cast<int>(at - run.phases.begin());
        }
        run.phases.push_back({name, -1, false});
        return static_cast<int>(run.phases.size()) - 1;
    }

    static void addPhase(RunRecord& run, RunIteration& iteration, const QString& name, const QString& parent,
                         Nanoseconds time)
    {
        if (name == kTotalRow) {
            iteration.elapsed = time;
        } else if (name == kUnattributedRow) {
            iteration.unattributed = time;
        } else {
            const bool ofProcess = parent == kOfProcess;
            const int parentId = parent.isEmpty() || ofProcess ? -1 : phaseOf(run, parent);
            const int id = phaseOf(run, name);
            // A phase is not its own parent, nor that of its parent.
            const bool circular =
                parentId == id ||
                (parentId >= 0 && run.phases[static_cast<std::size_t>(parentId)].parent == id);
            run.phases[static_cast<std::size_t>(id)].parent = circular ? -1 : parentId;
            run.phases[static_cast<std::size_t>(id)].ofProcess = ofProcess;
            iteration.phases.push_back({id, time, time, 1});
        }
    }

    /// Own times, processes and plan, which follow from the rows.
    static void finish(RunRecord& run)
    {
        std::set<std::pair<int, IterationMode>> processes;
        int succeeded = 0;
        int cold = 0;
        for (RunIteration& iteration : run.iterations) {
            for (const PhaseTime& inner : iteration.phases) {
                const int parent = run.phases[static_cast<std::size_t>(inner.phase)].parent;
                for (PhaseTime& outer : iteration.phases) {
                    if (outer.phase == parent) {
                        outer.self = std::max(Nanoseconds(0), outer.self - inner.total);
                    }
                }
            }
            processes.insert({iteration.process, iteration.mode});
            succeeded += iteration.failed ? 0 : 1;
            cold += iteration.mode == IterationMode::Cold ? 1 : 0;
        }
        int warmProcesses = 0;
        for (const auto& [number, mode] : processes) {
            RunProcess process;
            process.number = number;
            process.mode = mode;
            run.processes.push_back(process);
            warmProcesses += mode == IterationMode::Warm ? 1 : 0;
        }
        run.plan =
            RunPlan{cold, static_cast<int>(run.iterations.size()) - cold, std::max(1, warmProcesses), 0};
        run.state = succeeded > 0 ? RunState::Finished : RunState::Failed;
    }

    std::vector<RunRecord> m_runs;
    QHash<QString, std::size_t> m_known;
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

Result<std::vector<RunRecord>> runsFromTable(const QByteArray& text, const QString& file)
{
    TableReader rows(text);
    const auto mistake = [&rows, &file](const QString& what) {
        return Error{ErrorCode::InvalidArgument, QString(u"Reading a table of runs failed: " % what),
                     QString(file % u':' % QString::number(rows.line()))};
    };
    const QList<QByteArray> header = rows.next();
    const auto columns = static_cast<int>(header.size());
    const bool known = columns >= kFewestColumns && columns <= kTableColumns &&
                       std::equal(header.begin(), header.end(), kTableNames.begin());
    if (!known) {
        return mistake(QStringLiteral("the columns are not those of an exported table"));
    }
    TableRuns runs;
    while (!rows.atEnd()) {
        const QList<QByteArray> fields = rows.next();
        if (fields.size() == 1 && fields.first().isEmpty()) {
            continue;
        }
        if (fields.size() != columns) {
            return mistake(QStringLiteral("the row has %1 fields, not %2").arg(fields.size()).arg(columns));
        }
        if (const auto wrong = runs.add(fields)) {
            return mistake(*wrong);
        }
    }
    if (rows.isBroken()) {
        return Error{ErrorCode::Truncated,
                     QStringLiteral("Reading a table of runs failed: a quoted field does not end"), file};
    }
    return runs.take();
}

} // namespace perihelion
