// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/result_reader.h"

#include "core/base/counted.h"
#include "core/interchange/result_formats.h"
#include "core/interchange/result_text.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QJsonDocument>
#include <QRegularExpression>

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
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly) || file.size() > kLargestResultFile) {
        return {};
    }
    return QJsonDocument::fromJson(withoutBareNumbers(resultTextAsUtf8(file.readAll()))).object();
}

/// The project that asv.conf.json names: JSON with comments, of which nothing else is needed.
QString asvProject(const QString& path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) {
        return {};
    }
    constexpr qint64 kEnough = 1 << 20;
    static const QRegularExpression kProject(QStringLiteral("^\\s*\"project\"\\s*:\\s*\"([^\"]*)\""),
                                             QRegularExpression::MultilineOption);
    return kProject.match(QString::fromUtf8(file.read(kEnough))).captured(1);
}

} // namespace

namespace {

Result<ImportedResults> recognised(const QByteArray& bytes, const ResultSurroundings& around)
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
                    QString(u"The trace breaks off; its " %
                            counted(whole.size(), u"whole event was", u"whole events were") % u" read"));
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

/// Takes out what cannot be, and says how much of everything was left out.
Result<ImportedResults> sifted(ImportedResults results)
{
    if (results.unusable > 0) {
        results.notes.append(QString(
            counted(results.unusable, u"sample is no number and was", u"samples are no numbers and were") %
            u" left out"));
    }
    qint64 negative = 0;
    for (ImportedSeries& series : results.series) {
        if (series.unit == u"s") {
            negative += static_cast<qint64>(
                std::erase_if(series.samples, [](double seconds) { return seconds < 0; }));
        }
    }
    if (negative == 0) {
        return results;
    }
    results.notes.append(
        QString(counted(negative, u"negative time was", u"negative times were") % u" left out"));
    std::erase_if(results.series, [](const ImportedSeries& series) { return series.samples.empty(); });
    if (results.series.empty()) {
        return Error{
            ErrorCode::Corrupt,
            QString(u"Reading results of " % results.format % u" failed: every time in it is negative"),
            {}};
    }
    return results;
}

} // namespace

Result<ImportedResults> readResults(const QByteArray& bytes, const ResultSurroundings& around)
{
    auto results = recognised(bytes, around);
    return results ? sifted(std::move(*results)) : results;
}

Result<QByteArray> resultFileContent(const QString& path)
{
    QFile file(path);
    if (!file.exists()) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no such file or folder to read results from"), path};
    }
    // Opening a pipe waits for a writer, and a device need not end.
    if (!QFileInfo(path).isFile()) {
        return Error{ErrorCode::UnsupportedLayout,
                     QStringLiteral("Reading results failed: this is a pipe, a device or another special "
                                    "file; write the results to a regular file first"),
                     path};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorCode::Io, QString(u"Reading results failed: " % file.errorString()), path};
    }
    if (file.size() > kLargestResultFile) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("Reading results failed: the file is larger than 512 MiB"), path};
    }
    return file.readAll();
}

Result<ImportedResults> ResultFiles::read(const QString& path, const QByteArray& content)
{
    const QFileInfo entry(path);
    const QDir folder = entry.dir();
    ResultSurroundings around;
    const bool criterion = entry.fileName() == u"sample.json";
    if (criterion) {
        around.criterionBenchmark = objectOfFile(folder.filePath(QStringLiteral("benchmark.json")));
    } else {
        around.asvBenchmarks = asvTreeOf(folder).benchmarks;
    }
    auto results = readResults(content, around);
    if (!results) {
        Error error = results.error();
        error.subject = path;
        return error;
    }
    for (ImportedSeries& series : results->series) {
        // Criterion keeps the newest samples in "new" and those of baselines under their names.
        series.environment = criterion ? folder.dirName() : series.environment;
        if (results->format == u"asv" && series.project.isEmpty()) {
            series.project = asvTreeOf(folder).project;
        }
    }
    return results;
}

const ResultFiles::AsvTree& ResultFiles::asvTreeOf(const QDir& folder)
{
    const QString tree = QDir::cleanPath(folder.filePath(QStringLiteral("..")));
    auto at = m_trees.find(tree);
    if (at == m_trees.end()) {
        const QDir above(tree);
        at = m_trees.insert(tree, {objectOfFile(above.filePath(QStringLiteral("benchmarks.json"))),
                                   asvProject(above.filePath(QStringLiteral("../asv.conf.json")))});
    }
    return *at;
}

Result<QStringList> resultFilesBelow(const QString& folder, const QStringList& endings,
                                     const CancelToken& cancel)
{
    QStringList files;
    QDirIterator iterator(folder, QDir::Files, QDirIterator::Subdirectories);
    while (iterator.hasNext()) {
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Reading results was cancelled"), folder};
        }
        const QString path = iterator.next();
        if (std::any_of(endings.begin(), endings.end(),
                        [&path](const QString& ending) { return path.endsWith(ending); })) {
            files.append(path);
        }
    }
    files.sort();
    return files;
}

Result<ImportedResults> readResultPath(const QString& path, const CancelToken& cancel)
{
    ResultFiles files;
    const auto readFile = [&files](const QString& file) -> Result<ImportedResults> {
        const auto content = resultFileContent(file);
        if (!content) {
            return content.error();
        }
        return files.read(file, *content);
    };
    if (!QFileInfo(path).isDir()) {
        return readFile(path);
    }
    const auto found = resultFilesBelow(path, {QStringLiteral(".json"), QStringLiteral(".js")}, cancel);
    if (!found) {
        return found.error();
    }
    ImportedResults all;
    int left = 0;
    for (const QString& file : *found) {
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Reading results was cancelled"), path};
        }
        auto results = readFile(file);
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
                         .arg(found->size()),
                     path};
    }
    if (left > kFewNotes) {
        all.notes.append(
            QString(counted(left - kFewNotes, u"more file was", u"more files were") % u" left out"));
    }
    return all;
}

} // namespace perihelion
