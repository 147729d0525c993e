// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/compare_reader.h"

#include "core/base/atomic_file.h"
#include "core/runs/named_runs.h"
#include "core/runs/run_store.h"

#include <QCoreApplication>

namespace perihelion {

namespace {

constexpr int kMostRuns = 10'000;

CompareAnswer answerTo(const RunStore& store, const CompareQuestion& question)
{
    CompareAnswer answer;
    answer.question = question;
    auto pairs = compareNamed(store, question.a, question.b, question.floor);
    if (pairs) {
        answer.pairs = std::move(*pairs);
        for (const ComparedPair& pair : answer.pairs) {
            answer.differences.push_back(runDifferences(pair.a, pair.b));
        }
        return answer;
    }
    answer.refusal = pairs.error();
    // What cannot be compared can still be told apart.
    const auto a = runsNamed(store, question.a);
    const auto b = runsNamed(store, question.b);
    if (a && b && a->size() == 1 && b->size() == 1) {
        answer.differences.push_back(runDifferences(a->front(), b->front()));
    }
    return answer;
}

} // namespace

CompareReader::CompareReader(RunStore& store, JobRunner& jobs, QObject* parent)
    : QObject(parent),
      m_store(store),
      m_runsJob(jobs, JobPool::Store,
                [this](const Result<std::vector<RunListing>>& runs) {
                    runs ? Q_EMIT runsReady(*runs) : Q_EMIT failed(runs.error());
                }),
      m_compareJob(
          jobs, JobPool::Store,
          [this](const Result<CompareAnswer>& answer) {
              answer ? Q_EMIT compared(*answer) : Q_EMIT failed(answer.error());
          },
          u"Job: compare runs"),
      m_writeJob(jobs, JobPool::Interactive, [this](const Result<QString>& file) {
          file ? Q_EMIT written(*file) : Q_EMIT notWritten(file.error());
      })
{
}

void CompareReader::fetchRuns()
{
    m_runsJob.request([&store = m_store](const CancelToken&, const ProgressReporter&) {
        return store.recentRuns({}, kMostRuns);
    });
}

void CompareReader::compare(const CompareQuestion& question)
{
    m_compareJob.supersede(
        [&store = m_store, question](const CancelToken&, const ProgressReporter&) -> Result<CompareAnswer> {
            return answerTo(store, question);
        });
}

void CompareReader::write(const QString& file, const QByteArray& content)
{
    m_writeJob.request([file, content](const CancelToken&, const ProgressReporter&) -> Result<QString> {
        const auto written =
            writeFileAtomically(file, content, QCoreApplication::translate("CompareReader", "Exporting"));
        return written ? Result<QString>(file) : Result<QString>(written.error());
    });
}

} // namespace perihelion
