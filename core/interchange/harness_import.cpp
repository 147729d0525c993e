// SPDX-License-Identifier: GPL-3.0-or-later
// Results of benchmark programs that write one JSON file for a run.
#include "core/interchange/result_formats.h"
#include "core/stats/order_statistics.h"

#include <QHash>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace perihelion {

namespace {

Error nothingToRead(const QString& format, const QString& what)
{
    return {ErrorCode::Corrupt, QString(u"Reading results of " % format % u" failed: " % what), {}};
}

/// A number that is one; null, text and the infinite are none.
std::optional<double> finite(const QJsonValue& value)
{
    if (!value.isDouble() || !std::isfinite(value.toDouble())) {
        return std::nullopt;
    }
    return value.toDouble();
}

/// What is no number is counted in `results`.
std::vector<double> finiteNumbers(const QJsonArray& array, ImportedResults& results)
{
    std::vector<double> numbers;
    for (const auto value : array) {
        if (const auto number = finite(value)) {
            numbers.push_back(*number);
        } else {
            ++results.unusable;
        }
    }
    return numbers;
}

std::optional<double> secondsPer(const QString& unit)
{
    static const QHash<QString, double> kUnits{{QStringLiteral("ns"), 1e-9},
                                               {QStringLiteral("us"), 1e-6},
                                               {QStringLiteral("ms"), 1e-3},
                                               {QStringLiteral("s"), 1}};
    const auto at = kUnits.find(unit.isEmpty() ? QStringLiteral("ns") : unit);
    return at == kUnits.end() ? std::nullopt : std::optional(*at);
}

struct BaseUnit {
    QString unit;
    double factor = 1;
};

/// Seconds or bytes for what surely means a time or a size, of one iteration or operation; others unchanged.
BaseUnit baseUnitOf(const QString& text)
{
    static const QRegularExpression kOfOne(QStringLiteral("/ ?(?:iter|iteration|op|operation|run|round)s?$"));
    static const QRegularExpression kTime(QStringLiteral(
        "^(?:(?<n>ns|nsec|nano(?:sec|second)s?)|(?<u>[u\u00b5\u03bc]s|usec|micro(?:sec|second)s?)|"
        "(?<m>ms|msec|milli(?:sec|second)s?)|(?<s>s|secs?|seconds?))$"));
    QString unit = text.trimmed();
    unit.remove(kOfOne);
    unit = unit.trimmed();
    if (const QRegularExpressionMatch time = kTime.match(unit); time.hasMatch()) {
        const double factor = time.capturedLength(u"n") > 0   ? 1e-9
                              : time.capturedLength(u"u") > 0 ? 1e-6
                              : time.capturedLength(u"m") > 0 ? 1e-3
                                                              : 1;
        return {QStringLiteral("s"), factor};
    }
    if (unit == u"B" || unit == u"byte" || unit == u"bytes" || unit == u"Bytes") {
        return {QStringLiteral("B"), 1};
    }
    return {text, 1};
}

QDateTime isoTime(const QJsonValue& value)
{
    QString text = value.toString();
    // Milliseconds are kept: runs may follow each other within a second.
    if (const qsizetype point = text.indexOf(u'.'); point > 0) {
        qsizetype end = point + 1;
        while (end < text.size() && text.at(end).isDigit()) {
            ++end;
        }
        const qsizetype kept = std::min(end, point + 4);
        text.remove(kept, end - kept);
    }
    text.replace(QStringLiteral(" +"), QStringLiteral("+"));
    QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (time.isValid() && time.timeSpec() == Qt::LocalTime) {
        time.setTimeSpec(Qt::UTC); // As pytest-benchmark means it, and the same wherever it is read.
    }
    return time.isValid() ? time.toUTC() : time;
}

/// Milliseconds since 1970.
QDateTime measuredAt(double millis, const QDateTime& otherwise)
{
    return millis > 0 && millis < 1e15 ? QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(millis), Qt::UTC)
                                       : otherwise;
}

/// Finds or adds the series of a quantity.
ImportedSeries& seriesOf(ImportedResults& results, QHash<QString, qsizetype>& known,
                         const ImportedSeries& like)
{
    const QString key = QString(like.name % QChar(0) % like.phase);
    const auto at = known.find(key);
    if (at != known.end()) {
        return results.series[static_cast<std::size_t>(*at)];
    }
    known.insert(key, static_cast<qsizetype>(results.series.size()));
    results.series.push_back(like);
    return results.series.back();
}

void addNote(ImportedResults& results, const QString& note)
{
    if (!results.notes.contains(note)) {
        results.notes.append(note);
    }
}

/// Samples of real and of processor time of one entry; how: "summarised" entries stand for lost samples.
void addGoogleTimes(ImportedResults& results, QHash<QString, qsizetype>& known, ImportedSeries like,
                    const QJsonObject& entry, bool summarised)
{
    const auto factor = secondsPer(entry.value(u"time_unit").toString());
    if (!factor) {
        addNote(results, QString(u"A time in the unknown unit " % entry.value(u"time_unit").toString() %
                                 u" was left out"));
        return;
    }
    like.unit = QStringLiteral("s");
    like.summarised = summarised;
    for (const auto& [key, phase] : {std::pair(QStringLiteral("real_time"), QStringLiteral("real time")),
                                     std::pair(QStringLiteral("cpu_time"), QStringLiteral("cpu time"))}) {
        if (const auto time = finite(entry.value(key))) {
            like.phase = phase;
            seriesOf(results, known, like).samples.push_back(*time * *factor);
        } else if (entry.contains(key)) {
            ++results.unusable;
        }
    }
}

} // namespace

Result<ImportedResults> readGoogleBenchmark(const QJsonObject& root)
{
    ImportedResults results;
    results.format = QStringLiteral("Google Benchmark");
    const QJsonObject context = root.value(u"context").toObject();
    ImportedSeries like;
    like.machine = context.value(u"host_name").toString();
    like.hardware.logicalCores = context.value(u"num_cpus").toInt();
    like.hardware.buildType = context.value(u"library_build_type").toString();
    like.at = isoTime(context.value(u"date"));
    for (const QString& key :
         {QStringLiteral("GIT_COMMIT_HASH"), QStringLiteral("git_commit"), QStringLiteral("commit")}) {
        if (like.commit.isEmpty()) {
            like.commit = context.value(key).toString();
        }
    }
    QHash<QString, qsizetype> known;
    QHash<QString, bool> hasRepetitions;
    const QJsonArray entries = root.value(u"benchmarks").toArray();
    const auto nameOf = [](const QJsonObject& entry) {
        return entry.contains(u"run_name") ? entry.value(u"run_name").toString()
                                           : entry.value(u"name").toString();
    };
    for (const auto value : entries) {
        const QJsonObject entry = value.toObject();
        like.name = nameOf(entry);
        if (like.name.isEmpty() || entry.value(u"run_type").toString() == u"aggregate") {
            continue;
        }
        if (entry.value(u"error_occurred").toBool() || entry.value(u"skipped").toBool() ||
            entry.contains(u"error_message")) {
            addNote(results,
                    QString(like.name % u" failed and has no times: " %
                            entry.value(u"error_message").toString(entry.value(u"skip_message").toString())));
            continue;
        }
        if (entry.contains(u"big_o") || entry.contains(u"rms")) {
            addNote(results, QStringLiteral("Estimates of complexity are no measurements and were left out"));
            continue;
        }
        hasRepetitions.insert(like.name, true);
        addGoogleTimes(results, known, like, entry, false);
    }
    // Only where the repetitions were not written: the median, or else the mean.
    for (const QString& wanted : {QStringLiteral("median"), QStringLiteral("mean")}) {
        QHash<QString, bool> added;
        for (const auto value : entries) {
            const QJsonObject entry = value.toObject();
            like.name = nameOf(entry);
            if (entry.value(u"aggregate_name").toString() != wanted || hasRepetitions.contains(like.name) ||
                entry.value(u"aggregate_unit").toString() == u"percentage") {
                continue;
            }
            added.insert(like.name, true);
            addGoogleTimes(results, known, like, entry, true);
        }
        hasRepetitions.insert(added);
    }
    if (results.series.empty()) {
        return nothingToRead(results.format, QStringLiteral("it holds no times"));
    }
    return results;
}

Result<ImportedResults> readHyperfine(const QJsonObject& root)
{
    ImportedResults results;
    results.format = QStringLiteral("hyperfine");
    const QJsonArray entries = root.value(u"results").toArray();
    for (const auto value : entries) {
        const QJsonObject entry = value.toObject();
        ImportedSeries series;
        series.name = entry.value(u"command").toString();
        series.phase = QStringLiteral("elapsed");
        series.unit = QStringLiteral("s");
        series.samples = finiteNumbers(entry.value(u"times").toArray(), results);
        if (series.samples.empty()) {
            if (const auto middle =
                    finite(entry.contains(u"median") ? entry.value(u"median") : entry.value(u"mean"))) {
                series.samples = {*middle};
                series.summarised = true;
            }
        }
        if (series.name.isEmpty() || series.samples.empty()) {
            addNote(results, QStringLiteral("A command without times was left out"));
            continue;
        }
        qsizetype failures = 0;
        const QJsonArray codes = entry.value(u"exit_codes").toArray();
        for (const auto code : codes) {
            failures += code.toInt(-1) != 0 ? 1 : 0;
        }
        if (failures > 0) {
            addNote(results, QStringLiteral("%1 of %2 runs of %3 failed; their times are among the others")
                                 .arg(failures)
                                 .arg(codes.size())
                                 .arg(series.name));
        }
        results.series.push_back(series);
        if (auto memory = finiteNumbers(entry.value(u"memory_usage_byte").toArray(), results);
            !memory.empty()) {
            ImportedSeries used = series;
            used.phase = QStringLiteral("peak memory");
            used.unit = QStringLiteral("B");
            used.samples = std::move(memory);
            used.summarised = false;
            results.series.push_back(std::move(used));
        }
        for (const QString& key : {QStringLiteral("user"), QStringLiteral("system")}) {
            if (const auto mean = finite(entry.value(key))) {
                ImportedSeries part = series;
                part.phase = key;
                part.samples = {*mean};
                part.summarised = true;
                results.series.push_back(std::move(part));
            }
        }
    }
    if (results.series.empty()) {
        return nothingToRead(results.format, QStringLiteral("no command in it has times"));
    }
    return results;
}

Result<ImportedResults> readPytestBenchmark(const QJsonObject& root)
{
    ImportedResults results;
    results.format = QStringLiteral("pytest-benchmark");
    const QJsonObject commit = root.value(u"commit_info").toObject();
    ImportedSeries like;
    like.commit = commit.value(u"id").toString();
    like.committed = isoTime(commit.value(u"time"));
    like.branch = commit.value(u"branch").toString();
    like.project = commit.value(u"project").toString();
    like.dirty = commit.value(u"dirty").toBool();
    like.at = isoTime(root.value(u"datetime"));
    const QJsonObject machine = root.value(u"machine_info").toObject();
    like.machine = machine.value(u"node").toString();
    like.hardware.cpu = machine.value(u"cpu").toObject().value(u"brand_raw").toString();
    like.hardware.architecture = machine.value(u"machine").toString();
    like.hardware.system = machine.value(u"system").toString();
    like.hardware.kernel = machine.value(u"release").toString();
    like.environment = QString(machine.value(u"python_implementation").toString() % u' ' %
                               machine.value(u"python_version").toString())
                           .trimmed();
    like.phase = QStringLiteral("real time");
    like.unit = QStringLiteral("s");
    if (like.dirty) {
        addNote(results, QStringLiteral("The code had changes that its commit does not hold"));
    }
    const QJsonArray entries = root.value(u"benchmarks").toArray();
    for (const auto value : entries) {
        const QJsonObject entry = value.toObject();
        const QJsonObject stats = entry.value(u"stats").toObject();
        ImportedSeries series = like;
        series.name = entry.contains(u"fullname") ? entry.value(u"fullname").toString()
                                                  : entry.value(u"name").toString();
        series.samples = finiteNumbers(stats.value(u"data").toArray(), results);
        if (series.samples.empty()) {
            if (const auto middle =
                    finite(stats.contains(u"median") ? stats.value(u"median") : stats.value(u"mean"))) {
                series.samples = {*middle};
                series.summarised = true;
            }
        }
        if (series.name.isEmpty() || series.samples.empty()) {
            addNote(results, QStringLiteral("A benchmark without times was left out"));
            continue;
        }
        results.series.push_back(std::move(series));
    }
    if (results.series.empty()) {
        return nothingToRead(results.format, QStringLiteral("no benchmark in it has times"));
    }
    return results;
}

Result<ImportedResults> readCriterion(const QJsonValue& root, const QJsonObject& benchmark)
{
    ImportedResults results;
    results.format = QStringLiteral("Criterion");
    const bool old = root.isArray();
    const QJsonArray counts =
        old ? root.toArray().at(0).toArray() : root.toObject().value(u"iters").toArray();
    const QJsonArray times = old ? root.toArray().at(1).toArray() : root.toObject().value(u"times").toArray();
    ImportedSeries series;
    series.name = benchmark.value(u"full_id").toString(benchmark.value(u"title").toString());
    series.phase = QStringLiteral("real time");
    series.unit = QStringLiteral("s");
    for (qsizetype i = 0; i < std::min(counts.size(), times.size()); ++i) {
        const auto count = finite(counts.at(i));
        const auto time = finite(times.at(i));
        if (count && time && *count > 0) {
            series.samples.push_back(*time / *count * 1e-9);
        } else {
            ++results.unusable;
        }
    }
    if (series.samples.empty() || counts.size() != times.size()) {
        return nothingToRead(results.format,
                             QStringLiteral("it needs as many times as counts of iterations"));
    }
    if (series.name.isEmpty()) {
        addNote(results, QStringLiteral("The file benchmark.json with the name of the benchmark is missing"));
    }
    results.series.push_back(std::move(series));
    return results;
}

Result<ImportedResults> readActionBenchmark(const QJsonObject& root)
{
    static const QStringList kHigher{QStringLiteral("benchmarkjs"), QStringLiteral("pytest"),
                                     QStringLiteral("customBiggerIsBetter")};
    ImportedResults results;
    results.format = QStringLiteral("github-action-benchmark");
    const QJsonObject suites = root.value(u"entries").toObject();
    for (auto suite = suites.begin(); suite != suites.end(); ++suite) {
        const QJsonArray runs = suite.value().toArray();
        for (const auto value : runs) {
            const QJsonObject run = value.toObject();
            const QJsonObject commit = run.value(u"commit").toObject();
            const QString tool = run.value(u"tool").toString();
            const QJsonArray benches = run.value(u"benches").toArray();
            for (const auto entry : benches) {
                const QJsonObject bench = entry.toObject();
                const auto number = finite(bench.value(u"value"));
                if (!number || bench.value(u"name").toString().isEmpty()) {
                    addNote(results, QStringLiteral("A result without name or value was left out"));
                    continue;
                }
                ImportedSeries series;
                series.name = QString(suite.key() % u'/' % bench.value(u"name").toString());
                series.phase = tool;
                series.commit = commit.value(u"id").toString();
                series.committed = isoTime(commit.value(u"timestamp"));
                series.at = measuredAt(run.value(u"date").toDouble(), series.committed);
                series.project = root.value(u"repoUrl").toString();
                const BaseUnit base = baseUnitOf(bench.value(u"unit").toString());
                series.unit = base.unit;
                series.better = kHigher.contains(tool) ? BetterDirection::Higher : BetterDirection::Lower;
                series.samples = {*number * base.factor};
                series.summarised = true;
                results.series.push_back(std::move(series));
            }
        }
    }
    if (results.series.empty()) {
        return nothingToRead(results.format, QStringLiteral("it holds no results"));
    }
    addNote(results,
            QStringLiteral(
                "Whether more or less is better was taken from the tool, because the file does not say"));
    return results;
}

} // namespace perihelion
