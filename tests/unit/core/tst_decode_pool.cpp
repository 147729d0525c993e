// SPDX-License-Identifier: GPL-3.0-or-later
// DecodePool: every task once, worker numbers, urgency, cancelling, several callers at a time.

#include "core/jobs/decode_pool.h"
#include "core/jobs/thread_urgency.h"

#include <QSemaphore>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <new>
#include <numeric>
#include <thread>
#include <vector>

using namespace perihelion;

Q_DECLARE_METATYPE(perihelion::DecodePriority)

class DecodePoolTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsEveryTaskOnce_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("tasks");
        for (const int threads : {1, 2, 5}) {
            for (const int tasks : {0, 1, 2, 3, 1000}) {
                QTest::addRow("%d threads, %d tasks", threads, tasks) << threads << tasks;
            }
        }
    }
    void runsEveryTaskOnce()
    {
        QFETCH(int, threads);
        QFETCH(int, tasks);
        DecodePool pool(static_cast<std::size_t>(threads));
        QCOMPARE(pool.concurrency(), static_cast<std::size_t>(threads));
        // Plain values: run() must also make what the tasks wrote visible to its caller.
        std::vector<int> done(static_cast<std::size_t>(tasks), 0);
        std::vector<int> perWorker(pool.concurrency(), 0);
        pool.run(DecodePriority::Playback, done.size(), CancelToken(),
                 [&](std::size_t index, std::size_t worker) {
                     ++done.at(index);
                     ++perWorker.at(worker); // no two at a time with one number
                 });
        QVERIFY(std::all_of(done.begin(), done.end(), [](int times) { return times == 1; }));
        QCOMPARE(std::accumulate(perWorker.begin(), perWorker.end(), 0), tasks);
    }

    void choosesAPlausibleSize()
    {
        const DecodePool pool;
        QVERIFY(pool.concurrency() >= 1 && pool.concurrency() <= 8);
    }

    void worksOnOneBatchTogether()
    {
        DecodePool pool(3);
        QSemaphore arrived;
        // Each task ends only when all three run at the same time.
        pool.run(DecodePriority::Background, 3, CancelToken(), [&arrived](std::size_t, std::size_t) {
            arrived.release();
            while (arrived.available() < 3) {
                std::this_thread::yield();
            }
        });
        QCOMPARE(arrived.available(), 3);
    }

    void startsNothingAfterACancel()
    {
        DecodePool pool(2);
        CancelToken cancel;
        std::atomic<int> started{0};
        pool.run(DecodePriority::Playback, 100'000, cancel, [&](std::size_t, std::size_t) {
            if (++started == 10) {
                cancel.cancel();
            }
        });
        QVERIFY(started >= 10 && started < 10 + 2);
        pool.run(DecodePriority::Playback, 10, cancel, [&](std::size_t, std::size_t) { started = -1; });
        QVERIFY(started != -1);
    }

    void handsExceptionsToTheCaller_data()
    {
        QTest::addColumn<int>("thrower");
        QTest::newRow("the caller itself") << 0;
        QTest::newRow("a thread of the pool") << 1;
    }
    void handsExceptionsToTheCaller()
    {
        QFETCH(int, thrower);
        DecodePool pool(2);
        std::atomic<int> arrived{0};
        std::atomic<int> started{0};
        const auto fail = [&](std::size_t, std::size_t worker) {
            ++started;
            ++arrived;
            while (arrived < 2) { // both threads are inside, so that either may be the one
                std::this_thread::yield();
            }
            if (worker == static_cast<std::size_t>(thrower)) {
                throw std::bad_alloc();
            }
        };
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc,
                                 pool.run(DecodePriority::Playback, 1'000'000, CancelToken(), fail));
        QVERIFY(started < 1'000'000);
        // The pool goes on.
        int done = 0;
        pool.run(DecodePriority::Playback, 1, CancelToken(), [&done](std::size_t, std::size_t) { ++done; });
        QCOMPARE(done, 1);
    }

    void takesTheMoreUrgentFirst_data()
    {
        QTest::addColumn<DecodePriority>("patient");
        QTest::addColumn<DecodePriority>("urgent");
        QTest::newRow("what is waited for") << DecodePriority::Playback << DecodePriority::Interactive;
        QTest::newRow("the background") << DecodePriority::Prefetch << DecodePriority::Background;
    }
    void takesTheMoreUrgentFirst()
    {
        QFETCH(DecodePriority, patient);
        QFETCH(DecodePriority, urgent);
        DecodePool pool(2);
        QSemaphore scanRuns;
        std::array<QSemaphore, 2> mayGoOn; // by worker
        std::atomic<int> scanTasks{0};
        std::thread scan([&] {
            pool.run(patient, 1000, CancelToken(), [&](std::size_t, std::size_t worker) {
                if (scanTasks++ < 2) { // both threads are held inside the scan
                    scanRuns.release();
                    mayGoOn.at(worker).acquire();
                }
            });
        });
        scanRuns.acquire(2);
        QSemaphore scrubRuns;
        std::atomic<int> scanTasksBefore{0};
        std::thread scrub([&] {
            pool.run(urgent, 2, CancelToken(), [&](std::size_t, std::size_t worker) {
                if (worker == 1) {
                    scanTasksBefore = scanTasks.load();
                }
                scrubRuns.release();
                // The scrub's own thread waits here for the pool's thread to come over.
                while (scrubRuns.available() < 2) {
                    std::this_thread::yield();
                }
            });
        });
        while (scrubRuns.available() < 1) {
            std::this_thread::yield();
        }
        mayGoOn.at(1).release();
        scrub.join();
        mayGoOn.at(0).release();
        scan.join();
        QCOMPARE(scanTasksBefore.load(), 2); // although the scan had 998 tasks left
        QCOMPARE(scanTasks.load(), 1000);
    }

    void waitsForNothingInTheBackground()
    {
        DecodePool pool(2);
        QSemaphore scanRuns;
        QSemaphore scanMayGoOn;
        std::thread scan([&] {
            pool.run(DecodePriority::Background, 2, CancelToken(), [&](std::size_t, std::size_t) {
                scanRuns.release();
                scanMayGoOn.acquire();
            });
        });
        scanRuns.acquire(2); // every thread of the background is held inside the scan
        QSemaphore scrubRuns;
        pool.run(DecodePriority::Playback, 2, CancelToken(), [&scrubRuns](std::size_t, std::size_t) {
            scrubRuns.release();
            while (scrubRuns.available() < 2) { // ends only when two threads are inside
                std::this_thread::yield();
            }
        });
        scanMayGoOn.release(2);
        scan.join();
        QCOMPARE(scrubRuns.available(), 2);
    }

    void stepsBackInTheBackground()
    {
        DecodePool pool(2);
        const auto nicenessOfThread = [&pool](DecodePriority priority) {
            std::atomic<int> arrived{0};
            std::atomic<int> niceness{0};
            pool.run(priority, 2, CancelToken(), [&](std::size_t, std::size_t worker) {
                if (worker == 1) {
                    niceness = threadNiceness();
                }
                ++arrived;
                while (arrived < 2) {
                    std::this_thread::yield();
                }
            });
            return niceness.load();
        };
        const int ownNiceness = threadNiceness();
        for (const DecodePriority priority : {DecodePriority::Interactive, DecodePriority::Playback}) {
            QCOMPARE(nicenessOfThread(priority), ownNiceness);
        }
        int lowered = ownNiceness;
        std::thread([&lowered] {
            lowerThreadUrgency();
            lowered = threadNiceness();
        }).join();
        for (const DecodePriority priority : {DecodePriority::Background, DecodePriority::Prefetch}) {
            QCOMPARE(nicenessOfThread(priority), lowered);
        }
    }

    void servesManyCallers()
    {
        DecodePool pool(2);
        constexpr int kCallers = 4;
        std::vector<std::thread> callers;
        callers.reserve(kCallers);
        std::atomic<int> wrong{0};
        for (int caller = 0; caller < kCallers; ++caller) {
            callers.emplace_back([&pool, &wrong, caller] {
                for (int round = 0; round < 200; ++round) {
                    std::vector<int> done(5, 0);
                    pool.run(static_cast<DecodePriority>(caller), done.size(), CancelToken(),
                             [&done](std::size_t index, std::size_t) { ++done[index]; });
                    wrong += done != std::vector<int>(5, 1);
                }
            });
        }
        for (std::thread& caller : callers) {
            caller.join();
        }
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_GUILESS_MAIN(DecodePoolTest)

#include "tst_decode_pool.moc"
