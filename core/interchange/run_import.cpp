// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_import.h"

#include "core/base/counted.h"
#include "core/interchange/result_reader.h"
#include "core/interchange/run_table.h"
#include "core/runs/csv_trace.h"
#include "core/runs/run_json.h"

#include <QFileInfo>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <iterator>

namespace perihelion {

namespace {

/// What one file holds.
struct FileRuns {
    QString format;
    std::vector<RunRecord> runs;
    QStringList notes;
    bool isOwn = false;
    std::optional<ImportedResults> foreign; ///< Instead of runs.
};

bool isOwnRun(const QJsonValue& value)
{
    return value[u"format"].toString() == u"perihelion-run";
}

/// Runs that Perihelion wrote as JSON; nothing for anything else.
Result<std::optional<std::vector<RunRecord>>> ownRuns(const QByteArray& content, const QString& path)
{
    if (!content.contains("\"perihelion-run\"")) {
        return std::optional<std::vector<RunRecord>>();
    }
    const QJsonDocument document = QJsonDocument::fromJson(content);
    QJsonArray entries = document.array();
    if (isOwnRun(document.object())) {
        entries = {document.object()};
    }
    if (entries.isEmpty() || !isOwnRun(entries.first())) {
        return std::optional<std::vector<RunRecord>>();
    }
    std::vector<RunRecord> runs;
    for (const auto entry : std::as_const(entries)) {
        // A single run is read from the file itself, so that mistakes have their line.
        auto run =
            runFromJson(document.isObject() ? content : QJsonDocument(entry.toObject()).toJson(), path);
        if (!run) {
            return run.error();
        }
        runs.push_back(std::move(*run));
    }
    return std::optional(std::move(runs));
}

Result<FileRuns> readFileRuns(ResultFiles& files, const QString& path)
{
    const auto content = resultFileContent(path);
    if (!content) {
        return content.error();
    }
    FileRuns result;
    result.isOwn = true;
    const auto owned = [&result](QString format, auto runs) -> Result<FileRuns> {
        if (!runs) {
            return runs.error();
        }
        result.format = std::move(format);
        result.runs = std::move(*runs);
        return std::move(result);
    };
    if (content->startsWith(csvTraceHeader())) {
        return owned(QStringLiteral("CSV trace"), runsFromCsvTrace(*content, path));
    }
    if (content->startsWith("run_id,started,")) {
        return owned(QStringLiteral("Perihelion CSV"), runsFromTable(*content, path));
    }
    auto own = ownRuns(*content, path);
    if (!own) {
        return own.error();
    }
    if (*own) {
        result.format = QStringLiteral("Perihelion JSON");
        result.runs = std::move(**own);
        return result;
    }
    auto foreign = files.read(path, *content);
    if (!foreign) {
        return foreign.error();
    }
    result.isOwn = false;
    result.format = foreign->format;
    result.notes = foreign->notes;
    result.foreign = std::move(*foreign);
    return result;
}

/// Notes of many files, each once, with how often it was told.
class NoteCounts {
public:
    void add(const QString& note, const QString& file)
    {
        auto at = m_counts.find(note);
        if (at == m_counts.end()) {
            m_order.append(note);
            m_counts.insert(note, {1, file});
            return;
        }
        ++at->first;
    }
    QStringList texts() const
    {
        QStringList all;
        for (const QString& note : m_order) {
            const auto& [count, file] = m_counts[note];
            all.append(count == 1 ? QString(note % u": " % file)
                                  : QStringLiteral("%1 (in %2 files)").arg(note).arg(count));
        }
        return all;
    }

private:
    QStringList m_order;
    QHash<QString, std::pair<int, QString>> m_counts;
};

class ImportPlanner {
public:
    explicit ImportPlanner(const ImportRule& rule) : m_rule(rule) {}

    Result<void> read(const QString& path)
    {
        auto file = readFileRuns(m_files, path);
        if (!file) {
            return file.error();
        }
        ++m_plan.files;
        if (!m_plan.formats.contains(file->format)) {
            m_plan.formats.append(file->format);
        }
        for (const QString& note : std::as_const(file->notes)) {
            m_notes.add(note, path);
        }
        if (file->isOwn) {
            for (RunRecord& run : file->runs) {
                if (m_rule.project) {
                    run.project = *m_rule.project;
                }
                keep(std::move(run));
            }
            return {};
        }
        const QDateTime fileTime = QFileInfo(path).lastModified().toUTC();
        // Criterion writes a file for each benchmark: those of one name ("new", a baseline) are one run.
        if (file->format == u"Criterion") {
            std::move(file->foreign->series.begin(), file->foreign->series.end(),
                      std::back_inserter(m_criterion.series));
            m_criterion.format = file->format;
            m_criterionTime = m_criterionTime.isValid() ? std::max(m_criterionTime, fileTime) : fileTime;
            return {};
        }
        convert(*file->foreign, fileTime, path);
        return {};
    }

    ImportPlan take()
    {
        if (!m_criterion.series.empty()) {
            convert(m_criterion, m_criterionTime, QStringLiteral("sample.json"));
        }
        m_plan.notes = m_notes.texts();
        if (m_repeated > 0) {
            m_plan.notes.append(QString(counted(m_repeated, u"run stands", u"runs stand") %
                                        u" there more than once with the same content and counts once"));
        }
        return std::move(m_plan);
    }
    void refuse(Error error) { m_plan.refused.push_back(std::move(error)); }

private:
    void convert(const ImportedResults& results, const QDateTime& fileTime, const QString& path)
    {
        QStringList notes;
        for (RunRecord& run : runsFromResults(results, m_rule, fileTime, notes)) {
            keep(std::move(run));
        }
        for (const QString& note : std::as_const(notes)) {
            m_notes.add(note, path);
        }
    }

    /// A run that stands in several files is one.
    void keep(RunRecord run)
    {
        if (!m_seen.contains(run.uuid)) {
            m_seen.insert(run.uuid);
            m_plan.runs.push_back(std::move(run));
        } else {
            ++m_repeated;
        }
    }

    const ImportRule& m_rule;
    ResultFiles m_files;
    ImportPlan m_plan;
    NoteCounts m_notes;
    QSet<QString> m_seen;
    qint64 m_repeated = 0;
    ImportedResults m_criterion;
    QDateTime m_criterionTime;
};

} // namespace

Result<ImportPlan> planImport(const QStringList& paths, const ImportRule& rule, const CancelToken& cancel,
                              const ProgressReporter& progress)
{
    ImportPlanner planner(rule);
    for (const QString& path : paths) {
        const bool folder = QFileInfo(path).isDir();
        QStringList files{path};
        if (folder) {
            const auto found = resultFilesBelow(
                path, {QStringLiteral(".json"), QStringLiteral(".js"), QStringLiteral(".csv")}, cancel);
            if (!found) {
                return found.error();
            }
            files = *found;
        }
        for (qsizetype i = 0; i < files.size(); ++i) {
            if (cancel.isCancelled()) {
                return Error{ErrorCode::Cancelled, QStringLiteral("Reading results was cancelled"), path};
            }
            if (const auto done = planner.read(files.at(i)); !done) {
                if (!folder) {
                    return done.error();
                }
                planner.refuse(done.error());
            }
            if (progress) {
                progress({QStringLiteral("Reading results"), i + 1, files.size()});
            }
        }
    }
    ImportPlan plan = planner.take();
    if (plan.runs.empty()) {
        const QString why = plan.refused.empty()
                                ? QString()
                                : QString(u"; the first of them: " % plan.refused.front().message);
        return Error{ErrorCode::NotFound,
                     QString(QStringLiteral("None of the %1 files holds results that are read")
                                 .arg(plan.files + static_cast<int>(plan.refused.size())) %
                             why),
                     paths.join(u' ')};
    }
    return plan;
}

} // namespace perihelion
