// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/result_reader.h"

#include "core/interchange/result_formats.h"
#include "core/interchange/result_text.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QJsonDocument>

#include <algorithm>
#include <iterator>
#include <optional>

namespace perihelion {

namespace {

constexpr int kFewNotes = 20;

Error refused(const QString& what)
{
    return {ErrorCode::UnsupportedLayout, what, {}};
}

bool isTraceArray(const QJsonArray& array)
{
    return std::any_of(array.begin(), array.end(),
                       [](const QJsonValue& value) { return value.toObject().contains(u"ph"); });
}

/// What an object that no reader takes seems to be.
Error refusedObject(const QJsonObject& root)
{
    if (root.value(u"$schema").toString().contains(u"speedscope") || root.contains(u"shared")) {
        return refused(
            QStringLiteral("This is a speedscope profile, which Perihelion writes but does not read"));
    }
    if (root.contains(u"mean") || root.contains(u"Mean")) {
        return refused(
            QStringLiteral("This holds Criterion's estimates alone; its sample.json holds the samples"));
    }
    if (root.contains(u"HostEnvironmentInfo")) {
        return refused(QStringLiteral("This is a report of BenchmarkDotNet, which is not read"));
    }
    if (root.contains(u"full_id") && root.contains(u"group_id")) {
        return refused(
            QStringLiteral("This names a benchmark of Criterion; its sample.json holds the samples"));
    }
    if (root.contains(u"machine") && root.contains(u"cpu") && root.contains(u"ram")) {
        return refused(QStringLiteral("This describes a machine of asv and holds no results"));
    }
    if (root.contains(u"format_version") && root.contains(u"tests")) {
        return refused(QStringLiteral("This is a report of LNT, which is not read"));
    }
    const QJsonObject first = root.isEmpty() ? QJsonObject() : root.begin().value().toObject();
    if (first.contains(u"code") || first.contains(u"param_names")) {
        return refused(
            QStringLiteral("This describes the benchmarks of asv; the results stand in the files beside it"));
    }
    if (!first.isEmpty() && first.begin().value().toObject().contains(u"value")) {
        return refused(
            QStringLiteral("This is Bencher's metric format, which says neither unit nor direction"));
    }
    return refused(QStringLiteral("This JSON is in no format of results that is known here"));
}

Result<ImportedResults> readObject(const QJsonObject& root, const ResultSurroundings& around)
{
    if (root.value(u"traceEvents").isArray()) {
        return readChromeTrace(root.value(u"traceEvents").toArray());
    }
    if (root.value(u"results").isArray() &&
        root.value(u"results").toArray().at(0).toObject().contains(u"command")) {
        return readHyperfine(root);
    }
    if (root.value(u"results").isObject() && root.contains(u"commit_hash")) {
        return readAsv(root, around.asvBenchmarks);
    }
    if (root.value(u"benchmarks").isArray()) {
        const QJsonArray entries = root.value(u"benchmarks").toArray();
        const bool hasStats = std::any_of(entries.begin(), entries.end(), [](const QJsonValue& value) {
            return value.toObject().contains(u"stats");
        });
        if (hasStats || root.contains(u"machine_info")) {
            return readPytestBenchmark(root);
        }
        return readGoogleBenchmark(root);
    }
    if (root.value(u"entries").isObject()) {
        return readActionBenchmark(root);
    }
    if (root.value(u"iters").isArray() && root.value(u"times").isArray()) {
        return readCriterion(root, around.criterionBenchmark);
    }
    return refusedObject(root);
}

Result<ImportedResults> readArray(const QJsonArray& root, const ResultSurroundings& around)
{
    if (isTraceArray(root)) {
        return readChromeTrace(root);
    }
    if (root.size() == 2 && root.at(0).isArray() && root.at(1).isArray()) {
        return readCriterion(root, around.criterionBenchmark);
    }
    if (root.at(0).toObject().contains(u"primaryMetric")) {
        return refused(QStringLiteral("This is a result of JMH, which is not read"));
    }
    if (root.size() == 4 && root.at(0).isDouble()) {
        return refused(
            QStringLiteral("This holds Criterion's outlier limits alone; its sample.json holds the samples"));
    }
    return refused(QStringLiteral("This JSON array is in no format of results that is known here"));
}

QJsonObject objectOfFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestResultFile) {
        return {};
    }
    return QJsonDocument::fromJson(withoutBareNumbers(resultTextAsUtf8(file.readAll()))).object();
}

/// Reads files of one walk; what stands beside many of them is read once.
class ResultWalk {
public:
    Result<ImportedResults> read(const QString& path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            return Error{ErrorCode::Io, QString(u"Reading results failed: " % file.errorString()), path};
        }
        if (file.size() > kLargestResultFile) {
            return Error{ErrorCode::TooLarge,
                         QStringLiteral("Reading results failed: the file is larger than 512 MiB"), path};
        }
        const QFileInfo entry(path);
        ResultSurroundings around;
        if (entry.fileName() == u"sample.json") {
            around.criterionBenchmark = objectOfFile(entry.dir().filePath(QStringLiteral("benchmark.json")));
        } else {
            around.asvBenchmarks = asvBenchmarksFor(entry.dir());
        }
        auto results = readResults(file.readAll(), around);
        if (!results) {
            Error error = results.error();
            error.subject = path;
            return error;
        }
        return results;
    }

private:
    const QJsonObject& asvBenchmarksFor(const QDir& folder)
    {
        const QString path = QDir::cleanPath(folder.filePath(QStringLiteral("../benchmarks.json")));
        auto at = m_benchmarks.find(path);
        if (at == m_benchmarks.end()) {
            at = m_benchmarks.insert(path, objectOfFile(path));
        }
        return *at;
    }

    QHash<QString, QJsonObject> m_benchmarks;
};

} // namespace

Result<ImportedResults> readResults(const QByteArray& bytes, const ResultSurroundings& around)
{
    QByteArray text = resultTextAsUtf8(bytes).trimmed();
    if (text.startsWith("window.BENCHMARK_DATA")) {
        text = text.mid(text.indexOf('=') + 1).trimmed();
        if (text.endsWith(';')) {
            text.chop(1);
        }
    }
    if (text.isEmpty()) {
        return Error{ErrorCode::Corrupt, QStringLiteral("The file is empty"), {}};
    }
    if (!text.startsWith('{') && !text.startsWith('[')) {
        return refused(
            QStringLiteral("This is no JSON; of the text that benchmark programs print nothing is read, but "
                           "most of them write JSON when asked"));
    }
    QJsonParseError problem;
    const QByteArray cleaned = withoutBareNumbers(text);
    const QJsonDocument document = QJsonDocument::fromJson(cleaned, &problem);
    if (document.isObject()) {
        return readObject(document.object(), around);
    }
    if (document.isArray()) {
        return readArray(document.array(), around);
    }
    // A trace may break off: its array need not be closed.
    if (cleaned.startsWith('[')) {
        const QJsonArray whole = QJsonDocument::fromJson(wholeObjectsOf(cleaned)).array();
        if (isTraceArray(whole)) {
            auto results = readChromeTrace(whole);
            if (results) {
                results->notes.append(
                    QStringLiteral("The trace breaks off; its %1 whole events were read").arg(whole.size()));
            }
            return results;
        }
    }
    const bool ended = problem.error == QJsonParseError::UnterminatedObject ||
                       problem.error == QJsonParseError::UnterminatedArray ||
                       problem.error == QJsonParseError::UnterminatedString;
    if (ended) {
        return Error{
            ErrorCode::Truncated, QStringLiteral("The JSON breaks off; the file seems to be incomplete"), {}};
    }
    const auto line = cleaned.left(problem.offset).count('\n') + 1;
    return Error{ErrorCode::Corrupt,
                 QStringLiteral("The JSON is damaged in line %1: %2").arg(line).arg(problem.errorString()),
                 {}};
}

Result<ImportedResults> readResultPath(const QString& path, const CancelToken& cancel)
{
    const QFileInfo entry(path);
    if (!entry.exists()) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no such file or folder to read results from"), path};
    }
    ResultWalk walk;
    if (!entry.isDir()) {
        return walk.read(path);
    }
    QStringList files;
    QDirIterator iterator(path, {QStringLiteral("*.json"), QStringLiteral("*.js")}, QDir::Files,
                          QDirIterator::Subdirectories);
    while (iterator.hasNext()) {
        files.append(iterator.next());
        if (cancel.isCancelled()) {
            break;
        }
    }
    files.sort();
    ImportedResults all;
    int left = 0;
    for (const QString& file : std::as_const(files)) {
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Reading results was cancelled"), path};
        }
        auto results = walk.read(file);
        if (!results) {
            if (++left <= kFewNotes) {
                all.notes.append(results.error().sentence());
            }
            continue;
        }
        all.format = all.format.isEmpty() ? results->format : all.format;
        std::move(results->series.begin(), results->series.end(), std::back_inserter(all.series));
        for (const QString& note : std::as_const(results->notes)) {
            all.notes.append(QString(note % u": " % file));
        }
    }
    if (all.series.empty()) {
        return Error{ErrorCode::UnsupportedLayout,
                     QStringLiteral("None of the %1 JSON files in the folder holds results that are read")
                         .arg(files.size()),
                     path};
    }
    if (left > kFewNotes) {
        all.notes.append(QStringLiteral("%1 more files were left out").arg(left - kFewNotes));
    }
    return all;
}

} // namespace perihelion
