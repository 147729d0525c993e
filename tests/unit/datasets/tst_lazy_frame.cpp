// SPDX-License-Identifier: GPL-3.0-or-later
// LazyFrame on recordings of known content: laziness, every filter, unsorted times, holes, odd columns.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/first_frame.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace perihelion;
using namespace perihelion::test;

class TestLazyFrame : public QObject {
    Q_OBJECT

private:
    QString at(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QueryContext context()
    {
        QueryContext c;
        c.pool = &m_pool;
        return c;
    }
    static bool hasNote(const RecordingMetadata& metadata, NoteKind kind, std::int64_t count)
    {
        return std::any_of(metadata.notes.begin(), metadata.notes.end(),
                           [=](const Note& note) { return note.kind == kind && note.count == count; });
    }
    void compareWindows(const std::shared_ptr<EventFile>& file, const Events& events, int count)
    {
        std::mt19937 random(3);
        const auto [low, high] = std::minmax_element(events.t.begin(), events.t.end());
        const auto span = static_cast<std::uint32_t>(*high - *low + 1);
        for (int i = 0; i < count; ++i) {
            Window window;
            window.start = *low + random() % span;
            window.end = window.start + 1 + random() % 20'000;
            window.polarity = static_cast<PolarityFilter>(random() % 3);
            const auto got = planOf(file, window).collect(context());
            PERIHELION_VERIFY_RESULT(got);
            const Events wanted = bruteForce(events, window);
            QCOMPARE(got->t, wanted.t);
            QCOMPARE(got->x, wanted.x);
            QCOMPARE(got->p, wanted.p);
        }
    }

private Q_SLOTS:
    void readsOnlyWhatTheWindowNeeds_data()
    {
        QTest::addColumn<bool>("shuffle");
        QTest::newRow("deflate") << false;
        QTest::newRow("shuffle and deflate") << true;
    }
    void readsOnlyWhatTheWindowNeeds()
    {
        QFETCH(bool, shuffle);
        const Events events = makeEvents(50'000);
        EvlibOptions options;
        options.shuffle = shuffle;
        writeEvlib(at("lazy.h5"), events, options);
        const auto file = EventFile::open(at("lazy.h5"));
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));

        // A window inside chunk 20: one chunk of each column, and only of the columns asked for.
        const Window window{events.t[20'300], events.t[20'310] + 1, std::nullopt, PolarityFilter::Both};
        const auto all = planOf(*file, window).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->cost.chunksRead, 4);
        QCOMPARE(all->cost.bytesDecoded, 1000 * 13);
        const auto times =
            planOf(*file, window).select(static_cast<EventColumns>(EventColumn::Time)).collect(context());
        PERIHELION_VERIFY_RESULT(times);
        QCOMPARE(times->cost.chunksRead, 1);
        QVERIFY(times->x.empty());
        // Counting a long window reads the times of its two border chunks only.
        const Window longer{events.t[10'500], events.t[39'500], std::nullopt, PolarityFilter::Both};
        const auto counted = planOf(*file, longer).count(context());
        PERIHELION_VERIFY_RESULT(counted);
        QCOMPARE(counted->events, static_cast<std::int64_t>(bruteForce(events, longer).size()));
        QVERIFY(counted->cost.chunksRead <= 2);
        // Counting everything, or a window without events, reads nothing.
        const auto whole = LazyFrame::scan(*file).count(context());
        PERIHELION_VERIFY_RESULT(whole);
        QCOMPARE(whole->events, 50'000);
        QCOMPARE(whole->cost.chunksRead, 0);
        const auto nothing = planOf(*file, Window{events.t.back() + 1, events.t.back() + 99, std::nullopt,
                                                  PolarityFilter::Both})
                                 .count(context());
        PERIHELION_VERIFY_RESULT(nothing);
        QCOMPARE(nothing->events, 0);
        QCOMPARE(nothing->cost.chunksRead, 0);
    }

    void unequalChunkLengths()
    {
        const Events events = makeEvents(40'123, 4);
        EvlibOptions options;
        options.chunk = 777;
        options.pixelChunk = 12'000;
        writeEvlib(at("unequal_chunks.h5"), events, options);
        const auto file = EventFile::open(at("unequal_chunks.h5"));
        PERIHELION_VERIFY_RESULT(file);
        compareWindows(*file, events, 100);
    }

    void unsortedTimes()
    {
        Events events = makeEvents(30'000, 5);
        for (std::size_t i = 0; i < events.size(); i += 61) {
            events.t[i] -= static_cast<std::int64_t>(i % 3000);
        }
        std::rotate(events.t.begin() + 9'000, events.t.begin() + 12'000, events.t.begin() + 15'000);
        std::int64_t steps = 0;
        for (std::size_t i = 1; i < events.size(); ++i) {
            steps += events.t[i] < events.t[i - 1] ? 1 : 0;
        }
        writeEvlib(at("unsorted.h5"), events);
        const auto file = EventFile::open(at("unsorted.h5"));
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        QVERIFY((*file)->isKnownUnsorted());
        QVERIFY(hasNote((*file)->metadata(), NoteKind::BackwardTime, steps));
        QCOMPARE((*file)->metadata().minTime.count(), *std::min_element(events.t.begin(), events.t.end()));
        compareWindows(*file, events, 100);
    }

    void corruptChunkIsAHole()
    {
        const Events events = makeEvents(20'000, 6);
        writeEvlib(at("corrupt.h5"), events);
        damageChunk(at("corrupt.h5"), "/events/x", 7);
        const auto file = EventFile::open(at("corrupt.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto before =
            planOf(*file, Window{events.t[0], events.t[6'999], std::nullopt, PolarityFilter::Both})
                .collect(context());
        PERIHELION_VERIFY_RESULT(before);
        QCOMPARE(before->cost.missingEvents, 0);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        const auto all = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->t.size(), std::size_t{19'000});
        QCOMPARE(all->cost.missingEvents, 1000);
        QCOMPARE(all->t[7'000], events.t[8'000]);
        QVERIFY(hasNote((*file)->metadata(), NoteKind::CorruptChunk, 1));
        // The times over the hole are known, so a window over it says what it lacks.
        const auto over =
            planOf(*file, Window{events.t[6'500], events.t[8'500], std::nullopt, PolarityFilter::Both})
                .collect(context());
        PERIHELION_VERIFY_RESULT(over);
        QCOMPARE(over->cost.missingEvents, 1000);
        // What does not need the damaged column still counts every event.
        const auto counted = LazyFrame::scan(*file).count(context());
        PERIHELION_VERIFY_RESULT(counted);
        QCOMPARE(counted->events, 20'000);
    }

    void corruptTimesLeaveTheRest()
    {
        const Events events = makeEvents(20'000, 6);
        writeEvlib(at("corrupt_times.h5"), events);
        damageChunk(at("corrupt_times.h5"), "/events/t", 0);
        damageChunk(at("corrupt_times.h5"), "/events/t", 7);
        const auto file = EventFile::open(at("corrupt_times.h5"));
        PERIHELION_VERIFY_RESULT(file);
        Events rest = events;
        const auto drop = [](auto& column) {
            column.erase(column.begin() + 7'000, column.begin() + 8'000);
            column.erase(column.begin(), column.begin() + 1'000);
        };
        drop(rest.t);
        drop(rest.x);
        drop(rest.y);
        drop(rest.p);
        compareWindows(*file, rest, 50);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        compareWindows(*file, rest, 50);
        QVERIFY(hasNote((*file)->metadata(), NoteKind::CorruptChunk, 2));
    }

    void missingPolarity()
    {
        const Events events = makeEvents(5'000, 8);
        EvlibOptions options;
        options.polarity = false;
        writeEvlib(at("no_polarity.h5"), events, options);
        const auto file = EventFile::open(at("no_polarity.h5"));
        PERIHELION_VERIFY_RESULT(file);
        QVERIFY(hasNote((*file)->metadata(), NoteKind::MissingPolarity, 5'000));
        const auto all = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->p, std::vector<std::uint8_t>(5'000, 1));
        const auto off = LazyFrame::scan(*file).filterPolarity(PolarityFilter::Off).count(context());
        PERIHELION_VERIFY_RESULT(off);
        QCOMPARE(off->events, 0);
    }

    void columnsOfUnequalLength()
    {
        const Events events = makeEvents(5'000, 9);
        EvlibOptions options;
        options.dropFromX = 123;
        writeEvlib(at("unequal.h5"), events, options);
        const auto file = EventFile::open(at("unequal.h5"));
        PERIHELION_VERIFY_RESULT(file);
        QCOMPARE((*file)->metadata().eventCount, 4'877);
        QVERIFY(hasNote((*file)->metadata(), NoteKind::UnequalColumns, 123));
        QCOMPARE((*file)->metadata().lastTime.count(), events.t[4'876]);
    }

    void eventsOutsideTheSensor()
    {
        Events events = makeEvents(5'000, 10);
        events.x[17] = 320;
        events.y[4'000] = 65'535;
        writeEvlib(at("outside.h5"), events);
        const auto file = EventFile::open(at("outside.h5"));
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        QVERIFY(hasNote((*file)->metadata(), NoteKind::OutsideSensor, 2));
        const auto frame = LazyFrame::scan(*file).accumulate(context(), 320, 240, AccumulateMode::Count);
        PERIHELION_VERIFY_RESULT(frame);
        QCOMPARE(frame->outside, 2);
        QCOMPARE(frame->events, 5'000);
    }

    void timesThatAreNoNumbers()
    {
        const Events events = makeEvents(4'000, 11);
        EvlibOptions options;
        for (const std::int64_t t : events.t) {
            options.rawSeconds.push_back(static_cast<double>(t - 100'000) / 1e6);
        }
        options.rawSeconds[0] = std::numeric_limits<double>::quiet_NaN();
        options.rawSeconds[2'500] = std::numeric_limits<double>::infinity();
        writeEvlib(at("nan.h5"), events, options);
        const auto file = EventFile::open(at("nan.h5"));
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        const auto negative =
            std::count_if(events.t.begin() + 1, events.t.end(), [](std::int64_t t) { return t < 100'000; });
        QVERIFY(hasNote((*file)->metadata(), NoteKind::InvalidTime, 2));
        QVERIFY(hasNote((*file)->metadata(), NoteKind::NegativeTime, negative));
        const auto counted =
            planOf(*file, Window{-1'000'000'000, 1'000'000'000, std::nullopt, PolarityFilter::Both})
                .count(context());
        PERIHELION_VERIFY_RESULT(counted);
        QCOMPARE(counted->events, 3'998);
    }

    void secondsKeepEveryMicrosecond()
    {
        Events events = makeEvents(3'000, 12);
        for (std::int64_t& t : events.t) {
            t += 1'631'717'221'674'515; // Unix time: float64 seconds still resolve the microsecond.
        }
        EvlibOptions options;
        options.doubleSeconds = true;
        writeEvlib(at("unix.h5"), events, options);
        const auto file = EventFile::open(at("unix.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto all = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->t, events.t);
    }

    void accumulateModes()
    {
        Events events;
        const auto add = [&events](std::int64_t t, std::uint16_t x, std::uint8_t p) {
            events.t.push_back(t);
            events.x.push_back(x);
            events.y.push_back(1);
            events.p.push_back(p);
        };
        add(100, 0, 1);
        add(110, 0, 1);
        add(120, 0, 0);
        add(130, 2, 0);
        add(140, 2, 1);
        EvlibOptions options;
        options.chunk = 0;
        writeEvlib(at("modes.h5"), events, options);
        const auto file = EventFile::open(at("modes.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto values = [&](AccumulateMode mode) {
            const auto frame = LazyFrame::scan(*file)
                                   .filterTime(EventTime(100), EventTime(200))
                                   .accumulate(context(), 3, 2, mode);
            return frame ? std::vector<std::int32_t>(frame->values.begin() + 3, frame->values.end())
                         : std::vector<std::int32_t>();
        };
        QCOMPARE(values(AccumulateMode::Polarity), (std::vector<std::int32_t>{-1, 0, 1}));
        QCOMPARE(values(AccumulateMode::SignedCount), (std::vector<std::int32_t>{1, 0, 0}));
        QCOMPARE(values(AccumulateMode::Count), (std::vector<std::int32_t>{3, 0, 2}));
        QCOMPARE(values(AccumulateMode::TimeSurface), (std::vector<std::int32_t>{-21, 0, 41}));
        QVERIFY(!LazyFrame::scan(*file).accumulate(context(), 0, 2, AccumulateMode::Count));
        QVERIFY(!LazyFrame::scan(*file).accumulate(context(), 65'536, 65'536, AccumulateMode::Count));
    }

    void filtersNarrowEachOther()
    {
        const Events events = makeEvents(8'000, 13);
        writeEvlib(at("narrow.h5"), events);
        const auto file = EventFile::open(at("narrow.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const LazyFrame plan =
            LazyFrame::scan(*file).filterTime(EventTime(events.t[100]), EventTime(events.t[5'000]));
        const auto both =
            plan.filterTime(EventTime(events.t[2'000]), EventTime(events.t.back())).count(context());
        PERIHELION_VERIFY_RESULT(both);
        QCOMPARE(both->events,
                 static_cast<std::int64_t>(bruteForce(events, Window{events.t[2'000], events.t[5'000],
                                                                     std::nullopt, PolarityFilter::Both})
                                               .size()));
        const auto none =
            plan.filterPolarity(PolarityFilter::On).filterPolarity(PolarityFilter::Off).count(context());
        PERIHELION_VERIFY_RESULT(none);
        QCOMPARE(none->events, 0);
    }

    void cancelStops()
    {
        writeEvlib(at("cancel.h5"), makeEvents(20'000, 14));
        const auto file = EventFile::open(at("cancel.h5"));
        PERIHELION_VERIFY_RESULT(file);
        QueryContext stopped = context();
        stopped.cancel.cancel();
        const auto all = LazyFrame::scan(*file).collect(stopped);
        QVERIFY(!all);
        QCOMPARE(all.error().code, ErrorCode::Cancelled);
        const auto completed = (*file)->completeIndex(m_pool, stopped.cancel);
        QVERIFY(!completed);
        QVERIFY(!(*file)->isIndexComplete());
        const auto tooMany = LazyFrame::scan(*file).collect(context(), 100);
        QVERIFY(!tooMany);
        QCOMPARE(tooMany.error().code, ErrorCode::TooLarge);
    }

    void contiguousAndOneEvent()
    {
        Events events = makeEvents(60'000, 15);
        EvlibOptions options;
        options.chunk = 0;
        writeEvlib(at("contiguous.h5"), events, options);
        const auto file = EventFile::open(at("contiguous.h5"));
        PERIHELION_VERIFY_RESULT(file);
        QVERIFY((*file)->metadata().storage.contiguous);
        compareWindows(*file, events, 50);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        compareWindows(*file, events, 50);

        const Events one = makeEvents(1, 16);
        writeEvlib(at("one.h5"), one);
        const auto single = EventFile::open(at("one.h5"));
        PERIHELION_VERIFY_RESULT(single);
        PERIHELION_VERIFY_RESULT((*single)->completeIndex(m_pool));
        QCOMPARE((*single)->metadata().duration().count(), 0);
        const auto all = LazyFrame::scan(*single).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->t, one.t);
    }

    void manyReadersAtOnce()
    {
        const Events events = makeEvents(60'000, 17);
        writeEvlib(at("shared.h5"), events);
        const auto file = EventFile::open(at("shared.h5"));
        PERIHELION_VERIFY_RESULT(file);
        std::atomic<int> wrong{0};
        std::vector<std::thread> readers;
        for (int reader = 0; reader < 4; ++reader) {
            readers.emplace_back([&, reader] {
                std::mt19937 random(static_cast<unsigned>(reader));
                for (int i = 0; i < 30; ++i) {
                    const std::size_t first = random() % 50'000;
                    const Window window{events.t[first], events.t[first + 5'000], std::nullopt,
                                        PolarityFilter::Both};
                    const auto got = planOf(*file, window).collect(context());
                    wrong += !got || got->t != bruteForce(events, window).t ? 1 : 0;
                }
            });
        }
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        for (std::thread& reader : readers) {
            reader.join();
        }
        QCOMPARE(wrong.load(), 0);
    }

    void everyReadingIsTimed()
    {
        const Events events = makeEvents(10'000, 5);
        writeEvlib(at("timed.h5"), events);
        OperationTimes times;
        OpenOptions options;
        options.times = &times;
        const auto file = EventFile::open(at("timed.h5"), options);
        PERIHELION_VERIFY_RESULT(file);
        const auto batch = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(batch);
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*file).count(context()));
        PERIHELION_VERIFY_RESULT(
            LazyFrame::scan(*file).accumulate(context(), 320, 240, AccumulateMode::Polarity));
        // A refused query took no time that means anything.
        QVERIFY(!LazyFrame::scan(*file).collect(context(), 10).hasValue());
        std::map<QString, OperationFigures> told;
        for (const NamedFigures& row : times.figures()) {
            told.emplace(row.name, row.figures);
        }
        QCOMPARE(told[QStringLiteral("Recording: open")].count, 1U);
        QCOMPARE(told[QStringLiteral("Recording: collect events")].count, 1U);
        QCOMPARE(told[QStringLiteral("Recording: collect events")].peakMemory.value,
                 events.size() * (sizeof(std::int64_t) + 2 * sizeof(std::uint16_t) + 1));
        QCOMPARE(told[QStringLiteral("Recording: count")].count, 1U);
        QCOMPARE(told[QStringLiteral("Recording: accumulate")].peakMemory.value,
                 320U * 240U * sizeof(std::int32_t));
        const OperationFigures& chunks = told[QStringLiteral("Recording: read a chunk")];
        QVERIFY(chunks.count >= static_cast<std::uint64_t>(batch->cost.chunksRead));
        QCOMPARE(chunks.memoryCount, chunks.count);
        QVERIFY(chunks.peakMemory.value > 0);
    }

private:
    QTemporaryDir m_folder;
    DecodePool m_pool{2};
};

QTEST_GUILESS_MAIN(TestLazyFrame)
#include "tst_lazy_frame.moc"
