// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/csv_trace.h"

#include "core/base/file_descriptor.h"
#include "core/runs/run_json.h"

#include <QCryptographicHash>
#include <QFile>
#include <QList>
#include <QUuid>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace perihelion {

namespace {

enum Column {
    kTimestamp,
    kScenario,
    kIteration,
    kRunKind,
    kSpawn,
    kReady,
    kCompute,
    kDecode,
    kSamples,
    kEvents,
    kSerialize,
    kPayload,
    kGzip,
    kStep,
    kDuration,
    kPlanetCount,
    kColumns
};

constexpr std::array<const char*, kColumns> kNames{"timestamp",
                                                   "scenario",
                                                   "iteration",
                                                   "run_kind",
                                                   "spawn_backend_process_ms",
                                                   "wait_for_server_ready_ms",
                                                   "post_compute_ms",
                                                   "decode_response_json_ms",
                                                   "server_samples_ms",
                                                   "server_events_ms",
                                                   "server_serialize_ms",
                                                   "payload_bytes",
                                                   "payload_gzip_bytes",
                                                   "dt_sec",
                                                   "duration_sec",
                                                   "planet_count"};

struct PhaseColumn {
    Column column;
    QStringView phase;
    bool ofProcess;
};

constexpr std::array<PhaseColumn, 6> kPhaseColumns{
    PhaseColumn{kSpawn, u"spawn", true},          PhaseColumn{kReady, u"ready", true},
    PhaseColumn{kDecode, u"decode", false},       PhaseColumn{kSamples, u"physics samples", false},
    PhaseColumn{kEvents, u"music events", false}, PhaseColumn{kSerialize, u"serialize json", false},
};

QString workloadWithoutName()
{
    return QStringLiteral("simulation");
}

/// Exact: nanoseconds as milliseconds with six decimals.
QByteArray milliseconds(Nanoseconds time)
{
    const std::int64_t nanos = time.count();
    return QByteArray::number(static_cast<qint64>(nanos / 1'000'000)) + '.' +
           QByteArray::number(static_cast<qint64>(nanos % 1'000'000)).rightJustified(6, '0');
}

std::optional<Nanoseconds> phaseTime(const RunRecord& run, const RunIteration& iteration, QStringView phase)
{
    for (const PhaseTime& time : iteration.phases) {
        if (run.phases[static_cast<std::size_t>(time.phase)].name == phase) {
            return time.total;
        }
    }
    return std::nullopt;
}

QByteArray number(double value)
{
    return QByteArray::number(value, 'g', 17).contains('e') || value != std::floor(value)
               ? QByteArray::number(value, 'g', QLocale::FloatingPointShortest)
               : QByteArray::number(static_cast<qint64>(value));
}

QByteArray metricText(const RunIteration& iteration, QStringView name)
{
    const std::optional<double> value = metricValue(iteration.metrics, name);
    return value ? number(*value) : QByteArray();
}

QByteArray parameterText(const RunRecord& run, QStringView name)
{
    const QJsonValue value = run.parameters.value(name);
    return value.isDouble() ? number(value.toDouble()) : QByteArray();
}

Error csvMistake(const QString& file, int line, const QString& what)
{
    return Error{ErrorCode::InvalidArgument, QString(u"Reading the trace failed: " % what),
                 QString(file % u':' % QString::number(line))};
}

QList<QByteArray> fieldsOf(QByteArray line)
{
    if (line.endsWith('\r')) {
        line.chop(1);
    }
    QList<QByteArray> fields = line.split(',');
    for (QByteArray& field : fields) {
        field = field.trimmed();
        if (field.size() >= 2 && field.startsWith('"') && field.endsWith('"')) {
            field = field.mid(1, field.size() - 2);
        }
    }
    return fields;
}

/// One row read; numbers are NaN where the field is empty.
struct Row {
    QByteArray text;
    QDateTime time;
    QString scenario;
    int iteration = 0;
    IterationMode mode = IterationMode::Warm;
    std::array<double, kColumns> numbers{};

    bool has(Column column) const { return !std::isnan(numbers[column]); }
    Nanoseconds nanos(Column column) const
    {
        return has(column) ? Nanoseconds(std::llround(numbers[column] * 1e6)) : Nanoseconds(0);
    }
};

Result<Row> rowFrom(const QByteArray& line, const QString& file, int lineNumber)
{
    const QList<QByteArray> fields = fieldsOf(line);
    if (fields.size() != kColumns) {
        return csvMistake(
            file, lineNumber,
            QStringLiteral("the line has %1 fields instead of %2").arg(fields.size()).arg(int{kColumns}));
    }
    Row row;
    row.text = line;
    row.time = QDateTime::fromString(QString::fromUtf8(fields[kTimestamp]), Qt::ISODateWithMs).toUTC();
    row.scenario = QString::fromUtf8(fields[kScenario]);
    if (!row.time.isValid() || row.scenario.isEmpty()) {
        return csvMistake(file, lineNumber, QStringLiteral("timestamp or scenario is missing"));
    }
    if (fields[kRunKind] != "cold" && fields[kRunKind] != "warm") {
        return csvMistake(file, lineNumber, QStringLiteral("run_kind must be cold or warm"));
    }
    row.mode = iterationModeFromName(QString::fromUtf8(fields[kRunKind]));
    bool valid = false;
    row.iteration = fields[kIteration].toInt(&valid);
    if (!valid || row.iteration < 1) {
        return csvMistake(file, lineNumber, QStringLiteral("iteration must be a whole number from 1"));
    }
    for (int column = kSpawn; column < kColumns; ++column) {
        const QByteArray& field = fields[column];
        row.numbers[static_cast<std::size_t>(column)] =
            field.isEmpty() ? std::nan("") : field.toDouble(&valid);
        if (!field.isEmpty() && (!valid || !(std::abs(field.toDouble()) < 1e15))) {
            return csvMistake(
                file, lineNumber,
                QString(QLatin1String(kNames[static_cast<std::size_t>(column)]) % u" must be a number"));
        }
    }
    return row;
}

RunRecord beginRun(const Row& row, const QString& file)
{
    RunRecord run;
    const qsizetype slash = row.scenario.indexOf(u'/');
    run.workload = slash < 0 ? workloadWithoutName() : row.scenario.left(slash);
    run.scenario = slash < 0 ? row.scenario : row.scenario.mid(slash + 1);
    run.started = row.time;
    run.finished = row.time;
    run.origin = file;
    run.plan = RunPlan{0, 0, 1, 0};
    if (row.has(kStep)) {
        run.parameters.insert(QStringLiteral("dt"), row.numbers[kStep]);
    }
    if (row.has(kDuration)) {
        run.parameters.insert(QStringLiteral("duration"), row.numbers[kDuration]);
    }
    for (const PhaseColumn& column : kPhaseColumns) {
        run.phases.push_back(RunPhase{column.phase.toString(), -1, column.ofProcess});
    }
    run.scenarioHash = QString::fromLatin1(
        QCryptographicHash::hash(QString(row.scenario % u'|' % QString::number(row.numbers[kStep], 'g', 17) %
                                         u'|' % QString::number(row.numbers[kDuration], 'g', 17) % u'|' %
                                         QString::number(row.numbers[kPlanetCount]))
                                     .toUtf8(),
                                 QCryptographicHash::Sha256)
            .toHex()
            .left(16));
    return run;
}

void addRow(RunRecord& run, const Row& row)
{
    RunIteration iteration;
    iteration.mode = row.mode;
    iteration.number = row.iteration - 1;
    iteration.failed = !row.has(kCompute);
    if (iteration.failed) {
        iteration.failure = QStringLiteral("The trace holds no times of this iteration");
    }
    iteration.elapsed = row.nanos(kCompute) + row.nanos(kDecode);
    Nanoseconds attributed{0};
    for (std::size_t phase = 0; phase < kPhaseColumns.size(); ++phase) {
        const Column column = kPhaseColumns[phase].column;
        if (row.has(column)) {
            iteration.phases.push_back(
                PhaseTime{static_cast<int>(phase), row.nanos(column), row.nanos(column), 1});
            attributed += kPhaseColumns[phase].ofProcess ? Nanoseconds(0) : row.nanos(column);
        }
    }
    iteration.unattributed = std::max(Nanoseconds(0), iteration.elapsed - attributed);
    for (const auto& [column, name, unit] : {std::tuple{kPayload, metric::kPayloadBytes, u"B"},
                                             std::tuple{kGzip, metric::kPayloadGzipBytes, u"B"},
                                             std::tuple{kPlanetCount, metric::kPlanets, u"1"}}) {
        if (row.has(column)) {
            iteration.metrics.push_back(
                Metric{name.toString(), row.numbers[column], QStringView(unit).toString()});
        }
    }
    (row.mode == IterationMode::Cold ? run.plan.coldRuns : run.plan.warmRuns) += 1;
    run.iterations.push_back(std::move(iteration));
}

} // namespace

QByteArray csvTraceHeader()
{
    QByteArray header;
    for (const char* name : kNames) {
        header += header.isEmpty() ? QByteArray(name) : ',' + QByteArray(name);
    }
    return header;
}

QByteArray csvTraceRows(const RunRecord& run)
{
    QByteArray rows;
    const bool simulation = run.workload == workloadWithoutName();
    const QString scenario = simulation ? run.scenario : run.title();
    int number = 0;
    for (const RunIteration& iteration : run.iterations) {
        std::array<QByteArray, kColumns> fields;
        fields[kTimestamp] = run.started.toUTC().toString(Qt::ISODateWithMs).toUtf8();
        fields[kScenario] = scenario.toUtf8();
        fields[kIteration] = QByteArray::number(++number);
        fields[kRunKind] = iterationModeName(iteration.mode).toUtf8();
        if (!iteration.failed) {
            for (const PhaseColumn& column : kPhaseColumns) {
                const auto time = phaseTime(run, iteration, column.phase);
                if (time && (column.ofProcess || simulation)) {
                    fields[column.column] = milliseconds(*time);
                }
            }
            const Nanoseconds decode =
                simulation ? phaseTime(run, iteration, u"decode").value_or(Nanoseconds(0)) : Nanoseconds(0);
            fields[kCompute] = milliseconds(std::max(Nanoseconds(0), iteration.elapsed - decode));
        }
        fields[kPayload] = metricText(iteration, metric::kPayloadBytes);
        fields[kGzip] = metricText(iteration, metric::kPayloadGzipBytes);
        fields[kStep] = parameterText(run, u"dt");
        fields[kDuration] = parameterText(run, u"duration");
        fields[kPlanetCount] = metricText(iteration, metric::kPlanets);
        for (std::size_t column = 0; column < fields.size(); ++column) {
            rows += column == 0 ? fields[column] : ',' + fields[column];
        }
        rows += '\n';
    }
    return rows;
}

Result<void> appendCsvTrace(const QString& path, const RunRecord& run)
{
    const QString doing = QStringLiteral("Writing the trace");
    const FileDescriptor locked(
        ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!locked.isOpen()) {
        return errorFromErrno(errno, doing, path);
    }
    ::flock(locked.get(), LOCK_EX); // While a header is looked for and rows are added.
    QFile file;
    if (!file.open(locked.get(), QIODevice::ReadWrite | QIODevice::Unbuffered)) {
        return Error{ErrorCode::Io, QString(doing % u" failed: " % file.errorString()), path};
    }
    QByteArray text;
    const qint64 size = file.size();
    if (size == 0) {
        text = csvTraceHeader() + '\n';
    } else {
        file.seek(0);
        if (fieldsOf(file.readLine().trimmed()).join(',') != csvTraceHeader()) {
            return Error{ErrorCode::InvalidArgument,
                         QString(doing % u" failed: the file has other columns; choose another file"), path};
        }
        file.seek(size - 1);
        text = file.read(1) == "\n" ? "" : "\n"; // What was written by halves stays on a line of its own.
    }
    text += csvTraceRows(run);
    // In one piece, so that a reader never sees half of a run unless the disk is full.
    const ssize_t written = ::write(locked.get(), text.constData(), static_cast<std::size_t>(text.size()));
    if (written != text.size()) {
        const int reason = written < 0 ? errno : ENOSPC;
        static_cast<void>(::ftruncate(locked.get(), size));
        return errorFromErrno(reason, doing, path);
    }
    return {};
}

Result<std::vector<RunRecord>> runsFromCsvTrace(const QByteArray& text, const QString& file)
{
    const QList<QByteArray> lines = text.split('\n');
    if (fieldsOf(lines.first()).join(',') != csvTraceHeader()) {
        return csvMistake(file, 1, QStringLiteral("these are not the columns of a trace"));
    }
    std::vector<RunRecord> runs;
    QList<QByteArray> texts; // Of each run, for its uuid.
    for (qsizetype index = 1; index < lines.size(); ++index) {
        if (lines[index].trimmed().isEmpty()) {
            continue;
        }
        const Result<Row> row = rowFrom(lines[index], file, static_cast<int>(index) + 1);
        if (!row) {
            return row.error();
        }
        RunRecord begun = beginRun(*row, file);
        if (runs.empty() || runs.back().started != begun.started || runs.back().title() != begun.title() ||
            runs.back().parameters != begun.parameters) {
            runs.push_back(std::move(begun));
            texts.append(QByteArray());
        }
        addRow(runs.back(), *row);
        texts.last() += row->text.trimmed() + '\n';
    }
    for (std::size_t index = 0; index < runs.size(); ++index) {
        // A name made from the content.
        const QUuid space(QStringLiteral("{5d3f2a80-6c1e-4f0e-9f53-7a3b0d8f6a11}"));
        runs[index].uuid =
            QUuid::createUuidV5(space, texts[static_cast<qsizetype>(index)]).toString(QUuid::WithoutBraces);
        if (runs[index].failedIterations() == static_cast<int>(runs[index].iterations.size())) {
            runs[index].state = RunState::Failed;
        }
    }
    return runs;
}

} // namespace perihelion
