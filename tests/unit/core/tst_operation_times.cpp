// SPDX-License-Identifier: GPL-3.0-or-later
// OperationTimes and its tallies: exact sums, quantiles held to the order statistics of the same times, the
// list of slow operations, the bounds of memory, and several threads at once.

#include "core/measure/operation_times.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

using namespace perihelion;

namespace {

void expectSlowMessage(const char* text)
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QString::fromUtf8(text)));
}

/// The least time that at least q of all reach.
std::int64_t nearestRank(std::vector<std::int64_t> times, double q)
{
    std::sort(times.begin(), times.end());
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(times.size())));
    return times[std::max<std::size_t>(rank, 1) - 1];
}

bool within(Nanoseconds told, std::int64_t exact)
{
    return std::abs(static_cast<double>(told.count() - exact)) <= static_cast<double>(exact) / 64.0;
}

} // namespace

class OperationTimesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bucketsCoverAllTimesInOrder()
    {
        std::size_t last = 0;
        for (std::size_t bucket = 0; bucket < OperationTally::kBuckets; ++bucket) {
            QCOMPARE(OperationTally::bucketOf(OperationTally::middleOf(bucket)), bucket);
        }
        for (unsigned bits = 0; bits < OperationTally::kLongestBits; ++bits) {
            const std::uint64_t power = std::uint64_t{1} << bits;
            for (const std::uint64_t time : {power - 1, power, power + power / 3}) {
                const std::size_t bucket = OperationTally::bucketOf(time);
                QVERIFY(bucket >= last && bucket < OperationTally::kBuckets);
                QVERIFY(within(Nanoseconds(static_cast<std::int64_t>(OperationTally::middleOf(bucket))),
                               static_cast<std::int64_t>(time)));
                last = bucket;
            }
        }
        QCOMPARE(OperationTally::bucketOf(UINT64_MAX), OperationTally::kBuckets - 1);
    }

    void aTallyWithoutTimesSaysSo()
    {
        const OperationFigures figures = OperationTally().figures();
        QCOMPARE(figures.count, 0U);
        QCOMPARE(figures.average().count(), 0);
        QCOMPARE(figures.p95.count(), 0);
        QCOMPARE(figures.memoryCount, 0U);
    }

    void sumsAreExact()
    {
        OperationTally tally;
        tally.record(Nanoseconds(30));
        tally.record(Nanoseconds(10), ByteCount{100});
        tally.record(Nanoseconds(50), ByteCount{301});
        const OperationFigures figures = tally.figures();
        QCOMPARE(figures.count, 3U);
        QCOMPARE(figures.total.count(), 90);
        QCOMPARE(figures.average().count(), 30);
        QCOMPARE(figures.minimum.count(), 10);
        QCOMPARE(figures.maximum.count(), 50);
        QCOMPARE(figures.p50.count(), 30);
        QCOMPARE(figures.p95.count(), 50);
        QCOMPARE(figures.memoryCount, 2U);
        QCOMPARE(figures.averageMemory.value, 200U);
        QCOMPARE(figures.peakMemory.value, 301U);
    }

    void timesBeyondTheRangeAreKept()
    {
        OperationTally tally;
        tally.record(Nanoseconds(-5));
        QCOMPARE(tally.figures().maximum.count(), 0);
        tally.reset();
        const Nanoseconds days = std::chrono::hours(100);
        tally.record(days);
        QCOMPARE(tally.figures().maximum, days);
        QCOMPARE(tally.figures().p50, days); // Alone, so it is its own least time.
    }

    void quantilesFollowTheOrderStatistics()
    {
        std::mt19937_64 random(7);
        std::lognormal_distribution<double> spread(14.0, 2.0); // Around a millisecond, with a long tail.
        for (const int count : {1, 2, 19, 20, 21, 5'000}) {
            OperationTally tally;
            std::vector<std::int64_t> times;
            for (int index = 0; index < count; ++index) {
                times.push_back(static_cast<std::int64_t>(spread(random)));
                tally.record(Nanoseconds(times.back()));
            }
            const OperationFigures figures = tally.figures();
            QVERIFY(within(figures.p50, nearestRank(times, 0.50)));
            QVERIFY(within(figures.p95, nearestRank(times, 0.95)));
        }
    }

    void operationsAreKnownByName()
    {
        OperationTimes times;
        const auto load = times.operation(u"load");
        const auto query = times.operation(u"query");
        times.record(query, Nanoseconds(5));
        times.record(load, Nanoseconds(7));
        times.record(times.operation(u"load"), Nanoseconds(9));
        times.operation(u"never done");
        const std::vector<NamedFigures> rows = times.figures();
        QCOMPARE(rows.size(), 2U);
        QCOMPARE(rows[0].name, QStringLiteral("load"));
        QCOMPARE(rows[0].figures.count, 2U);
        QCOMPARE(rows[1].figures.total.count(), 5);
    }

    void namesBeyondTheLimitShareOneTally()
    {
        OperationTimes times;
        for (int index = 0; index < 100; ++index) {
            times.record(times.operation(QString::number(index)), Nanoseconds(1));
        }
        const std::vector<NamedFigures> rows = times.figures();
        QCOMPARE(rows.size(), OperationTimes::kMaxOperations);
        QCOMPARE(rows.back().name, OperationTimes::kOther.toString());
        QCOMPARE(rows.back().figures.count, 100 - (OperationTimes::kMaxOperations - 1));
    }

    void slowOperationsAreListedAndLogged()
    {
        OperationTimes times;
        const auto load = times.operation(u"load");
        times.record(load, OperationTimes::kDefaultSlow, u"exactly.h5"); // Not longer than the threshold.
        QVERIFY(times.slowOperations().empty());
        expectSlowMessage("^load took 1500 ms: first\\.h5$");
        times.record(load, std::chrono::milliseconds(1'500), u"first.h5");
        times.setSlowThreshold(Nanoseconds(10));
        expectSlowMessage("^load took 1 ms$");
        times.record(load, std::chrono::milliseconds(1));
        const std::vector<SlowOperation> slow = times.slowOperations();
        QCOMPARE(slow.size(), 2U);
        QCOMPARE(slow[0].duration, Nanoseconds(1'000'000));
        QCOMPARE(slow[1].subject, QStringLiteral("first.h5"));
        QVERIFY(slow[1].ended.isValid());
    }

    void onlyTheNewestSlowOperationsAreKept()
    {
        OperationTimes times;
        times.setSlowThreshold(Nanoseconds(0));
        const auto load = times.operation(u"load");
        const auto count = static_cast<int>(OperationTimes::kKeptSlow) + 3;
        for (int index = 1; index <= count; ++index) {
            expectSlowMessage("^load took ");
            times.record(load, Nanoseconds(index));
        }
        const std::vector<SlowOperation> slow = times.slowOperations();
        QCOMPARE(slow.size(), OperationTimes::kKeptSlow);
        QCOMPARE(slow.front().duration.count(), count);
        QCOMPARE(slow.back().duration.count(), 4);
    }

    void resetForgetsTimesAndKeepsOperations()
    {
        OperationTimes times;
        times.setSlowThreshold(Nanoseconds(1));
        const auto load = times.operation(u"load");
        expectSlowMessage("^load took ");
        times.record(load, Nanoseconds(100), {}, ByteCount{5});
        times.reset();
        QVERIFY(times.figures().empty());
        QVERIFY(times.slowOperations().empty());
        QCOMPARE(times.slowThreshold().count(), 1);
        times.record(load, Nanoseconds(1));
        QCOMPARE(times.figures().front().figures.maximum.count(), 1);
        QCOMPARE(times.figures().front().figures.memoryCount, 0U);
    }

    void aScopeRecordsItself()
    {
        OperationTimes times;
        const auto load = times.operation(u"load");
        {
            const TimedOperation scope(&times, load, u"a.h5");
            const TimedOperation named(&times, u"load");
            const TimedOperation nowhere(nullptr, u"load");
            QVERIFY(times.figures().empty());
        }
        QCOMPARE(times.figures().front().figures.count, 2U);
    }

    void whatNobodyNamedCountsAsOther()
    {
        OperationTimes times;
        times.record({}, Nanoseconds(3));
        QCOMPARE(times.figures().size(), 1U);
        QCOMPARE(times.figures().front().name, OperationTimes::kOther.toString());
    }

    void severalThreadsLoseNothing()
    {
        constexpr int kThreads = 6;
        constexpr int kTimes = 4'000;
        OperationTimes times;
        const auto shared = times.operation(u"shared");
        std::vector<std::thread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&times, shared, thread] {
                const auto own = times.operation(QString::number(thread));
                for (int index = 1; index <= kTimes; ++index) {
                    times.record(shared, Nanoseconds(index), {}, ByteCount{8});
                    times.record(own, Nanoseconds(thread + 1));
                }
            });
        }
        // Read meanwhile: every row agrees with itself, whatever was recorded by then.
        for (int look = 0; look < 50; ++look) {
            for (const NamedFigures& row : times.figures()) {
                QVERIFY(row.figures.count > 0 && row.figures.minimum <= row.figures.p50);
                QVERIFY(row.figures.p50 <= row.figures.p95 && row.figures.p95 <= row.figures.maximum);
                QVERIFY(row.figures.average() >= row.figures.minimum);
            }
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        const std::vector<NamedFigures> rows = times.figures();
        QCOMPARE(rows.size(), std::size_t{kThreads} + 1);
        const OperationFigures& all = rows.front().figures;
        QCOMPARE(all.count, std::uint64_t{kThreads} * kTimes);
        QCOMPARE(all.total.count(), std::int64_t{kThreads} * kTimes * (kTimes + 1) / 2);
        QCOMPARE(all.memoryCount, all.count);
        QCOMPARE(all.averageMemory.value, 8U);
        for (std::size_t row = 1; row < rows.size(); ++row) {
            QCOMPARE(rows[row].figures.count, std::uint64_t{kTimes});
            QCOMPARE(rows[row].figures.minimum, rows[row].figures.maximum);
        }
    }

    void slowListAndResetStandSeveralThreads()
    {
        // Messages of other threads cannot be announced to the test, so the handler is silenced for this one.
        const QtMessageHandler previous =
            qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
        OperationTimes times;
        times.setSlowThreshold(Nanoseconds(0));
        const auto load = times.operation(u"load");
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&times, load] {
                for (int index = 0; index < 500; ++index) {
                    times.record(load, Nanoseconds(1), u"subject");
                }
            });
        }
        std::size_t most = 0;
        for (int look = 0; look < 20; ++look) {
            most = std::max(most, times.slowOperations().size());
            times.reset();
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        most = std::max(most, times.slowOperations().size());
        qInstallMessageHandler(previous);
        QVERIFY(most <= OperationTimes::kKeptSlow);
        times.reset();
        QVERIFY(times.figures().empty());
    }
};

QTEST_GUILESS_MAIN(OperationTimesTest)
#include "tst_operation_times.moc"
