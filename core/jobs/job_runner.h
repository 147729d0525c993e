// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// JobRunner: the only door to other threads. Named pools; a job is a synchronous function
// (CancelToken, ProgressReporter) → Result<T> whose inputs were copied before it started.
// Owned by AppContext; destroying it cancels and waits for everything it started.
// Watch a job with a QFutureWatcher that the page owns (QFuture::then with a dying context aborts in Qt 6.4).

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/job_task.h"
#include "core/jobs/progress.h"

#include <QFuture>
#include <QString>
#include <QStringView>
#include <QThreadPool>

#include <array>
#include <memory>
#include <mutex>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace perihelion {

class OperationTimes;

enum class JobPool {
    Interactive, ///< What a person waits for: open, seek, query.
    Background,  ///< Thumbnails, metadata, index completion, folder scans.
    Store,       ///< One thread: everything that talks to the run store.
    Measuring,   ///< One thread: profile runs, one after the other. It mostly waits for other processes.
};

/// What a job is recorded as among the operations. Without a name it is one of the other jobs of its pool.
struct JobName {
    QStringView operation; ///< A literal: "Job: scan folders".
    QString subject;       ///< What it is done to, a path for example; may be empty.
};

/// A running job: its future and the token that stops it. Cheap to copy.
/// After cancel.cancel() the future ends with the work's result, normally an Error Cancelled. After
/// future.cancel() the work sees its token cancelled as well, but the future ends without a result: read it
/// with jobResult().
template <typename T>
struct Job {
    QFuture<Result<T>> future;
    CancelToken cancel;
};

/// The result of a finished job; an Error Cancelled where the future was cancelled and holds none.
template <typename T>
Result<T> jobResult(const QFuture<Result<T>>& future)
{
    return future.resultCount() > 0 ? future.resultAt(0) : Result<T>(cancelledBeforeStart());
}

class JobRunner {
public:
    /// times: where the duration of every job is recorded; outlives this. Null: nowhere.
    explicit JobRunner(OperationTimes* times = nullptr);
    ~JobRunner();
    JobRunner(const JobRunner&) = delete;
    JobRunner& operator=(const JobRunner&) = delete;

    /// Runs work(cancel, progress) on a pool; callable from any thread. The future ends exactly once: with
    /// what work returns, with an Error when memory runs out or work throws, with an Error Cancelled when the
    /// job was cancelled before it started or the runner has shut down. work and what it holds are gone
    /// before the future ends. Progress arrives as the future's progressText (stage) and progressValue (done,
    /// scaled to the range 1…1000 of its stage; 1 where the total is unknown). Every new stage is told.
    template <typename Work>
    auto run(JobPool pool, Work work)
    {
        return run(pool, JobName(), std::move(work));
    }
    /// The same under a name.
    template <typename Work>
    auto run(JobPool pool, JobName name, Work work)
    {
        using Answer = std::invoke_result_t<Work&, const CancelToken&, const ProgressReporter&>;
        auto task = std::make_shared<JobTask<Answer, Work>>(std::move(work));
        Job<typename JobTask<Answer, Work>::Value> job{task->future(), task->cancelToken()};
        submit(pool, std::move(name), job.cancel, std::move(task));
        return job;
    }

    /// Cancels every job and waits until none runs; what had not started ends as cancelled. No job starts
    /// afterwards. Not from within a job.
    void shutDown();

    /// Where jobs are recorded, for whoever records parts of them; may be null.
    OperationTimes* operationTimes() const { return m_times; }

private:
    void submit(JobPool pool, JobName name, const CancelToken& cancel, std::shared_ptr<AnyJobTask> task);
    void runTimed(JobPool pool, const JobName& name, AnyJobTask& task) const;
    void forget(quint64 id);

    OperationTimes* const m_times;
    std::array<QThreadPool, 4> m_pools;
    std::mutex m_mutex;
    std::unordered_map<quint64, CancelToken> m_jobs; ///< Waiting and running ones.
    quint64 m_nextId = 0;
    bool m_closed = false;
};

} // namespace perihelion
