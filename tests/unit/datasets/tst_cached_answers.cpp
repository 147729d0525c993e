// SPDX-License-Identifier: GPL-3.0-or-later
// The cache changes no answer: the same questions without it, with it empty and with it full, on recordings
// of every kind, damaged ones too, and on the real ones.
#include "datasets/cache/event_cache.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QDir>
#include <QTemporaryDir>

#include <array>
#include <atomic>
#include <random>

using namespace perihelion;
using namespace perihelion::test;

namespace {

struct Answers {
    EventBatch batch;
    EventCounts counts;
    std::array<AccumulatedFrame, 4> frames;
};

} // namespace

class TestCachedAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameAnswers_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind :
             {"sorted", "contiguous", "unsorted", "no polarity", "unequal chunks", "damaged times",
              "damaged pixels", "damaged polarity", "seconds", "long chunks"}) {
            QTest::newRow(kind) << QString::fromLatin1(kind);
        }
    }

    void sameAnswers()
    {
        QFETCH(QString, kind);
        const QString path = at(QString(kind % u".h5"));
        const Events events = write(path, kind);
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        MemoryBudget budget(MemoryPolicy{0.5, 64 * kMebibyte, 0});
        EventCache cache(budget, CacheOptions{true, 0, 0});
        std::mt19937_64 random(5);
        for (int completed = 0; completed < 2; ++completed) {
            for (int i = 0; i < 5; ++i) {
                const Window window = randomWindow(events, random);
                Answers plain;
                Answers missing;
                Answers hit;
                ask(*file, window, nullptr, plain);
                cache.clear();
                ask(*file, window, &cache, missing);
                ask(*file, window, &cache, hit);
                compare(plain, missing);
                compare(plain, hit);
                if (QTest::currentTestFailed()) {
                    return;
                }
                if (!kind.startsWith(u"damaged") && plain.batch.cost.chunksRead > 0) {
                    QCOMPARE(hit.batch.cost.chunksRead, 0);
                    QCOMPARE(hit.batch.cost.blocksMissed, 0);
                    QVERIFY(hit.batch.cost.blocksFromCache > 0);
                    QVERIFY(hit.batch.cost.chunksFromCache > 0);
                    QVERIFY(missing.batch.cost.blocksMissed > 0);
                }
            }
            PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        }
        // Everything at once, on every thread, with half of it cached.
        std::atomic<std::int64_t> sum{0};
        const auto add = [&sum](const EventBlock& block, std::size_t) {
            std::int64_t here = 0;
            for (std::size_t i = 0; i < block.size; ++i) {
                here += block.t[i] + 3 * block.x[i] + 5 * block.y[i] + 7 * block.p[i];
            }
            sum += here;
        };
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*file).forEachBlock(context(nullptr), add));
        const std::int64_t expected = sum.exchange(0);
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*file).forEachBlock(context(&cache), add));
        QCOMPARE(sum.load(), expected);
    }

    void realRecordings_data()
    {
        QTest::addColumn<QString>("name");
        PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("recordings"));
        const QStringList names =
            QDir(folder).entryList({QStringLiteral("*.h5"), QStringLiteral("*.hdf5")}, QDir::Files);
        for (const QString& name : names) {
            QTest::newRow(qPrintable(name)) << name;
        }
    }

    void realRecordings()
    {
        QFETCH(QString, name);
        const auto file = EventFile::open(sharedData(QString(u"recordings/" % name)));
        PERIHELION_VERIFY_RESULT(file);
        const auto everything = LazyFrame::scan(*file).collect(context(nullptr));
        PERIHELION_VERIFY_RESULT(everything);
        const Events events{everything->t, everything->x, everything->y, everything->p};
        MemoryBudget budget(MemoryPolicy{0.5, 64 * kMebibyte, 0});
        EventCache cache(budget, CacheOptions{true, 0, 0});
        std::mt19937_64 random(13);
        for (int i = 0; i < 1000; ++i) {
            if (i == 500) {
                PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
            }
            const Window window = randomWindow(events, random);
            const Events expected = bruteForce(events, window, true);
            if (i % 100 == 0) {
                cache.clear();
            }
            const auto batch = planOf(*file, window).collect(context(&cache));
            PERIHELION_VERIFY_RESULT(batch);
            QCOMPARE(batch->t, expected.t);
            QCOMPARE(batch->x, expected.x);
            QCOMPARE(batch->y, expected.y);
            QCOMPARE(batch->p, expected.p);
        }
        QVERIFY(cache.facts().hits > 0);
    }

private:
    QString at(const QString& name) const { return m_folder.filePath(name); }

    QueryContext context(EventCache* cache)
    {
        QueryContext c;
        c.pool = &m_pool;
        c.cache = cache;
        return c;
    }

    Events write(const QString& path, const QString& kind)
    {
        Events events = makeEvents(kind == u"long chunks" ? 560'000 : 160'000, 9);
        EvlibOptions options;
        options.chunk = kind == u"contiguous" ? 0 : kind == u"long chunks" ? 550'000 : 70'000;
        options.polarity = kind != u"no polarity";
        options.pixelChunk = kind == u"unequal chunks" ? 33'000 : 0;
        options.doubleSeconds = kind == u"seconds";
        if (kind == u"unsorted") {
            std::swap_ranges(events.t.begin() + 1000, events.t.begin() + 2000, events.t.begin() + 90'000);
        }
        writeEvlib(path, events, options);
        if (kind == u"damaged times") {
            damageChunk(path, "/events/t", 1);
        } else if (kind == u"damaged pixels") {
            damageChunk(path, "/events/y", 2);
        } else if (kind == u"damaged polarity") {
            damageChunk(path, "/events/p", 0);
        }
        return events;
    }

    static Window randomWindow(const Events& events, std::mt19937_64& random)
    {
        const std::int64_t lengths[] = {1, 400, 10'000, 40'000, 300'000};
        const auto span = static_cast<std::uint64_t>(events.t.back() - events.t.front() + 200);
        Window window;
        window.start = static_cast<std::int64_t>(random() % span) + events.t.front() - 100;
        window.end = window.start + lengths[random() % 40 == 0 ? 4 : random() % 4];
        if (random() % 3 == 0) {
            window.roi = RegionOfInterest{static_cast<int>(random() % 200), static_cast<int>(random() % 200),
                                          static_cast<int>(random() % 200), static_cast<int>(random() % 200)};
        }
        window.polarity = static_cast<PolarityFilter>(random() % 3);
        return window;
    }

    void ask(const std::shared_ptr<EventFile>& file, const Window& window, EventCache* cache,
             Answers& answers)
    {
        const LazyFrame plan = planOf(file, window);
        const auto batch = plan.collect(context(cache));
        PERIHELION_VERIFY_RESULT(batch);
        answers.batch = *batch;
        const auto counts = plan.count(context(cache));
        PERIHELION_VERIFY_RESULT(counts);
        answers.counts = *counts;
        for (int mode = 0; mode < 4; ++mode) {
            // Smaller than the sensor: some events fall outside.
            const auto frame = plan.accumulate(context(cache), 300, 200, static_cast<AccumulateMode>(mode));
            PERIHELION_VERIFY_RESULT(frame);
            answers.frames.at(static_cast<std::size_t>(mode)) = *frame;
        }
    }

    static void compare(const Answers& expected, const Answers& got)
    {
        QCOMPARE(got.batch.t, expected.batch.t);
        QCOMPARE(got.batch.x, expected.batch.x);
        QCOMPARE(got.batch.y, expected.batch.y);
        QCOMPARE(got.batch.p, expected.batch.p);
        QCOMPARE(got.batch.cost.missingEvents, expected.batch.cost.missingEvents);
        QCOMPARE(got.counts.events, expected.counts.events);
        QCOMPARE(got.counts.on, expected.counts.on);
        QCOMPARE(got.counts.off, expected.counts.off);
        QCOMPARE(got.counts.cost.missingEvents, expected.counts.cost.missingEvents);
        for (std::size_t mode = 0; mode < expected.frames.size(); ++mode) {
            const AccumulatedFrame& a = expected.frames.at(mode);
            const AccumulatedFrame& b = got.frames.at(mode);
            QVERIFY(a.values == b.values);
            QCOMPARE(b.events, a.events);
            QCOMPARE(b.on, a.on);
            QCOMPARE(b.off, a.off);
            QCOMPARE(b.outside, a.outside);
            QCOMPARE(b.windowStart, a.windowStart);
            QCOMPARE(b.windowLength, a.windowLength);
            QCOMPARE(b.cost.missingEvents, a.cost.missingEvents);
        }
    }

    QTemporaryDir m_folder;
    DecodePool m_pool{3};
};

QTEST_GUILESS_MAIN(TestCachedAnswers)
#include "tst_cached_answers.moc"
