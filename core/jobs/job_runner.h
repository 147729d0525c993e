// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// JobRunner: the only door to other threads. Named pools; a job is a synchronous function
// (CancelToken, ProgressReporter) → Result<T> whose inputs were copied before it started.
// Owned by AppContext; destroying it cancels and waits for everything it started.
// Watch a job with a QFutureWatcher that the page owns (QFuture::then with a dying context aborts in Qt 6.4).

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

namespace perihelion {

enum class JobPool {
    Interactive, ///< What a person waits for: open, seek, query.
    Background,  ///< Thumbnails, metadata, index completion, folder scans.
    Store,       ///< One thread: everything that talks to the run store.
};

/// A running job: its future and the token that stops it. Cheap to copy.
template <typename T>
struct Job {
    QFuture<Result<T>> future;
    CancelToken cancel;
};

class JobRunner {
public:
    JobRunner();
    ~JobRunner();
    JobRunner(const JobRunner&) = delete;
    JobRunner& operator=(const JobRunner&) = delete;

    /// Runs work(cancel, progress) on a pool. Progress arrives as the future's progressValue (done, scaled to
    /// the range 0…1000) and progressText (stage).
    template <typename Work>
    auto run(JobPool pool, Work work)
    {
        using R = std::invoke_result_t<Work, const CancelToken&, const ProgressReporter&>;
        return start<R>(pool, std::move(work));
    }

    /// Cancels every job and waits until none runs. No job starts afterwards.
    void shutDown();

private:
    template <typename R>
    struct ValueOf;
    template <typename T>
    struct ValueOf<Result<T>> {
        using type = T;
    };

    template <typename R, typename Work>
    Job<typename ValueOf<R>::type> start(JobPool pool, Work work)
    {
        using T = typename ValueOf<R>::type;
        auto promise = std::make_shared<QPromise<Result<T>>>();
        Job<T> job{promise->future(), CancelToken()};
        promise->setProgressRange(0, 1000);
        promise->start();
        submit(pool, job.cancel,
               [promise, cancel = job.cancel, work = std::move(work)](bool refused) mutable {
                   const ProgressReporter report = [&promise](const Progress& progress) {
                       const int value =
                           progress.total > 0 ? static_cast<int>(1000 * progress.done / progress.total) : 0;
                       promise->setProgressValueAndText(value, progress.stage);
                   };
                   if (refused || cancel.isCancelled()) {
                       promise->addResult(Result<T>(Error{
                           ErrorCode::Cancelled, QStringLiteral("Cancelled before it started"), QString()}));
                   } else {
                       promise->addResult(work(std::as_const(cancel), report));
                   }
                   promise->finish();
               });
        return job;
    }

    void submit(JobPool pool, const CancelToken& cancel, std::function<void(bool refused)> task);

    std::array<QThreadPool, 3> m_pools;
    std::mutex m_mutex;
    std::vector<std::pair<quint64, CancelToken>> m_running;
    quint64 m_nextId = 0;
    bool m_closed = false;
};

} // namespace perihelion
