// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks of many more rows than are read at a time: decoded once, in bounded memory, with the same answers as
// ordinary ones.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/lazy_frame.h"
#include "datasets/index/chunk_index.h"
#include "datasets/index/long_chunks.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <new>
#include <random>

using namespace perihelion;
using namespace perihelion::test;

namespace {

constexpr std::size_t kChunkBytes = 1000;

std::uint8_t patternOf(std::uint64_t key)
{
    return static_cast<std::uint8_t>(key * 37 + 1);
}

} // namespace

class TestLongChunks : public QObject {
    Q_OBJECT

private:
    QueryContext context()
    {
        QueryContext c;
        c.pool = &m_pool;
        return c;
    }
    QString at(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }

private Q_SLOTS:
    void initTestCase()
    {
        m_events = makeEvents(1'300'000, 21);
        std::swap(m_events.t[700'000], m_events.t[710'000]); // In the second part of the first long chunk.
        EvlibOptions ordinary;
        ordinary.chunk = 50'000;
        writeEvlib(at("ordinary.h5"), m_events, ordinary);
    }

    void sameAnswers_data()
    {
        QTest::addColumn<int>("times");
        QTest::addColumn<int>("pixels");
        QTest::addColumn<int>("chunks");
        QTest::newRow("long pixels") << 50'000 << 900'000 << 26 + 6;
        QTest::newRow("long times") << 1'000'001 << 50'000 << 2 + 3 * (26 + 10);
        QTest::newRow("all long") << 800'000 << 2'000'000 << 2 + 3;
    }
    void sameAnswers()
    {
        QFETCH(int, times);
        QFETCH(int, pixels);
        QFETCH(int, chunks);
        EvlibOptions options;
        options.chunk = static_cast<std::uint64_t>(times);
        options.pixelChunk = static_cast<std::uint64_t>(pixels);
        writeEvlib(at("long.h5"), m_events, options);
        const auto file = EventFile::open(at("long.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto all = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->t, m_events.t);
        QCOMPARE(all->x, m_events.x);
        QCOMPARE(all->y, m_events.y);
        QCOMPARE(all->p, m_events.p);
        // Long ones never twice; of the others those at the border of two parts.
        QVERIFY(all->cost.chunksRead <= chunks);

        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        const auto ordinary = EventFile::open(at("ordinary.h5"));
        PERIHELION_VERIFY_RESULT(ordinary);
        PERIHELION_VERIFY_RESULT((*ordinary)->completeIndex(m_pool));
        const auto facts = (*file)->index().facts();
        const auto wanted = (*ordinary)->index().facts();
        QCOMPARE(facts->minTime, wanted->minTime);
        QCOMPARE(facts->maxTime, wanted->maxTime);
        QCOMPARE(facts->backwardSteps, wanted->backwardSteps);
        QVERIFY(facts->backwardSteps > 0);
        QCOMPARE(facts->onEvents, wanted->onEvents);
        QCOMPARE(facts->readableEvents, wanted->readableEvents);
        QCOMPARE(facts->maxX, wanted->maxX);
        QCOMPARE(facts->rate.eventsPerBin, wanted->rate.eventsPerBin);
        QCOMPARE(facts->bounds.size(), static_cast<std::size_t>((1'300'000 + times - 1) / times));
        for (std::size_t block = 0; block < facts->bounds.size(); ++block) {
            const auto from = m_events.t.begin() + static_cast<std::ptrdiff_t>(block) * times;
            const auto to =
                m_events.t.begin() +
                std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(block + 1) * times, 1'300'000);
            const TimeBounds& bounds = facts->bounds[block];
            QCOMPARE(bounds.first, *from);
            QCOMPARE(bounds.min, *std::min_element(from, to));
            QCOMPARE(bounds.max, *std::max_element(from, to));
            QCOMPARE(bounds.sorted != 0, std::is_sorted(from, to));
            QCOMPARE(bounds.holes, 0U);
        }

        std::mt19937_64 random(22);
        for (int i = 0; i < 8; ++i) {
            const auto start = static_cast<std::int64_t>(random() % 30'000'000);
            const Window window{start, start + 20'000, RegionOfInterest{10, 10, 200, 150},
                                PolarityFilter::On};
            const auto got = planOf(*file, window).collect(context());
            PERIHELION_VERIFY_RESULT(got);
            const Events right = bruteForce(m_events, window);
            QCOMPARE(got->t, right.t);
            QCOMPARE(got->x, right.x);
        }
    }

    void scansInParallelDecodeOnce()
    {
        EvlibOptions options;
        options.chunk = 50'000;
        options.pixelChunk = 2'000'000;
        writeEvlib(at("parallel.h5"), m_events, options);
        const auto file = EventFile::open(at("parallel.h5"));
        PERIHELION_VERIFY_RESULT(file);
        std::atomic<std::int64_t> events{0};
        const auto cost =
            LazyFrame::scan(*file).forEachBlock(context(), [&events](const EventBlock& block, std::size_t) {
                events += static_cast<std::int64_t>(block.size);
            });
        PERIHELION_VERIFY_RESULT(cost);
        QCOMPARE(events.load(), 1'300'000);
        // Short chunks of times may be read twice at the border of two blocks, long ones never.
        QVERIFY2(cost->bytesDecoded < 2 * 8 * 1'300'000 + 5 * 2'000'000,
                 qPrintable(QString::number(cost->bytesDecoded)));
        QCOMPARE(cost->missingEvents, 0);
    }

    void damagedLongChunkIsOneHole()
    {
        EvlibOptions options;
        options.chunk = 50'000;
        options.pixelChunk = 900'000;
        writeEvlib(at("damaged.h5"), m_events, options);
        damageChunk(at("damaged.h5"), "/events/y", 0);
        const auto file = EventFile::open(at("damaged.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto all = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->cost.missingEvents, 900'000);
        QCOMPARE(all->t, std::vector<std::int64_t>(m_events.t.begin() + 900'000, m_events.t.end()));
        const auto notes = (*file)->metadata().notes;
        QCOMPARE(std::count_if(notes.begin(), notes.end(),
                               [](const Note& note) { return note.kind == NoteKind::CorruptChunk; }),
                 1);
    }

    void staysWithinItsBound()
    {
        constexpr std::uint64_t kMaxBytes = 3 * kChunkBytes;
        LongChunks chunks(kMaxBytes);
        std::atomic<int> decoded{0};
        std::atomic<bool> right{true};
        m_pool.run(DecodePriority::Background, 400, {}, [&](std::size_t task, std::size_t) {
            const std::uint64_t key = task / 8 % 7;
            const auto use = chunks.use(key, kChunkBytes, [&](std::span<std::byte> target) -> Result<void> {
                ++decoded;
                std::fill(target.begin(), target.end(), std::byte{patternOf(key)});
                return {};
            });
            right = right && use && use->bytes()[kChunkBytes - 1] == std::byte{patternOf(key)} &&
                    chunks.bytes() <= kMaxBytes;
        });
        QVERIFY(right);
        QVERIFY(decoded >= 7);
        QVERIFY2(decoded < 100, qPrintable(QString::number(decoded)));
        // Larger than the bound: alone, and let go of for the next.
        const auto fill = [](std::span<std::byte>) -> Result<void> { return {}; };
        {
            const auto large = chunks.use(100, 5 * kChunkBytes, fill);
            PERIHELION_VERIFY_RESULT(large);
            QCOMPARE(chunks.bytes(), 5 * kChunkBytes);
        }
        PERIHELION_VERIFY_RESULT(chunks.use(101, kChunkBytes, fill));
        QCOMPARE(chunks.bytes(), kChunkBytes);
    }

    void failuresAreKept()
    {
        LongChunks chunks;
        int tries = 0;
        const auto fail = [&tries](std::span<std::byte>) -> Result<void> {
            ++tries;
            return Error{ErrorCode::Corrupt, QStringLiteral("A chunk is damaged"), QString()};
        };
        for (int i = 0; i < 3; ++i) {
            const auto use = chunks.use(1, kChunkBytes, fail);
            QVERIFY(!use);
            QCOMPARE(use.error().code, ErrorCode::Corrupt);
        }
        QCOMPARE(tries, 1);
        QCOMPARE(chunks.bytes(), 0U);
        // Memory that ran out may be there again.
        const auto thrower = [](std::span<std::byte>) -> Result<void> { throw std::bad_alloc(); };
        bool thrown = false;
        try {
            (void)chunks.use(2, kChunkBytes, thrower);
        } catch (const std::bad_alloc&) {
            thrown = true;
        }
        QVERIFY(thrown);
        QCOMPARE(chunks.bytes(), 0U);
        QVERIFY(chunks.use(2, kChunkBytes, [](std::span<std::byte>) { return Result<void>(); }));
    }

private:
    QTemporaryDir m_folder;
    DecodePool m_pool{3};
    Events m_events;
};

QTEST_GUILESS_MAIN(TestLongChunks)
#include "tst_long_chunks.moc"
