// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// JobTask: one job of a JobRunner between submission and its end: the work, its promise and its token. Made
// in the submitting thread, run once in a thread of a pool; part of JobRunner's implementation.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"
#include "core/jobs/progress_relay.h"

#include <QFuture>
#include <QPromise>

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace perihelion {

/// What a job that never started answers.
Error cancelledBeforeStart();
/// What a job answers that ran out of memory.
Error outOfMemory();
/// What a job answers that threw; what: the exception's own text, may be empty.
Error stoppedByException(const char* what);

class AnyJobTask {
public:
    AnyJobTask() = default;
    virtual ~AnyJobTask() = default;
    AnyJobTask(const AnyJobTask&) = delete;
    AnyJobTask& operator=(const AnyJobTask&) = delete;

    /// Runs the work, or with refused set leaves it alone, and ends the future. Called once; throws nothing.
    virtual void run(bool refused) = 0;
};

template <typename Answer, typename Work>
class JobTask;

template <typename T, typename Work>
class JobTask<Result<T>, Work> final : public AnyJobTask {
public:
    using Value = T;

    explicit JobTask(Work work) : m_work(std::move(work)), m_promise(std::make_shared<Promise>())
    {
        // A QFutureWatcher's cancel reaches the work through its token.
        m_cancel = CancelToken::alsoWhen([future = future()] { return future.isCanceled(); });
        m_promise->setProgressRange(0, ProgressRelay::kMaximum);
        m_promise->start();
    }

    QFuture<Result<T>> future() const { return m_promise->future(); }
    const CancelToken& cancelToken() const { return m_cancel; }

    void run(bool refused) override
    {
        // A future that was cancelled takes no result.
        m_promise->addResult(refused || m_cancel.isCancelled() ? Result<T>(cancelledBeforeStart())
                                                               : answer());
        m_work.reset(); // Whoever waits for the end may rely on the inputs being gone.
        m_promise->finish();
    }

private:
    using Promise = QPromise<Result<T>>;

    Result<T> answer()
    {
        try {
            // The reporter owns what it needs, in case the work passes it on to others.
            const ProgressReporter report =
                [promise = m_promise, relay = std::make_shared<ProgressRelay>()](const Progress& progress) {
                    relay->report(*promise, progress);
                };
            return (*m_work)(std::as_const(m_cancel), report);
        } catch (const std::bad_alloc&) {
            return outOfMemory();
        } catch (const std::exception& exception) {
            return stoppedByException(exception.what());
        } catch (...) {
            return stoppedByException("");
        }
    }

    std::optional<Work> m_work;
    std::shared_ptr<Promise> m_promise;
    CancelToken m_cancel;
};

} // namespace perihelion
