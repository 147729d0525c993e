// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_table.h"

#include "core/interchange/run_table_columns.h"
#include "core/runs/run_json.h"
#include "core/runs/run_summary.h"

#include <QCryptographicHash>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace perihelion {

namespace {

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
        if (mode.isEmpty() && !text(kState).isEmpty()) {
            RunRecord& run = runOf(fields, text); // Nothing was measured: a gap with its reason.
            run.failure = text(kFailure);
            return std::nullopt;
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
            iteration.failure = text(kFailure).isEmpty()
                                    ? QStringLiteral("The iteration failed; the table does not say why")
                                    : text(kFailure);
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
            finish(run, m_told.contains(run.uuid));
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
        run.machine.cpu = text(kCpu);
        run.machine.architecture = text(kArchitecture);
        run.machine.logicalCores = text(kCores).toInt();
        run.machine.memory = ByteCount{text(kMemory).toULongLong()};
        run.machine.virtualisation = text(kVirtualisation);
        run.machine.buildType = text(kBuildType);
        run.workloadVersion = std::max(1, text(kWorkloadVersion).toInt());
        if (!text(kState).isEmpty()) {
            run.state = runStateFromName(text(kState));
            m_told.insert(run.uuid);
        }
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

    /// The newest phase of that name, which a parent's row usually has just told.
    static int parentOf(RunRecord& run, const QString& name)
    {
        const auto at = std::find_if(run.phases.rbegin(), run.phases.rend(),
                                     [&name](const RunPhase& phase) { return phase.name == name; });
        if (at != run.phases.rend()) {
            return static_cast<int>(run.phases.rend() - at) - 1;
        }
        run.phases.push_back({name, -1, false});
        return static_cast<int>(run.phases.size()) - 1;
    }

    /// The phase of that name and parent; one that was only known as a parent gets its own place now.
    int phaseOf(RunRecord& run, const QString& name, int parent)
    {
        QSet<int>& placed = m_placed[run.uuid];
        int id = -1;
        for (int i = 0; i < static_cast<int>(run.phases.size()) && id < 0; ++i) {
            const RunPhase& phase = run.phases[static_cast<std::size_t>(i)];
            id = phase.name == name && (phase.parent == parent || !placed.contains(i)) ? i : -1;
        }
        if (id < 0) {
            id = static_cast<int>(run.phases.size());
            run.phases.push_back({name, -1, false});
        }
        placed.insert(id);
        return id;
    }

    void addPhase(RunRecord& run, RunIteration& iteration, const QString& name, const QString& parent,
                  Nanoseconds time)
    {
        if (name == kTotalRow) {
            iteration.elapsed = time;
        } else if (name == kUnattributedRow) {
            iteration.unattributed = time;
        } else {
            const bool ofProcess = parent == kOfProcess;
            const int parentId = parent.isEmpty() || ofProcess ? -1 : parentOf(run, parent);
            const int id = phaseOf(run, name, parentId);
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
    static void finish(RunRecord& run, bool hasState)
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
        if (!hasState) {
            run.state = succeeded > 0 ? RunState::Finished : RunState::Failed;
        }
    }

    std::vector<RunRecord> m_runs;
    QHash<QString, std::size_t> m_known;
    QHash<QString, QSet<int>> m_placed; ///< Phases that had a row of their own, by run.
    QSet<QString> m_told;               ///< Runs of which the table says how they ended.
};

} // namespace

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
