// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/latest_job.h"

#include <QSemaphore>
#include <QtTest>

using namespace perihelion;

namespace {

/// Work that waits until a test lets it go on.
struct Gate {
    std::shared_ptr<QSemaphore> begun = std::make_shared<QSemaphore>();
    std::shared_ptr<QSemaphore> open = std::make_shared<QSemaphore>();

    LatestJob<int>::Work work(int value) const
    {
        return
            [begun = begun, open = open, value](const CancelToken&, const ProgressReporter&) -> Result<int> {
                begun->release();
                open->acquire();
                return value;
            };
    }
};

LatestJob<int>::Work quick(int value)
{
    return [value](const CancelToken&, const ProgressReporter&) -> Result<int> { return value; };
}

} // namespace

class TestLatestJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsOnlyTheNewestRequest();
    void supersedingDropsTheRunningOne();
    void cancelDeliversNothing();
    void errorsAreDelivered();
    void mayGoWhileRunning();
};

void TestLatestJob::keepsOnlyTheNewestRequest()
{
    JobRunner jobs;
    Gate gate;
    QList<int> got;
    LatestJob<int> job(jobs, JobPool::Interactive, [&](const Result<int>& result) { got << *result; });
    job.request(gate.work(1));
    gate.begun->acquire();
    job.request(quick(2));
    job.request(quick(3));
    QVERIFY(job.isBusy());
    gate.open->release();
    QTRY_COMPARE(got, (QList<int>{1, 3}));
    QVERIFY(!job.isBusy());
}

void TestLatestJob::supersedingDropsTheRunningOne()
{
    JobRunner jobs;
    Gate gate;
    QList<int> got;
    LatestJob<int> job(jobs, JobPool::Interactive, [&](const Result<int>& result) { got << *result; });
    job.request(gate.work(1));
    gate.begun->acquire();
    job.supersede(quick(2));
    gate.open->release();
    QTRY_COMPARE(got, (QList<int>{2}));
    job.supersede(quick(4));
    QTRY_COMPARE(got, (QList<int>{2, 4}));
}

void TestLatestJob::cancelDeliversNothing()
{
    JobRunner jobs;
    Gate gate;
    QList<int> got;
    LatestJob<int> job(jobs, JobPool::Interactive, [&](const Result<int>& result) { got << *result; });
    job.request(gate.work(1));
    gate.begun->acquire();
    job.request(quick(2));
    job.cancel();
    gate.open->release();
    QTRY_VERIFY(!job.isBusy());
    QVERIFY(got.isEmpty());
    job.request(quick(5));
    QTRY_COMPARE(got, (QList<int>{5}));
}

void TestLatestJob::errorsAreDelivered()
{
    JobRunner jobs;
    QString message;
    LatestJob<int> job(jobs, JobPool::Interactive,
                       [&](const Result<int>& result) { message = result.error().message; });
    job.request([](const CancelToken&, const ProgressReporter&) -> Result<int> {
        return Error{ErrorCode::Io, QStringLiteral("no"), QString()};
    });
    QTRY_COMPARE(message, QStringLiteral("no"));
}

void TestLatestJob::mayGoWhileRunning()
{
    JobRunner jobs;
    Gate gate;
    bool delivered = false;
    {
        LatestJob<int> job(jobs, JobPool::Interactive, [&](const Result<int>&) { delivered = true; });
        job.request(gate.work(1));
        gate.begun->acquire();
    }
    gate.open->release();
    jobs.shutDown();
    QCoreApplication::processEvents();
    QVERIFY(!delivered);
}

QTEST_GUILESS_MAIN(TestLatestJob)
#include "tst_latest_job.moc"
