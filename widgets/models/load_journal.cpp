// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/load_journal.h"

#include "core/jobs/job_runner.h"
#include "core/measure/operation_times.h"

#include <QFutureWatcher>

namespace perihelion {

namespace {

constexpr int kOpenedOrderLimit = 10'000;

void timeLoad(OperationTimes& times, const LoadRecord& load)
{
    const auto add = [&](QStringView name, Nanoseconds duration) {
        times.record(times.operation(name), duration, load.path);
    };
    const LoadPhases& phases = load.phases;
    add(u"Load: open", phases.open);
    add(u"Load: index", phases.index);
    add(u"Load: decode", phases.decode);
    add(u"Load: accumulate", phases.accumulate);
    add(u"Load: first frame", phases.firstFrame);
    add(u"Load", phases.total());
}

} // namespace

LoadJournal::LoadJournal(RunStore& store, JobRunner& jobs, QObject* parent)
    : QObject(parent),
      m_store(store),
      m_jobs(jobs)
{
}

template <typename T, typename Answer>
void LoadJournal::watch(const QFuture<Result<T>>& future, Answer answer)
{
    auto* watcher = new QFutureWatcher<Result<T>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, answer] {
        const Result<T> result = watcher->result();
        watcher->deleteLater();
        if (result) {
            answer(result);
        } else if (result.error().code != ErrorCode::Cancelled) {
            Q_EMIT failed(result.error());
        }
    });
    watcher->setFuture(future);
}

void LoadJournal::open()
{
    const auto job =
        m_jobs.run(JobPool::Store,
                   [&store = m_store](const CancelToken&, const ProgressReporter&) { return store.open(); });
    watch<void>(job.future, [this](const Result<void>&) {
        if (const QString sentence = m_store.notice(); !sentence.isEmpty()) {
            Q_EMIT notice(sentence);
        }
    });
}

void LoadJournal::record(const LoadRecord& load)
{
    m_last = load;
    if (m_jobs.operationTimes() != nullptr) {
        timeLoad(*m_jobs.operationTimes(), load);
    }
    const auto job =
        m_jobs.run(JobPool::Store, [&store = m_store, load](const CancelToken&, const ProgressReporter&) {
            return store.recordLoad(load);
        });
    watch<std::int64_t>(job.future, [this, load](const Result<std::int64_t>& id) {
        LoadRecord stored = load;
        stored.id = *id;
        Q_EMIT recorded(stored);
    });
}

void LoadJournal::fetchRecent(const QString& path, int limit)
{
    const auto job = m_jobs.run(JobPool::Store,
                                [&store = m_store, path, limit](const CancelToken&, const ProgressReporter&) {
                                    return store.recentLoads(path, limit);
                                });
    watch<std::vector<LoadRecord>>(job.future, [this, path](const Result<std::vector<LoadRecord>>& loads) {
        Q_EMIT recentLoads(path, *loads);
    });
}

void LoadJournal::fetchOpenedOrder()
{
    const auto job =
        m_jobs.run(JobPool::Store, [&store = m_store](const CancelToken&, const ProgressReporter&) {
            return store.recentRecordings(kOpenedOrderLimit);
        });
    watch<std::vector<QString>>(
        job.future, [this](const Result<std::vector<QString>>& paths) { Q_EMIT openedOrder(*paths); });
}

} // namespace perihelion
