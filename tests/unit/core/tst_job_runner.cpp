// SPDX-License-Identifier: GPL-3.0-or-later
// JobRunner: success, failure, exceptions, cancelling before the start and while running, quitting while
// running, progress. Jobs wait for signals from the test, never for time to pass.

#include "core/jobs/job_runner.h"
#include "core/jobs/thread_urgency.h"
#include "core/measure/operation_times.h"
#include "tests/support/test_support.h"

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>

using namespace perihelion;

namespace {

constexpr qint64 kCancelMillis = 100;
constexpr int kPatienceMillis = 30'000;

/// A job's work that says when it runs and ends only when it is cancelled.
struct UntilCancelled {
    std::shared_ptr<QSemaphore> running = std::make_shared<QSemaphore>();

    Result<int> operator()(const CancelToken& cancel, const ProgressReporter&) const
    {
        running->release();
        while (!cancel.isCancelled()) {
            QThread::yieldCurrentThread();
        }
        return Error{ErrorCode::Cancelled, QStringLiteral("Stopped half-way"), QString()};
    }
};

struct MoveOnly {
    explicit MoveOnly(int number) : value(number) {}
    MoveOnly(MoveOnly&&) = default;
    MoveOnly& operator=(MoveOnly&&) = default;
    MoveOnly(const MoveOnly&) = delete;
    MoveOnly& operator=(const MoveOnly&) = delete;
    ~MoveOnly() = default;

    int value;
};

std::uint64_t countOf(const OperationTimes& times, QStringView name)
{
    for (const NamedFigures& row : times.figures()) {
        if (row.name == name) {
            return row.figures.count;
        }
    }
    return 0;
}

/// Fills a pool with jobs that wait for the semaphore to be released once for each.
std::vector<Job<void>> occupy(JobRunner& runner, JobPool pool, int jobs, QSemaphore& running,
                              QSemaphore& mayEnd)
{
    std::vector<Job<void>> started;
    started.reserve(static_cast<std::size_t>(jobs));
    for (int n = 0; n < jobs; ++n) {
        started.push_back(runner.run(
            pool, [&running, &mayEnd](const CancelToken&, const ProgressReporter&) -> Result<void> {
                running.release();
                mayEnd.acquire();
                return {};
            }));
    }
    return started;
}

} // namespace

class JobRunnerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyJobIsRecordedByName()
    {
        OperationTimes times;
        times.setSlowThreshold(Nanoseconds(0));
        // Messages of other threads cannot be announced to the test.
        const QtMessageHandler previous =
            qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
        {
            JobRunner runner(&times);
            QCOMPARE(runner.operationTimes(), &times);
            const auto nothing = [](const CancelToken&, const ProgressReporter&) -> Result<void> {
                return {};
            };
            for (int job = 0; job < 40; ++job) {
                (void)runner.run(JobPool::Background, JobName{u"Job: look", QStringLiteral("a.h5")}, nothing);
                (void)runner.run(JobPool::Interactive, JobName{u"Job: look", QStringLiteral("b.h5")},
                                 nothing);
            }
            (void)runner.run(JobPool::Store, nothing);
            auto waited = runner.run(JobPool::Store, nothing);
            waited.future.waitForFinished();
            // What never started took no time.
            QSemaphore running;
            QSemaphore mayEnd;
            std::vector<Job<void>> busy = occupy(runner, JobPool::Measuring, 1, running, mayEnd);
            running.acquire();
            auto late = runner.run(JobPool::Measuring, JobName{u"Job: never", {}}, nothing);
            late.cancel.cancel();
            mayEnd.release();
            late.future.waitForFinished();
            for (int job = 0; job < 80; ++job) {
                (void)times.figures(); // While others record.
            }
            QTRY_COMPARE(countOf(times, u"Job: look"), 80U); // Also of those that still waited.
        }
        qInstallMessageHandler(previous);
        QCOMPARE(countOf(times, u"Job: other of the run store"), 2U);
        QCOMPARE(countOf(times, u"Job: other measuring"), 1U);
        QCOMPARE(countOf(times, u"Job: never"), 0U);
        const std::vector<SlowOperation> slow = times.slowOperations();
        QVERIFY(std::any_of(slow.begin(), slow.end(), [](const SlowOperation& each) {
            return each.name == u"Job: look" && each.subject == u"b.h5";
        }));
    }

    void answers()
    {
        JobRunner runner;
        const QThread* here = QThread::currentThread();
        for (const JobPool pool : {JobPool::Interactive, JobPool::Background, JobPool::Store}) {
            auto job = runner.run(
                pool, [here](const CancelToken& cancel, const ProgressReporter&) -> Result<QString> {
                    if (QThread::currentThread() == here || cancel.isCancelled()) {
                        return Error{};
                    }
                    return QStringLiteral("done");
                });
            job.future.waitForFinished();
            const Result<QString> result = jobResult(job.future);
            PERIHELION_VERIFY_RESULT(result);
            QCOMPARE(*result, QStringLiteral("done"));
        }
    }

    void stepsBackInTheBackground()
    {
        JobRunner runner;
        const auto nicenessIn = [&runner](JobPool pool) {
            auto job = runner.run(pool, [](const CancelToken&, const ProgressReporter&) -> Result<int> {
                return threadNiceness();
            });
            job.future.waitForFinished();
            return jobResult(job.future);
        };
        int lowered = 0;
        std::thread([&lowered] {
            lowerThreadUrgency();
            lowered = threadNiceness();
        }).join();
        for (const JobPool pool : {JobPool::Interactive, JobPool::Store, JobPool::Background}) {
            // Twice, because threads serve many jobs and step back only once.
            for (int round = 0; round < 2; ++round) {
                const Result<int> niceness = nicenessIn(pool);
                PERIHELION_VERIFY_RESULT(niceness);
                QCOMPARE(*niceness, pool == JobPool::Background ? lowered : threadNiceness());
            }
        }
    }

    void answersWithAnError()
    {
        JobRunner runner;
        auto job =
            runner.run(JobPool::Interactive, [](const CancelToken&, const ProgressReporter&) -> Result<void> {
                return Error{ErrorCode::NotHdf5, QStringLiteral("Opening failed"), QStringLiteral("/a.h5")};
            });
        job.future.waitForFinished();
        QCOMPARE(job.future.resultCount(), 1);
        const Result<void> result = jobResult(job.future);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::NotHdf5);
        QCOMPARE(result.error().sentence(), QStringLiteral("Opening failed: /a.h5"));
    }

    void turnsExceptionsIntoErrors()
    {
        JobRunner runner;
        auto memory =
            runner.run(JobPool::Interactive, [](const CancelToken&, const ProgressReporter&) -> Result<int> {
                throw std::bad_alloc();
            });
        auto logic =
            runner.run(JobPool::Interactive, [](const CancelToken&, const ProgressReporter&) -> Result<int> {
                throw std::out_of_range("at");
            });
        auto other = runner.run(JobPool::Interactive,
                                [](const CancelToken&, const ProgressReporter&) -> Result<int> { throw 7; });
        for (auto* job : {&memory, &logic, &other}) {
            job->future.waitForFinished();
            QVERIFY(!jobResult(job->future));
        }
        QVERIFY(jobResult(memory.future).error().code == ErrorCode::TooLarge);
        QVERIFY(jobResult(logic.future).error().code == ErrorCode::Internal);
        QVERIFY(jobResult(logic.future).error().message.contains(u"(at)"));
        QVERIFY(jobResult(other.future).error().code == ErrorCode::Internal);
    }

    void takesWorkThatCannotBeCopied()
    {
        JobRunner runner;
        auto job = runner.run(
            JobPool::Interactive,
            [input = MoveOnly(42)](const CancelToken&, const ProgressReporter&) mutable -> Result<MoveOnly> {
                return std::move(input);
            });
        job.future.waitForFinished();
        const Result<MoveOnly> result = job.future.takeResult();
        PERIHELION_VERIFY_RESULT(result);
        QCOMPARE(result->value, 42);
    }

    void letsGoOfTheInputsBeforeTheEnd()
    {
        JobRunner runner;
        auto input = std::make_shared<int>(1);
        auto job = runner.run(
            JobPool::Interactive,
            [input](const CancelToken&, const ProgressReporter&) -> Result<int> { return *input; });
        job.future.waitForFinished();
        QCOMPARE(input.use_count(), 1L);
    }

    void stopsWhileRunning_data()
    {
        QTest::addColumn<bool>("byFuture");
        QTest::newRow("token") << false;
        QTest::newRow("future") << true;
    }

    void stopsWhileRunning()
    {
        QFETCH(bool, byFuture);
        JobRunner runner;
        const UntilCancelled work;
        auto job = runner.run(JobPool::Interactive, work);
        QFutureWatcher<Result<int>> watcher;
        QSignalSpy finished(&watcher, &QFutureWatcherBase::finished);
        watcher.setFuture(job.future);
        work.running->acquire();
        QElapsedTimer timer;
        timer.start();
        if (byFuture) {
            watcher.cancel();
        } else {
            job.cancel.cancel();
        }
        QVERIFY(finished.wait(kPatienceMillis));
        QVERIFY2(timer.elapsed() < kCancelMillis, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(job.cancel.isCancelled());
        QCOMPARE(job.future.resultCount(), byFuture ? 0 : 1);
        const Result<int> result = jobResult(job.future);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Cancelled);
        runner.shutDown(); // returns: the work has seen the cancel, too
    }

    void doesNotStartWhatWasCancelled()
    {
        JobRunner runner;
        QSemaphore running;
        QSemaphore mayEnd;
        auto blocking = occupy(runner, JobPool::Store, 1, running, mayEnd);
        running.acquire();
        std::atomic<int> started{0};
        const auto work = [&started](const CancelToken&, const ProgressReporter&) -> Result<int> {
            return ++started;
        };
        auto byToken = runner.run(JobPool::Store, work);
        auto byFuture = runner.run(JobPool::Store, work);
        byToken.cancel.cancel();
        byFuture.future.cancel();
        mayEnd.release();
        byToken.future.waitForFinished();
        byFuture.future.waitForFinished();
        runner.shutDown();
        QCOMPARE(started.load(), 0);
        QVERIFY(jobResult(byToken.future).error().code == ErrorCode::Cancelled);
        QVERIFY(jobResult(byFuture.future).error().code == ErrorCode::Cancelled);
        PERIHELION_VERIFY_RESULT(jobResult(blocking.front().future));
    }

    void endsEverythingAtShutdown()
    {
        auto runner = std::make_unique<JobRunner>();
        const UntilCancelled work;
        auto active = runner->run(JobPool::Store, work);
        work.running->acquire();
        constexpr int kWaiting = 50;
        std::vector<Job<int>> waiting;
        waiting.reserve(kWaiting);
        std::atomic<int> started{0};
        for (int n = 0; n < kWaiting; ++n) {
            waiting.push_back(runner->run(
                JobPool::Store, [&started](const CancelToken&, const ProgressReporter&) -> Result<int> {
                    return ++started;
                }));
        }
        QElapsedTimer timer;
        timer.start();
        runner.reset();
        QVERIFY2(timer.elapsed() < kCancelMillis, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(active.future.isFinished());
        QCOMPARE(jobResult(active.future).error().message, QStringLiteral("Stopped half-way"));
        for (const Job<int>& job : waiting) {
            QVERIFY(job.future.isFinished());
            QCOMPARE(job.future.resultCount(), 1);
            QVERIFY(jobResult(job.future).error().code == ErrorCode::Cancelled);
        }
        QCOMPARE(started.load(), 0);
    }

    void refusesAfterShutdown()
    {
        JobRunner runner;
        runner.shutDown();
        runner.shutDown();
        bool started = false;
        auto job = runner.run(JobPool::Interactive,
                              [&started](const CancelToken&, const ProgressReporter&) -> Result<int> {
                                  started = true;
                                  return 1;
                              });
        QVERIFY(job.future.isFinished());
        QVERIFY(jobResult(job.future).error().code == ErrorCode::Cancelled);
        QVERIFY(!started);
    }

    void takesJobsFromAllThreadsUntilShutdown()
    {
        auto runner = std::make_unique<JobRunner>();
        std::atomic<int> ended{0};
        std::atomic<int> submitted{0};
        QSemaphore some;
        constexpr int kThreads = 3;
        std::vector<std::thread> threads;
        threads.reserve(kThreads);
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&] {
                for (int n = 0; n < 200; ++n) {
                    auto job = runner->run(
                        JobPool::Background,
                        [](const CancelToken&, const ProgressReporter&) -> Result<int> { return 1; });
                    ++submitted;
                    some.release();
                    job.future.waitForFinished();
                    ended += job.future.resultCount();
                }
            });
        }
        some.acquire(20);
        runner->shutDown();
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(ended.load(), submitted.load());
        QCOMPARE(submitted.load(), 600);
    }

    void keepsTheStoreToOneThread()
    {
        JobRunner runner;
        std::atomic<int> inside{0};
        std::atomic<int> most{0};
        constexpr int kJobs = 100;
        std::vector<Job<void>> jobs;
        jobs.reserve(kJobs);
        for (int n = 0; n < kJobs; ++n) {
            jobs.push_back(
                runner.run(JobPool::Store, [&](const CancelToken&, const ProgressReporter&) -> Result<void> {
                    const int now = ++inside;
                    most = std::max(most.load(), now);
                    QThread::yieldCurrentThread();
                    --inside;
                    return {};
                }));
        }
        for (Job<void>& job : jobs) {
            job.future.waitForFinished();
        }
        QCOMPARE(most.load(), 1);
    }

    void tellsEveryStage()
    {
        JobRunner runner;
        QSemaphore mayReport;
        auto job = runner.run(
            JobPool::Interactive,
            [&mayReport](const CancelToken&, const ProgressReporter& report) -> Result<void> {
                mayReport.acquire();
                report({QStringLiteral("Looking"), 0, 0});
                report({QStringLiteral("Reading"), 1, 2});
                report({QStringLiteral("Reading"), 2, 2});
                report({QStringLiteral("Writing"), 0, 1'000'000'000'000'000'000});
                report({QStringLiteral("Writing"), 999'999'999'999'999'999, 1'000'000'000'000'000'000});
                report({QStringLiteral("Writing"), -5, 10});
                report({QStringLiteral("Checking"), 50, 10});
                return {};
            });
        QFutureWatcher<Result<void>> watcher;
        QStringList stages;
        std::vector<int> values;
        int greatest = 0;
        connect(&watcher, &QFutureWatcherBase::progressTextChanged, this, [&stages](const QString& text) {
            if (stages.isEmpty() || stages.last() != text) {
                stages.append(text);
            }
        });
        connect(&watcher, &QFutureWatcherBase::progressValueChanged, this,
                [&values](int value) { values.push_back(value); });
        connect(&watcher, &QFutureWatcherBase::progressRangeChanged, this,
                [&greatest](int, int maximum) { greatest = maximum; });
        QSignalSpy finished(&watcher, &QFutureWatcherBase::finished);
        watcher.setFuture(job.future);
        mayReport.release();
        QVERIFY(finished.wait(kPatienceMillis));
        QCOMPARE(stages, (QStringList{QStringLiteral("Looking"), QStringLiteral("Reading"),
                                      QStringLiteral("Writing"), QStringLiteral("Checking")}));
        QCOMPARE(greatest, 1000);
        QVERIFY(static_cast<qsizetype>(values.size()) >= stages.size());
        for (const int value : values) {
            QVERIFY(value >= 0 && value <= 1000);
        }
        QCOMPARE(values.back(), 1000);
    }

    void thinsOutAFloodOfStages()
    {
        JobRunner runner;
        constexpr int kReports = 100'000;
        auto job = runner.run(JobPool::Interactive,
                              [](const CancelToken&, const ProgressReporter& report) -> Result<void> {
                                  for (int n = 0; n < kReports; ++n) {
                                      report({QStringLiteral("File %1").arg(n), n, kReports});
                                  }
                                  return {};
                              });
        QFutureWatcher<Result<void>> watcher;
        int told = 0;
        connect(&watcher, &QFutureWatcherBase::progressTextChanged, this, [&told] { ++told; });
        QSignalSpy finished(&watcher, &QFutureWatcherBase::finished);
        QElapsedTimer timer;
        timer.start();
        watcher.setFuture(job.future);
        QVERIFY(finished.wait(kPatienceMillis));
        // A hundred at once, then 25 a second.
        QVERIFY2(told <= 110 + timer.elapsed() / 30, qPrintable(QString::number(told)));
    }
};

QTEST_GUILESS_MAIN(JobRunnerTest)

#include "tst_job_runner.moc"
