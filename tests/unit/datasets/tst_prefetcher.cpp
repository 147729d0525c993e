// SPDX-License-Identifier: GPL-3.0-or-later
// Filling ahead: in the direction of play, of what is likely next, within its share, and never in the way;
// and the short form of the cache's soak.
#include "datasets/cache/prefetcher.h"
#include "datasets/frames/first_frame.h"
#include "tests/support/cache_soak.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QTemporaryDir>

#include <atomic>

using namespace perihelion;
using namespace perihelion::test;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class TestPrefetcher : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        EvlibOptions options;
        options.chunk = 70'000;
        writeEvlib(m_path, makeEvents(700'000), options);
        writeEvlib(m_other, makeEvents(210'000, 2), options);
    }

    void init()
    {
        m_budget = std::make_unique<MemoryBudget>(MemoryPolicy{0.5, 64 * kMebibyte, 0});
        m_cache = std::make_unique<EventCache>(*m_budget, CacheOptions{true, 0, 0});
        m_prefetcher = std::make_unique<Prefetcher>(*m_cache, m_pool, std::chrono::milliseconds(0));
    }

    void cleanup()
    {
        m_prefetcher.reset();
        m_cache.reset();
        QCOMPARE(m_budget->usedBytes(), 0);
    }

    void aheadInTheDirectionOfPlay()
    {
        const auto file = EventFile::open(m_path);
        PERIHELION_VERIFY_RESULT(file);
        const RecordingMetadata m = (*file)->metadata();
        const EventTime middle = m.firstTime + m.duration() / 2;
        const auto place = m_cache->recordingOf((*file)->index());
        m_prefetcher->setPlayHead({*file, middle, EventTime(10'000), 0.001});
        m_prefetcher->waitUntilDone();
        QVERIFY(m_cache->holds(place, 5) && m_cache->holds(place, 6));
        QVERIFY(!m_cache->holds(place, 2) && !m_cache->holds(place, 9));
        m_cache->clear();
        m_prefetcher->setPlayHead({*file, middle, EventTime(10'000), -0.001});
        m_prefetcher->waitUntilDone();
        QVERIFY(m_cache->holds(place, 4) && m_cache->holds(place, 3));
        QVERIFY(!m_cache->holds(place, 8) && !m_cache->holds(place, 0));
        m_cache->clear();
        // Fast enough to reach the end.
        m_prefetcher->setPlayHead({*file, middle, EventTime(10'000), 100.0});
        m_prefetcher->waitUntilDone();
        QVERIFY(m_cache->holds(place, 9));
        QVERIFY(!m_cache->holds(place, 2));
        // What was fetched is found by whoever plays, and nothing was counted as asked for.
        QCOMPARE(m_cache->facts().misses, 0);
        QueryContext context;
        context.pool = &m_pool;
        context.cache = m_cache.get();
        const auto frame = LazyFrame::scan(*file)
                               .filterTime(middle, middle + EventTime(10'000))
                               .accumulate(context, 320, 240, AccumulateMode::Count);
        PERIHELION_VERIFY_RESULT(frame);
        QCOMPARE(frame->cost.blocksMissed, 0);
        QCOMPARE(frame->cost.chunksRead, 0);
    }

    void likelyRecordingsAndTheirProgress()
    {
        std::vector<double> shares;
        std::vector<bool> filling;
        QString told;
        connect(
            m_prefetcher.get(), &Prefetcher::shareChanged, this,
            [&](const QString& path, double share, bool more) {
                told = path;
                shares.push_back(share);
                filling.push_back(more);
            },
            Qt::DirectConnection);
        m_prefetcher->setLikelyNext({{m_other, {}}});
        m_prefetcher->waitUntilDone();
        QCOMPARE(told, m_other);
        QVERIFY(shares.size() >= 3);
        QVERIFY(std::is_sorted(shares.begin(), shares.end()));
        QCOMPARE(shares.back(), 1.0);
        QVERIFY(!filling.back());
        QVERIFY(!m_prefetcher->isFilling(m_other));
        QCOMPARE(m_cache->factsOf(m_other).share(), 1.0);
        // Opening it now reads nothing, not even the index.
        FirstFrameRequest request;
        request.path = m_other;
        QueryContext context;
        context.pool = &m_pool;
        context.cache = m_cache.get();
        const auto first = loadFirstFrame(request, context);
        PERIHELION_VERIFY_RESULT(first);
        QCOMPARE(first->cache, CacheState::Hit);
        QCOMPARE(first->frame.cost.chunksRead, 0);
    }

    void idleFillEvictsNothing()
    {
        m_budget->setPolicy(MemoryPolicy{0.5, 4 * 300'000, 0});
        QueryContext context;
        context.pool = &m_pool;
        context.cache = m_cache.get();
        const auto file = EventFile::open(m_path);
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*file).collect(context));
        const CacheFacts before = m_cache->factsOf(m_path);
        QVERIFY(before.blocks >= 2);
        m_prefetcher->setLikelyNext({{m_other, {}}});
        m_prefetcher->waitUntilDone();
        QCOMPARE(m_cache->factsOf(m_path).blocks, before.blocks);
        QVERIFY(m_cache->factsOf(m_other).share() < 1.0);
        QVERIFY(m_budget->usedBytes() <= m_budget->budgetBytes());
    }

    void idleFillKeepsToItsShare()
    {
        m_budget->setPolicy(MemoryPolicy{0.5, 6 * 300'000, 0});
        m_prefetcher->setLikelyNext({{m_path, {}}});
        m_prefetcher->waitUntilDone();
        const CacheFacts facts = m_cache->factsOf(m_path);
        QVERIFY(facts.bytes > 0);
        QVERIFY(facts.bytes <= 3 * 300'000);
    }

    void activityStopsItAtTheNextChunk()
    {
        // The user does something at the first block: nothing more is filled until it was quiet again.
        m_prefetcher = std::make_unique<Prefetcher>(*m_cache, m_pool, std::chrono::hours(1));
        m_prefetcher->setLikelyNext({{m_path, {}}});
        m_prefetcher->noteActivity();
        QCOMPARE(m_cache->facts().blocks, 0);
        m_prefetcher = std::make_unique<Prefetcher>(*m_cache, m_pool, std::chrono::milliseconds(0));
        std::atomic<int> told{0};
        std::atomic<int> stops{0};
        connect(
            m_prefetcher.get(), &Prefetcher::shareChanged, this,
            [&](const QString&, double, bool more) {
                ++told;
                if (more && stops < 3) {
                    ++stops;
                    m_prefetcher->noteActivity();
                }
            },
            Qt::DirectConnection);
        m_prefetcher->setLikelyNext({{m_path, {}}});
        m_prefetcher->waitUntilDone();
        QCOMPARE(stops.load(), 3);
        QCOMPARE(m_cache->factsOf(m_path).share(), 1.0);
    }

    void nothingBeginsAfterACancel()
    {
        // The user acts while the second block is being decoded: what is in flight ends, nothing else begins.
        const auto file = EventFile::open(m_path);
        PERIHELION_VERIFY_RESULT(file);
        m_cache->files().keep(*file, {}); // Open already: only blocks are reserved from now on.
        std::atomic<int> packed{0};
        m_budget->refuseWhen([&](std::uint64_t) {
            if (++packed == 2) {
                m_prefetcher->noteActivity();
                m_prefetcher->setLikelyNext({});
            }
            return false;
        });
        m_prefetcher->setLikelyNext({{m_path, {}}});
        m_prefetcher->waitUntilDone();
        m_budget->refuseWhen(nullptr);
        QVERIFY(!m_prefetcher->isFilling(m_path));
        QCOMPARE(packed.load(), 2);
        QCOMPARE(m_cache->factsOf(m_path).blocks, 2);
    }

    void reachOfThePlayHead()
    {
        const auto file = EventFile::open(m_path);
        PERIHELION_VERIFY_RESULT(file);
        const RecordingMetadata m = (*file)->metadata();
        const EventTime middle = m.firstTime + m.duration() / 2;
        std::atomic<qint64> until{0};
        connect(
            m_prefetcher.get(), &Prefetcher::decodedUntil, this,
            [&](const QString&, qint64 micros) { until = micros; }, Qt::DirectConnection);
        m_prefetcher->setPlayHead({*file, middle, EventTime(10'000), 100.0});
        m_prefetcher->waitUntilDone();
        QCOMPARE(until.load(), m.lastTime.count());
        m_prefetcher->setPlayHead({*file, middle, EventTime(10'000), -100.0});
        m_prefetcher->waitUntilDone();
        QCOMPARE(until.load(), m.firstTime.count());
        const auto place = m_cache->recordingOf((*file)->index());
        m_cache->clear();
        QVERIFY(!m_cache->heldUntil(place, 3, false) && !m_cache->heldUntil(place, 3, true));
    }

    void quitWhileFilling()
    {
        for (int i = 0; i < 10; ++i) {
            Prefetcher quitter(*m_cache, m_pool, std::chrono::milliseconds(0));
            quitter.setLikelyNext({{m_path, {}}, {m_other, {}}});
            m_cache->clear();
        }
    }

    void missingAndForeignFilesAreSkipped()
    {
        m_prefetcher->setLikelyNext(
            {{QStringLiteral("/nowhere.h5"), {}}, {m_folder.path(), {}}, {m_other, {}}});
        m_prefetcher->waitUntilDone();
        QCOMPARE(m_cache->factsOf(m_other).share(), 1.0);
    }

    void nothingWhileOff()
    {
        m_cache->setEnabled(false);
        m_prefetcher->setLikelyNext({{m_other, {}}});
        m_prefetcher->waitUntilDone();
        QCOMPARE(m_cache->facts().bytes, 0);
        m_cache->setEnabled(true);
        m_prefetcher->noteActivity();
        m_prefetcher->waitUntilDone();
        QCOMPARE(m_cache->factsOf(m_other).share(), 1.0);
    }

    void shortSoak()
    {
        bench::SoakOptions options;
        options.folder = m_folder.filePath(QStringLiteral("soak"));
        options.eventsEach = 150'000;
        options.recordings = 60;
        options.budgetBytes = 4 * kMebibyte;
        options.steps = 30;
        const auto report = bench::soakCache(options);
        PERIHELION_VERIFY_RESULT(report);
        QCOMPARE(report->opened, options.steps);
        QCOMPARE(report->wrongAnswers, 0);
        QVERIFY(report->hits > 0);
        QVERIFY(report->evictions > 0);
        QVERIFY(report->mostUsedBytes <= options.budgetBytes);
        // Sanitizers keep what was freed for a while.
        QVERIFY(kSanitized ||
                report->mostResident <= report->residentBefore + options.budgetBytes + 100'000'000);
    }

private:
    QTemporaryDir m_folder;
    QString m_path = m_folder.filePath(QStringLiteral("film.h5"));
    QString m_other = m_folder.filePath(QStringLiteral("next.h5"));
    DecodePool m_pool{2};
    std::unique_ptr<MemoryBudget> m_budget;
    std::unique_ptr<EventCache> m_cache;
    std::unique_ptr<Prefetcher> m_prefetcher;
};

QTEST_GUILESS_MAIN(TestPrefetcher)
#include "tst_prefetcher.moc"
