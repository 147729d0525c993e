// SPDX-License-Identifier: GPL-3.0-or-later
// What a recording would take in the cache is what it takes once it is there.
#include "datasets/cache/cache_need.h"
#include "datasets/cache/event_cache.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QTemporaryDir>

#include <cmath>

using namespace perihelion;
using namespace perihelion::test;

class TestCacheNeed : public QObject {
    Q_OBJECT

private:
    QString at(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    /// Bytes of all blocks after one scan through a cache.
    std::uint64_t bytesWhenFilled(const std::shared_ptr<EventFile>& file)
    {
        MemoryBudget budget;
        CacheOptions options;
        options.enabled = true;
        EventCache cache(budget, options);
        QueryContext context;
        context.pool = &m_pool;
        context.cache = &cache;
        const auto cost = LazyFrame::scan(file).forEachBlock(context, [](const EventBlock&, std::size_t) {});
        return cost ? cache.facts().bytes : 0;
    }

private Q_SLOTS:
    void isWhatTheCacheTakes_data()
    {
        QTest::addColumn<int>("chunk");
        QTest::addColumn<bool>("sorted");
        QTest::newRow("chunks") << 10'000 << true;
        QTest::newRow("contiguous") << 0 << true;
        QTest::newRow("unsorted") << 10'000 << false;
    }
    void isWhatTheCacheTakes()
    {
        QFETCH(int, chunk);
        QFETCH(bool, sorted);
        Events events = makeEvents(300'000, 31);
        if (!sorted) {
            for (std::size_t i = 0; i + 1000 < events.size(); i += 1000) {
                std::swap(events.t[i], events.t[i + 999]);
            }
        }
        EvlibOptions options;
        options.chunk = static_cast<std::uint64_t>(chunk);
        writeEvlib(at("need.h5"), events, options);
        const auto file = EventFile::open(at("need.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto need = cacheNeedOf(**file, 0, m_pool);
        PERIHELION_VERIFY_RESULT(need);
        QCOMPARE(need->events, 300'000);
        QCOMPARE(need->measuredEvents, 300'000);
        QVERIFY(need->isExact && need->canBeKept);
        QCOMPARE(need->bytes, bytesWhenFilled(*file));
        const auto sampled = cacheNeedOf(**file, 2, m_pool);
        PERIHELION_VERIFY_RESULT(sampled);
        QVERIFY(!sampled->isExact);
        QVERIFY(sampled->measuredEvents < 300'000);
        const auto exact = static_cast<double>(need->bytes);
        QVERIFY(std::abs(static_cast<double>(sampled->bytes) - exact) < 0.1 * exact);
    }

    void whatCannotBeReadNeedsNothing()
    {
        EvlibOptions options;
        options.chunk = 100'000;
        writeEvlib(at("hole.h5"), makeEvents(300'000, 32), options);
        damageChunk(at("hole.h5"), "/events/x", 1);
        const auto file = EventFile::open(at("hole.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto need = cacheNeedOf(**file, 0, m_pool);
        PERIHELION_VERIFY_RESULT(need);
        QCOMPARE(need->measuredEvents, 200'000);
        QVERIFY(need->isExact);
        QCOMPARE(need->bytes, bytesWhenFilled(*file));
    }

    void cancelStops()
    {
        writeEvlib(at("cancel.h5"), makeEvents(100'000, 33));
        const auto file = EventFile::open(at("cancel.h5"));
        PERIHELION_VERIFY_RESULT(file);
        CancelToken token;
        const auto need =
            cacheNeedOf(**file, 0, m_pool, token, [&token](const Progress&) { token.cancel(); });
        QVERIFY(!need);
        QCOMPARE(need.error().code, ErrorCode::Cancelled);
    }

private:
    QTemporaryDir m_folder;
    DecodePool m_pool{2};
};

QTEST_GUILESS_MAIN(TestCacheNeed)
#include "tst_cache_need.moc"
