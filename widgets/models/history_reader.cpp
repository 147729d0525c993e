// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/history_reader.h"

#include "core/base/atomic_file.h"
#include "core/git/commit_history.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

constexpr int kMostLoads = 2'000;
constexpr int kMostRecordings = 200;
constexpr std::size_t kMostCommits = 20'000;

Result<std::vector<HistorySubject>> readSubjects(const RunStore& store)
{
    const auto listed = store.series();
    if (!listed) {
        return listed.error();
    }
    std::vector<HistorySubject> subjects;
    for (const SeriesListing& series : *listed) {
        const auto at = std::find_if(subjects.begin(), subjects.end(), [&](const HistorySubject& other) {
            return other.workload == series.workload && other.scenario == series.scenario;
        });
        if (at == subjects.end()) {
            subjects.push_back({series.workload, series.scenario, series.runs});
        } else {
            at->runs += series.runs;
        }
    }
    const auto recordings = store.recentRecordings(kMostRecordings);
    if (!recordings) {
        return recordings.error();
    }
    for (const QString& path : *recordings) {
        subjects.push_back({kLoadsSubject.toString(), path, 0});
    }
    return subjects;
}

/// A folder that is no repository, or a machine without git, is no error: commits then stand by their times.
std::vector<Commit> commitsOf(const QString& repository, const CancelToken& cancel)
{
    if (repository.isEmpty()) {
        return {};
    }
    const auto history = CommitHistory::open(repository, cancel);
    if (!history) {
        return {};
    }
    auto commits = history->firstParents(QStringLiteral("HEAD"), kMostCommits, cancel);
    return commits ? std::move(*commits) : std::vector<Commit>();
}

Result<HistoryAnswer> readAnswer(const RunStore& store, const HistoryQuestion& question,
                                 const QString& repository, const CancelToken& cancel)
{
    HistoryAnswer answer;
    answer.question = question;
    if (question.subject.workload == kLoadsSubject) {
        const auto loads = store.recentLoads(question.subject.scenario, kMostLoads);
        if (!loads) {
            return loads.error();
        }
        if (!loads->empty()) {
            answer.histories.push_back(loadHistory(question.subject.scenario, *loads));
        }
        return answer;
    }
    const std::vector<Commit> commits = commitsOf(repository, cancel);
    for (const Commit& commit : commits) {
        answer.subjects.insert(commit.hash, commit.subject);
    }
    HistoryFilter filter;
    filter.workload = question.subject.workload;
    filter.scenario = question.subject.scenario;
    filter.branch = question.branch;
    auto histories = readHistories(store, filter, commits, cancel);
    if (!histories) {
        return histories.error();
    }
    answer.histories = std::move(*histories);
    QStringList projects;
    for (const WorkloadHistory& history : answer.histories) {
        if (!projects.contains(history.project)) {
            projects.append(history.project);
            const auto notes = store.notes(history.project);
            if (!notes) {
                return notes.error();
            }
            answer.notes.insert(answer.notes.end(), notes->begin(), notes->end());
        }
    }
    return answer;
}

PointNumbers single(Nanoseconds time)
{
    const auto value = static_cast<double>(time.count());
    return {1, value, value, value, value, value, value, value};
}

} // namespace

WorkloadHistory loadHistory(const QString& path, const std::vector<LoadRecord>& newestFirst)
{
    static constexpr std::array kPhases{u"open", u"index", u"decode", u"accumulate", u"first frame"};
    WorkloadHistory history;
    history.workload = kLoadsSubject.toString();
    history.scenario = path;
    const std::size_t count = newestFirst.size();
    for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
        for (std::size_t phase = 0; phase <= kPhases.size(); ++phase) {
            HistorySeries series;
            series.row.name = phase == 0 ? kTotalRow.toString() : QString::fromUtf16(kPhases.at(phase - 1));
            series.row.unit = QStringLiteral("ns");
            series.mode = mode;
            series.points.resize(count);
            history.series.push_back(std::move(series));
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        const LoadRecord& load = newestFirst[count - 1 - i];
        HistoryRun run;
        run.run.run = load.id;
        run.run.started = load.at;
        run.run.iterations = 1;
        history.runs.push_back(run);
        const LoadPhases& phases = load.phases;
        const std::array times{phases.total(), phases.open,       phases.index,
                               phases.decode,  phases.accumulate, phases.firstFrame};
        const std::size_t first = load.cache == CacheState::Hit ? times.size() : 0;
        for (std::size_t phase = 0; phase < times.size(); ++phase) {
            history.series[first + phase].points[i] = single(times.at(phase));
        }
    }
    const auto empty = [](const HistorySeries& series) {
        return std::all_of(series.points.begin(), series.points.end(),
                           [](const PointNumbers& numbers) { return numbers.count == 0; });
    };
    history.series.erase(std::remove_if(history.series.begin(), history.series.end(), empty),
                         history.series.end());
    return history;
}

HistoryReader::HistoryReader(RunStore& store, JobRunner& jobs, DecodePool& pool, QString repository,
                             QObject* parent)
    : QObject(parent),
      m_store(store),
      m_pool(pool),
      m_repository(std::move(repository)),
      m_subjectJob(jobs, JobPool::Store,
                   [this](const Result<std::vector<HistorySubject>>& subjects) {
                       subjects ? Q_EMIT subjectsReady(*subjects) : Q_EMIT failed(subjects.error());
                   }),
      m_readJob(
          jobs, JobPool::Store,
          [this](Result<HistoryAnswer> answer) {
              if (!answer) {
                  Q_EMIT failed(answer.error());
                  return;
              }
              HistoryAnswer unjudged = *answer;
              judge(std::move(*answer));
              Q_EMIT historyReady(unjudged);
          },
          u"Job: read a history"),
      m_judgeJob(
          jobs, JobPool::Interactive,
          [this](const Result<HistoryAnswer>& answer) {
              answer ? Q_EMIT historyReady(*answer) : Q_EMIT failed(answer.error());
          },
          u"Job: levels of a history"),
      m_compareJob(jobs, JobPool::Store,
                   [this](const Result<ComparedRuns>& answer) {
                       answer ? Q_EMIT compared(*answer) : Q_EMIT failed(answer.error());
                   }),
      m_sampleJob(jobs, JobPool::Store,
                  [this](const Result<RunSamples>& samples) {
                      samples ? Q_EMIT samplesReady(samples->run, samples->values)
                              : Q_EMIT failed(samples.error());
                  }),
      m_noteJob(
          jobs, JobPool::Store,
          [this](const Result<bool>& done) { done ? Q_EMIT notesChanged() : Q_EMIT failed(done.error()); }),
      m_writeJob(jobs, JobPool::Interactive, [this](const Result<QString>& file) {
          file ? Q_EMIT written(*file) : Q_EMIT failed(file.error());
      })
{
}

bool HistoryReader::isBusy() const
{
    return m_subjectJob.isBusy() || m_readJob.isBusy() || m_judgeJob.isBusy() || m_compareJob.isBusy() ||
           m_sampleJob.isBusy() || m_noteJob.isBusy() || m_writeJob.isBusy();
}

void HistoryReader::fetchSubjects()
{
    m_subjectJob.request(
        [&store = m_store](const CancelToken&, const ProgressReporter&) { return readSubjects(store); });
}

void HistoryReader::fetch(const HistoryQuestion& question)
{
    m_judgeJob.cancel();
    m_readJob.supersede([&store = m_store, question, repository = m_repository](const CancelToken& cancel,
                                                                                const ProgressReporter&) {
        return readAnswer(store, question, repository, cancel);
    });
}

void HistoryReader::judge(HistoryAnswer answer)
{
    m_judgeJob.supersede([answer = std::move(answer), &pool = m_pool](
                             const CancelToken& cancel, const ProgressReporter&) -> Result<HistoryAnswer> {
        HistoryRule rule;
        rule.statistic = answer.question.statistic;
        auto judged = judgeHistories(answer.histories, answer.notes, rule, pool, cancel);
        if (!judged) {
            return judged.error();
        }
        return HistoryAnswer{answer.question, std::move(*judged), answer.notes, answer.subjects, true};
    });
}

void HistoryReader::compare(std::int64_t a, std::int64_t b)
{
    m_compareJob.supersede(
        [&store = m_store, a, b](const CancelToken&, const ProgressReporter&) -> Result<ComparedRuns> {
            const auto before = store.run(a);
            if (!before) {
                return before.error();
            }
            const auto after = store.run(b);
            if (!after) {
                return after.error();
            }
            auto comparison = compareRuns(*before, *after);
            if (!comparison) {
                return comparison.error();
            }
            return ComparedRuns{a, b, std::move(*comparison)};
        });
}

void HistoryReader::fetchSamples(std::int64_t series, const QString& row, IterationMode mode,
                                 std::int64_t run)
{
    m_sampleJob.supersede([&store = m_store, series, row, mode,
                           run](const CancelToken&, const ProgressReporter&) -> Result<RunSamples> {
        const auto rows = store.seriesRows(series);
        if (!rows) {
            return rows.error();
        }
        const auto at = std::find_if(rows->begin(), rows->end(),
                                     [&row](const SeriesRow& each) { return each.name == row; });
        if (at == rows->end()) {
            return RunSamples{run, {}, {}};
        }
        const std::array wanted{run};
        auto samples = store.samples(at->id, mode, wanted);
        if (!samples) {
            return samples.error();
        }
        return samples->empty() ? RunSamples{run, {}, {}} : std::move(samples->front());
    });
}

void HistoryReader::addNote(const RunNote& note)
{
    m_noteJob.request([&store = m_store, note](const CancelToken&, const ProgressReporter&) -> Result<bool> {
        const auto id = store.addNote(note);
        return id ? Result<bool>(true) : Result<bool>(id.error());
    });
}

void HistoryReader::removeNote(std::int64_t note)
{
    m_noteJob.request([&store = m_store, note](const CancelToken&, const ProgressReporter&) -> Result<bool> {
        const auto removed = store.removeNote(note);
        return removed ? Result<bool>(true) : Result<bool>(removed.error());
    });
}

void HistoryReader::write(const QString& file, const QByteArray& content)
{
    m_writeJob.request([file, content](const CancelToken&, const ProgressReporter&) -> Result<QString> {
        const auto written =
            writeFileAtomically(file, content, QCoreApplication::translate("HistoryReader", "Exporting"));
        return written ? Result<QString>(file) : Result<QString>(written.error());
    });
}

} // namespace perihelion
