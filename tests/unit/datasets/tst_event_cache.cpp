// SPDX-License-Identifier: GPL-3.0-or-later
// What the event cache keeps, lets go and counts; bad days.
#include "datasets/cache/cached_recording.h"
#include "datasets/cache/event_cache.h"
#include "datasets/frames/first_frame.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QFile>
#include <QTemporaryDir>

#include <atomic>
#include <random>
#include <thread>

using namespace perihelion;
using namespace perihelion::test;

namespace {

constexpr MemoryPolicy kPlenty{0.5, 64 * kMebibyte, 0};

CacheOptions switchedOn()
{
    CacheOptions options;
    options.enabled = true;
    return options;
}

EvlibOptions inChunks(std::uint64_t rows)
{
    EvlibOptions options;
    options.chunk = rows;
    return options;
}

} // namespace

class TestEventCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reopenHitsAndSaysSo()
    {
        const QString path = at(QStringLiteral("reopen.h5"));
        writeEvlib(path, makeEvents(200'000), inChunks(70'000));
        MemoryBudget budget(kPlenty);
        EventCache cache(budget);
        FirstFrameRequest request;
        request.path = path;
        const auto stateOf = [&] {
            const auto first = loadFirstFrame(request, context(&cache));
            return first ? first->cache : CacheState::Off;
        };
        QCOMPARE(stateOf(), CacheState::Off);
        cache.setEnabled(true);
        QCOMPARE(stateOf(), CacheState::Miss);
        QCOMPARE(stateOf(), CacheState::Hit);
        QCOMPARE(cache.files().size(), std::size_t{1});
        const CacheFacts facts = cache.factsOf(path);
        QCOMPARE(facts.misses, 1);
        QCOMPARE(facts.hits, 1);
        QCOMPARE(facts.blocks, 1);
        QCOMPARE(facts.events, 200'000);
        QCOMPARE(facts.cachedEvents, 70'000);
        QVERIFY(facts.bytes > 0 && facts.bytes <= budget.usedBytes());
        cache.setEnabled(false);
        QCOMPARE(cache.facts().bytes, 0);
        QCOMPARE(budget.usedBytes(), 0);
        QCOMPARE(stateOf(), CacheState::Off);
    }

    void replacedFileIsNeverServedStale()
    {
        const QString path = at(QStringLiteral("replaced.h5"));
        const Events before = makeEvents(150'000, 1);
        const Events after = makeEvents(150'000, 2);
        writeEvlib(path, before, inChunks(70'000));
        MemoryBudget budget(kPlenty);
        EventCache cache(budget, switchedOn());
        FirstFrameRequest request;
        request.path = path;
        PERIHELION_VERIFY_RESULT(loadFirstFrame(request, context(&cache)));
        const std::uint64_t missed = cache.factsOf(path).misses;
        QVERIFY(missed > 0);
        writeEvlib(at(QStringLiteral("new.h5")), after, inChunks(70'000));
        QVERIFY(QFile::remove(path));
        QVERIFY(QFile::rename(at(QStringLiteral("new.h5")), path));
        const auto first = loadFirstFrame(request, context(&cache));
        PERIHELION_VERIFY_RESULT(first);
        QCOMPARE(first->cache, CacheState::Miss);
        QVERIFY(cache.factsOf(path).misses > missed); // What was counted before still counts.
        const auto batch = LazyFrame::scan(first->file).collect(context(&cache));
        PERIHELION_VERIFY_RESULT(batch);
        QCOMPARE(batch->t, after.t);
        QCOMPARE(batch->x, after.x);
    }

    void changedWhileOpenLeavesTheCache()
    {
        const QString path = at(QStringLiteral("changed.h5"));
        writeEvlib(path, makeEvents(100'000), inChunks(70'000));
        MemoryBudget budget(kPlenty);
        EventCache cache(budget, switchedOn());
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*file).collect(context(&cache)));
        QVERIFY(cache.facts().blocks > 0);
        QFile grown(path);
        QVERIFY(grown.open(QIODevice::Append));
        QCOMPARE(grown.write("more"), 4);
        grown.close();
        const auto batch = LazyFrame::scan(*file).collect(context(&cache));
        PERIHELION_VERIFY_RESULT(batch);
        QCOMPARE(batch->cost.blocksFromCache, 0);
        QCOMPARE(cache.facts().blocks, 0);
    }

    void budgetBelowOneBlock()
    {
        const QString path = at(QStringLiteral("narrow.h5"));
        const Events events = makeEvents(150'000);
        writeEvlib(path, events, inChunks(70'000));
        MemoryBudget budget(MemoryPolicy{0.5, 50'000, 0});
        EventCache cache(budget, switchedOn());
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        for (int i = 0; i < 2; ++i) {
            const auto batch = LazyFrame::scan(*file).collect(context(&cache));
            PERIHELION_VERIFY_RESULT(batch);
            QCOMPARE(batch->t, events.t);
            QVERIFY(batch->cost.blocksMissed >= 2); // The short last one fits.
        }
        QVERIFY(budget.usedBytes() <= 50'000);
    }

    void everyReservationRefusedOnce()
    {
        const QString path = at(QStringLiteral("refused.h5"));
        const Events events = makeEvents(300'000);
        writeEvlib(path, events, inChunks(70'000));
        for (int refused = 0; refused < 8; ++refused) {
            MemoryBudget budget(kPlenty);
            EventCache cache(budget, switchedOn());
            std::atomic<int> number{0};
            budget.refuseWhen([&number, refused](std::uint64_t) { return number++ == refused; });
            FirstFrameRequest request;
            request.path = path;
            const auto first = loadFirstFrame(request, context(&cache));
            PERIHELION_VERIFY_RESULT(first);
            for (int again = 0; again < 2; ++again) {
                const auto batch = LazyFrame::scan(first->file).collect(context(&cache));
                PERIHELION_VERIFY_RESULT(batch);
                QCOMPARE(batch->t, events.t);
                QCOMPARE(batch->p, events.p);
            }
        }
    }

    void twoReadersDecodeOnce()
    {
        const QString path = at(QStringLiteral("once.h5"));
        const Events events = makeEvents(400'000);
        writeEvlib(path, events, inChunks(70'000));
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        MemoryBudget budget(kPlenty);
        EventCache cache(budget, switchedOn());
        std::atomic<std::int64_t> chunks{0};
        std::atomic<int> wrong{0};
        std::vector<std::thread> readers;
        readers.reserve(4);
        for (int reader = 0; reader < 4; ++reader) {
            readers.emplace_back([&] {
                const auto batch = LazyFrame::scan(*file).collect(context(&cache));
                wrong += batch && batch->t == events.t && batch->y == events.y ? 0 : 1;
                chunks += batch ? batch->cost.chunksRead : 0;
            });
        }
        for (std::thread& reader : readers) {
            reader.join();
        }
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(chunks.load(), 6 * 4);
        QCOMPARE(cache.facts().misses, 6);
    }

    void abandonedFillIsTakenOver()
    {
        const QString path = at(QStringLiteral("abandoned.h5"));
        const Events events = makeEvents(70'000);
        writeEvlib(path, events, inChunks(70'000));
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        MemoryBudget budget(kPlenty);
        EventCache cache(budget, switchedOn());
        const auto place = cache.recordingOf((*file)->index());
        QVERIFY(place);
        auto held = cache.find(place, 0, DecodePriority::Interactive);
        QVERIFY(held.ticket);
        QVERIFY(!cache.find(place, 0, DecodePriority::Interactive).ticket);
        std::atomic<bool> right{false};
        std::thread reader([&] {
            const auto batch = LazyFrame::scan(*file).collect(context(&cache));
            right = batch && batch->t == events.t;
        });
        held.ticket.abandon();
        reader.join();
        QVERIFY(right);
        // Who waits can be cancelled.
        cache.clear();
        held = cache.find(place, 0, DecodePriority::Interactive);
        QVERIFY(held.ticket);
        QueryContext stopped = context(&cache);
        std::thread waiting([&] {
            const auto batch = LazyFrame::scan(*file).collect(stopped);
            right = !batch && batch.error().code == ErrorCode::Cancelled;
        });
        stopped.cancel.cancel();
        waiting.join();
        QVERIFY(right);
    }

    void hurryDoesNotWaitForPrefetch()
    {
        const QString path = at(QStringLiteral("hurry.h5"));
        writeEvlib(path, makeEvents(70'000), inChunks(70'000));
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        MemoryBudget budget(kPlenty);
        EventCache cache(budget, switchedOn());
        const auto place = cache.recordingOf((*file)->index());
        auto slow = cache.find(place, 0, DecodePriority::Prefetch, CacheFill::Idle);
        QVERIFY(slow.ticket);
        const auto batch = LazyFrame::scan(*file).collect(context(&cache));
        PERIHELION_VERIFY_RESULT(batch);
        QCOMPARE(batch->cost.blocksMissed, 1);
        QVERIFY(cache.holds(place, 0));
    }

    void whatComesBackOutlivesWhatIsSeenOnce()
    {
        // A budget for about ten blocks: four are used again and again, then a long recording goes by.
        const QString favourite = at(QStringLiteral("favourite.h5"));
        const QString film = at(QStringLiteral("film.h5"));
        writeEvlib(favourite, makeEvents(280'000, 3), inChunks(70'000));
        writeEvlib(film, makeEvents(1'400'000, 4), inChunks(70'000));
        MemoryBudget budget(MemoryPolicy{0.5, 12 * 320'000, 0});
        EventCache cache(budget, switchedOn());
        const auto liked = EventFile::open(favourite);
        const auto passing = EventFile::open(film);
        PERIHELION_VERIFY_RESULT(liked);
        PERIHELION_VERIFY_RESULT(passing);
        const std::int64_t last = (*passing)->metadata().lastTime.count();
        const auto play = [&](std::int64_t from, std::int64_t to) {
            for (std::int64_t time = from; time < to; time += 20'000) {
                const auto counted = LazyFrame::scan(*passing)
                                         .filterTime(EventTime(time), EventTime(time + 20'000))
                                         .accumulate(context(&cache), 320, 240, AccumulateMode::Count);
                QVERIFY(counted);
            }
        };
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*liked).collect(context(&cache)));
        play(0, last / 4);
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*liked).collect(context(&cache)));
        play(last / 4, last);
        QCOMPARE(cache.factsOf(favourite).share(), 1.0);
        QVERIFY(cache.factsOf(film).evictions > 0);
        QVERIFY(budget.usedBytes() <= budget.budgetBytes());
    }

    void limitsAndPins()
    {
        const QString one = at(QStringLiteral("one.h5"));
        const QString two = at(QStringLiteral("two.h5"));
        writeEvlib(one, makeEvents(700'000, 5), inChunks(70'000));
        writeEvlib(two, makeEvents(700'000, 6), inChunks(70'000));
        const auto first = EventFile::open(one);
        const auto second = EventFile::open(two);
        PERIHELION_VERIFY_RESULT(first);
        PERIHELION_VERIFY_RESULT(second);
        const auto readAll = [this](const auto& file, EventCache& cache) {
            return LazyFrame::scan(*file).collect(context(&cache)).hasValue();
        };
        MemoryBudget budget(kPlenty);
        CacheOptions options = switchedOn();
        options.perRecordingBytes = 1'000'000;
        EventCache cache(budget, options);
        QVERIFY(readAll(first, cache));
        const std::uint64_t limited = cache.factsOf(one).bytes;
        QVERIFY(limited > 0 && limited <= 1'000'000);
        options.perRecordingBytes = 0;
        options.largestRecordingBytes = 1000;
        cache.setOptions(options);
        QCOMPARE(cache.facts().bytes, 0);
        QVERIFY(readAll(first, cache));
        QCOMPARE(cache.facts().bytes, 0);

        options.largestRecordingBytes = 0;
        cache.setOptions(options);
        budget.setPolicy(MemoryPolicy{0.5, 3'000'000, 0}); // Not enough for both.
        cache.setPinned(one, true);
        QVERIFY(readAll(first, cache));
        const double kept = cache.factsOf(one).share();
        QCOMPARE(kept, 1.0);
        QVERIFY(readAll(second, cache));
        QCOMPARE(cache.factsOf(one).share(), kept);
        QVERIFY(cache.factsOf(one).pinned);
        // Not even the small things on screen push it out.
        const std::uint64_t ofOne = cache.factsOf(one).bytes;
        const auto picture = budget.reserveAsking(budget.budgetBytes() - ofOne - 1);
        QVERIFY(picture && !budget.reserveAsking(ofOne));
        QCOMPARE(cache.factsOf(one).bytes, ofOne);
        cache.setPinned(one, false);
        cache.clear(two);
        QCOMPARE(cache.factsOf(two).bytes, 0);
        QVERIFY(readAll(second, cache));
        QVERIFY(cache.factsOf(one).share() < 1.0);
        QVERIFY(budget.usedBytes() <= budget.budgetBytes());
    }

    void longPicturesAreKept()
    {
        const QString path = at(QStringLiteral("picture.h5"));
        writeEvlib(path, makeEvents(400'000), inChunks(70'000));
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        MemoryBudget budget(kPlenty);
        EventCache cache(budget, switchedOn());
        const auto picture = [&](AccumulateMode mode) {
            return LazyFrame::scan(*file).accumulate(context(&cache), 320, 240, mode);
        };
        for (const AccumulateMode mode : {AccumulateMode::Count, AccumulateMode::TimeSurface}) {
            const auto made = picture(mode);
            PERIHELION_VERIFY_RESULT(made);
            const std::uint64_t hits = cache.facts().hits;
            const auto kept = picture(mode);
            PERIHELION_VERIFY_RESULT(kept);
            QCOMPARE(cache.facts().hits, hits);
            QCOMPARE(kept->cost.blocksFromCache, 1);
            QVERIFY(kept->values == made->values);
            QCOMPARE(kept->events, made->events);
            QCOMPARE(kept->on, made->on);
        }
    }

    void aThousandRecordings()
    {
        const QString path = at(QStringLiteral("many.h5"));
        writeEvlib(path, makeEvents(2000), inChunks(1000));
        MemoryBudget budget(MemoryPolicy{0.5, 4 * kMebibyte, 0});
        EventCache cache(budget, switchedOn());
        for (int i = 0; i < 1000; ++i) {
            const QString copy = at(QStringLiteral("copy%1.h5").arg(i));
            QVERIFY(QFile::copy(path, copy));
            FirstFrameRequest request;
            request.path = copy;
            PERIHELION_VERIFY_RESULT(loadFirstFrame(request, context(&cache)));
            QVERIFY(budget.usedBytes() <= budget.budgetBytes());
        }
        QCOMPARE(cache.allFacts().size(), std::size_t{1000});
        QVERIFY(cache.files().size() <= KeptFiles::kMost);
    }

    void switchedAThousandTimesWhilePlaying()
    {
        const QString path = at(QStringLiteral("switched.h5"));
        const Events events = makeEvents(300'000);
        writeEvlib(path, events, inChunks(70'000));
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        MemoryBudget budget(kPlenty);
        EventCache cache(budget);
        std::atomic<bool> done{false};
        std::atomic<int> wrong{0};
        const auto play = [&](std::uint32_t seed) {
            std::mt19937_64 random(seed);
            do {
                const Window window = randomWindow(events, random);
                const Events expected = bruteForce(events, window, true);
                const auto batch = planOf(*file, window).collect(context(&cache));
                wrong += batch && batch->t == expected.t && batch->x == expected.x && batch->p == expected.p
                             ? 0
                             : 1;
            } while (!done);
        };
        std::thread one(play, 1);
        std::thread two(play, 2);
        for (int i = 0; i < 1000; ++i) {
            cache.setEnabled(i % 2 == 0);
            if (i % 7 == 0) {
                budget.sample();
            }
            std::this_thread::yield();
        }
        done = true;
        one.join();
        two.join();
        QCOMPARE(wrong.load(), 0);
        cache.setEnabled(false);
        QCOMPARE(budget.usedBytes(), 0);
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

    static Window randomWindow(const Events& events, std::mt19937_64& random)
    {
        const std::int64_t lengths[] = {1, 400, 10'000, 200'000, 5'000'000};
        const auto span = static_cast<std::uint64_t>(events.t.back() + 200);
        Window window;
        window.start = static_cast<std::int64_t>(random() % span) - 100;
        window.end = window.start + lengths[random() % 5];
        if (random() % 3 == 0) {
            window.roi = RegionOfInterest{static_cast<int>(random() % 200), static_cast<int>(random() % 200),
                                          static_cast<int>(random() % 200), static_cast<int>(random() % 200)};
        }
        window.polarity = static_cast<PolarityFilter>(random() % 3);
        return window;
    }

    QTemporaryDir m_folder;
    DecodePool m_pool{3};
};

QTEST_GUILESS_MAIN(TestEventCache)
#include "tst_event_cache.moc"
