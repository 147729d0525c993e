// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HistoryReader: what the History page asks of the run store, each question a job of which the newest wins.
// Reading belongs to the store's thread; levels and changes are found on others. Owned by the page.

#include "core/history/workload_history.h"
#include "core/runs/run_comparison.h"
#include "widgets/models/latest_job.h"

#include <QHash>
#include <QObject>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

class DecodePool;
class RunStore;
struct LoadRecord;

/// Something with a history: a workload with its scenarios, or the observed loads of a recording.
struct HistorySubject {
    QString workload; ///< kLoadsSubject for recordings.
    QString scenario; ///< Of a recording its path.
    int runs = 0;

    bool operator==(const HistorySubject&) const = default;
};
/// Stands in for a workload where the observed loads of recordings are charted.
inline constexpr QStringView kLoadsSubject = u"Recording loads";

struct HistoryQuestion {
    HistorySubject subject;
    QString branch; ///< Empty: any.
    PointStatistic statistic = PointStatistic::P50;
};

/// Histories of one subject, one for each machine.
struct HistoryAnswer {
    HistoryQuestion question;
    std::vector<WorkloadHistory> histories;
    std::vector<RunNote> notes;
    QHash<QString, QString> subjects; ///< First lines of commits, where a repository is known.
    bool judged = false;              ///< Levels and changes have been looked for.
};

struct ComparedRuns {
    std::int64_t a = 0;
    std::int64_t b = 0;
    RunComparison comparison;
};

class HistoryReader : public QObject {
    Q_OBJECT

public:
    /// repository: a folder whose git history gives order and subjects of commits, where it has them.
    HistoryReader(RunStore& store, JobRunner& jobs, DecodePool& pool, QString repository,
                  QObject* parent = nullptr);

    /// From the next question on.
    void setRepository(const QString& folder) { m_repository = folder; }
    /// Answers subjectsReady(), the newest first.
    void fetchSubjects();
    /// Answers historyReady() twice: with points alone, then judged.
    void fetch(const HistoryQuestion& question);
    /// Answers compared().
    void compare(std::int64_t a, std::int64_t b);
    /// Answers samplesReady(): the values of one row of a run, in the unit of the row; series: of the store.
    void fetchSamples(std::int64_t series, const QString& row, IterationMode mode, std::int64_t run);
    /// Answers notesChanged().
    void addNote(const RunNote& note);
    void removeNote(std::int64_t note);
    /// Writes a file whole or not at all; answers written().
    void write(const QString& file, const QByteArray& content);

    bool isBusy() const;

Q_SIGNALS:
    void subjectsReady(const std::vector<perihelion::HistorySubject>& subjects);
    void historyReady(const perihelion::HistoryAnswer& answer);
    void compared(const perihelion::ComparedRuns& answer);
    void samplesReady(std::int64_t run, const std::vector<double>& values);
    void notesChanged();
    void written(const QString& file);
    void failed(const perihelion::Error& error);

private:
    void judge(HistoryAnswer answer);

    RunStore& m_store;
    DecodePool& m_pool;
    QString m_repository;
    LatestJob<std::vector<HistorySubject>> m_subjectJob;
    LatestJob<HistoryAnswer> m_readJob;
    LatestJob<HistoryAnswer> m_judgeJob;
    LatestJob<ComparedRuns> m_compareJob;
    LatestJob<RunSamples> m_sampleJob;
    LatestJob<bool> m_noteJob;
    LatestJob<QString> m_writeJob;
};

/// Observed loads of one recording as a history; newestFirst as the store lists them. A cache hit counts as
/// warm, everything else as cold.
WorkloadHistory loadHistory(const QString& path, const std::vector<LoadRecord>& newestFirst);

} // namespace perihelion
