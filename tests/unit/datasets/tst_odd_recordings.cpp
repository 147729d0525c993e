// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings that nobody meant to write, and queries that nobody meant to ask: times at the ends of int64,
// damage in one column only, absurd extents, visitors that ask again or run out of memory.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/first_frame.h"
#include "datasets/frames/lazy_frame.h"
#include "datasets/index/chunk_index.h"
#include "datasets/index/element_convert.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <limits>
#include <new>
#include <numeric>

using namespace perihelion;
using namespace perihelion::test;

namespace {

constexpr std::int64_t kEarliest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();

} // namespace

class TestOddRecordings : public QObject {
    Q_OBJECT

private:
    QString at(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QueryContext context()
    {
        QueryContext c;
        c.pool = &m_pool;
        return c;
    }

private Q_SLOTS:
    void windowsBeyondEveryTime_data()
    {
        QTest::addColumn<int>("chunk");
        QTest::newRow("chunked") << 2;
        QTest::newRow("contiguous") << 0;
    }
    void windowsBeyondEveryTime()
    {
        QFETCH(int, chunk);
        Events events = makeEvents(6, 1);
        events.t = {-kMaxTime, 1 - kMaxTime, -5, 0, kMaxTime - 1, kMaxTime};
        EvlibOptions options;
        options.chunk = static_cast<std::uint64_t>(chunk);
        const QString path = at(chunk > 0 ? "extreme.h5" : "extreme_contiguous.h5");
        writeEvlib(path, events, options);
        FirstFrameRequest request;
        request.path = path;
        request.windowOffset = EventTime(kMaxTime);
        request.windowLength = EventTime::max();
        request.mode = AccumulateMode::TimeSurface;
        const auto late = loadFirstFrame(request, context());
        PERIHELION_VERIFY_RESULT(late);
        QCOMPARE(late->frame.events, 3); // The window begins at 0 and is cut at the end of int64.
        const auto& file = late->file;
        for (const bool complete : {false, true}) {
            if (complete) {
                PERIHELION_VERIFY_RESULT(file->completeIndex(m_pool));
            }
            for (const auto& [start, end] :
                 {std::pair(kEarliest, kLatest), std::pair(kEarliest, std::int64_t{0}),
                  std::pair(std::int64_t{-1}, kLatest), std::pair(kMaxTime, kLatest)}) {
                const Window window{start, end, std::nullopt, PolarityFilter::Both};
                const auto got = planOf(file, window).collect(context());
                PERIHELION_VERIFY_RESULT(got);
                QCOMPARE(got->t, bruteForce(events, window).t);
            }
            const auto whole = LazyFrame::scan(file)
                                   .filterTime(EventTime::min(), EventTime::max())
                                   .accumulate(context(), 320, 240, AccumulateMode::TimeSurface);
            PERIHELION_VERIFY_RESULT(whole);
            QCOMPARE(whole->events, 6);
            QCOMPARE(whole->windowLength, EventTime::max());
            // An age that int32 cannot hold is the greatest that it can.
            const auto [low, high] = std::minmax_element(whole->values.begin(), whole->values.end());
            QCOMPARE(std::max(-std::int64_t{*low}, std::int64_t{*high}), INT32_MAX);
        }
        const RecordingMetadata metadata = file->metadata();
        QCOMPARE(metadata.duration(), EventTime(2 * kMaxTime));
        const auto& bins = metadata.rate.eventsPerBin;
        QCOMPARE(std::accumulate(bins.begin(), bins.end(), 0U), 6U);
        QCOMPARE(bins.front(), 2U);
        QCOMPARE(bins.back(), 2U);
    }

    void damagedPixelsLeaveTheTimes()
    {
        const Events events = makeEvents(20'000, 6);
        writeEvlib(at("pixels.h5"), events);
        damageChunk(at("pixels.h5"), "/events/x", 7);
        const auto file = EventFile::open(at("pixels.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const Window window{events.t[7'100], events.t[7'900], std::nullopt, PolarityFilter::Both};
        const auto wanted = static_cast<std::int64_t>(bruteForce(events, window).size());
        for (const bool complete : {false, true}) {
            if (complete) {
                PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
            }
            const auto counted = planOf(*file, window).count(context());
            PERIHELION_VERIFY_RESULT(counted);
            QCOMPARE(counted->events, wanted);
            const auto pixels = planOf(*file, window).collect(context());
            PERIHELION_VERIFY_RESULT(pixels);
            QVERIFY(pixels->t.empty());
            QCOMPARE(pixels->cost.missingEvents, wanted);
        }
        QCOMPARE((*file)->index().facts()->timelessBlocks, 0);
    }

    void rateCurveSpansWhatIsThere()
    {
        // As a recorder leaves it that wrote its last block with zeros: the last event is not the latest.
        Events events = makeEvents(50'000, 7);
        std::fill(events.t.end() - 10, events.t.end(), 0);
        writeEvlib(at("zeros.h5"), events);
        const auto file = EventFile::open(at("zeros.h5"));
        PERIHELION_VERIFY_RESULT(file);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        const RecordingMetadata metadata = (*file)->metadata();
        QCOMPARE(metadata.minTime.count(), 0);
        std::vector<std::uint32_t> wanted(metadata.rate.eventsPerBin.size(), 0);
        QVERIFY(wanted.size() > 1000);
        for (const std::int64_t t : events.t) {
            ++wanted.at(static_cast<std::size_t>(t / metadata.rate.binWidth.count()));
        }
        QCOMPARE(metadata.rate.eventsPerBin, wanted);
    }

    void holesAreNotedWhenFound()
    {
        writeEvlib(at("noted.h5"), makeEvents(3'000, 8));
        damageChunk(at("noted.h5"), "/events/t", 0);
        const auto file = EventFile::open(at("noted.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto notes = (*file)->metadata().notes;
        QCOMPARE(std::count_if(notes.begin(), notes.end(),
                               [](const Note& note) { return note.kind == NoteKind::CorruptChunk; }),
                 1);
    }

    void listingTooManyEndsEarly()
    {
        const Events events = makeEvents(1'200'000, 9);
        EvlibOptions options;
        options.chunk = 0;
        writeEvlib(at("many.h5"), events, options);
        const auto file = EventFile::open(at("many.h5"));
        PERIHELION_VERIFY_RESULT(file);
        Progress last;
        QueryContext watched = context();
        watched.progress = [&last](const Progress& progress) { last = progress; };
        const auto listed = LazyFrame::scan(*file).collect(watched, 1000);
        QVERIFY(!listed);
        QCOMPARE(listed.error().code, ErrorCode::TooLarge);
        QVERIFY(last.done < last.total);
    }

    void visitorsMayAskForEvents()
    {
        const Events events = makeEvents(5'000, 10);
        writeEvlib(at("nested.h5"), events);
        const auto file = EventFile::open(at("nested.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const Window other{events.t[4'000], events.t[4'500], std::nullopt, PolarityFilter::Both};
        const auto wanted = static_cast<std::int64_t>(bruteForce(events, other).size());
        std::vector<std::int64_t> seen;
        bool nestedRight = true;
        const auto visited =
            LazyFrame::scan(*file).forEachBlock(QueryContext(), [&](const EventBlock& block, std::size_t) {
                const auto frame =
                    planOf(*file, other).accumulate(context(), 320, 240, AccumulateMode::Count);
                nestedRight = nestedRight && frame && frame->events == wanted;
                seen.insert(seen.end(), block.t.begin(), block.t.end());
            });
        PERIHELION_VERIFY_RESULT(visited);
        QVERIFY(nestedRight);
        QCOMPARE(seen, events.t);
    }

    void runningOutOfMemoryIsAnAnswer()
    {
        const Events events = makeEvents(600'000, 11);
        EvlibOptions options;
        options.chunk = 0;
        writeEvlib(at("memory.h5"), events, options);
        const auto file = EventFile::open(at("memory.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto visited = LazyFrame::scan(*file).forEachBlock(
            context(), [](const EventBlock&, std::size_t) { throw std::bad_alloc(); });
        QVERIFY(!visited);
        QCOMPARE(visited.error().code, ErrorCode::TooLarge);
        QCOMPARE(visited.error().subject, at("memory.h5"));
        const auto all = LazyFrame::scan(*file).collect(context());
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->t, events.t);
    }

    void tablesOfRecordsAreRefused()
    {
        {
            H5::H5File file = createFile(at("records.h5"));
            file.createGroup("/CD");
            H5::CompType type(std::size_t{16});
            type.insertMember("x", 0, H5::PredType::STD_U16LE);
            type.insertMember("y", 2, H5::PredType::STD_U16LE);
            type.insertMember("p", 4, H5::PredType::STD_I16LE);
            type.insertMember("t", 8, H5::PredType::STD_I64LE);
            FixtureDataset table;
            table.path = "/CD/events";
            table.type = type;
            table.extent = {100, 3};
            table.chunk.clear();
            createDataset(file, table, std::vector<std::byte>(100 * 3 * 16));
        }
        const auto opened = EventFile::open(at("records.h5"));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::UnsupportedLayout);
    }

    void absurdExtentsAreRefused()
    {
        {
            // Never written, so the file is small whatever it claims.
            H5::H5File file = createFile(at("absurd.h5"));
            file.createGroup("/events");
            for (const char* name : {"t", "x", "y", "p"}) {
                FixtureDataset column;
                column.path = std::string("/events/") + name;
                column.extent = {hsize_t{1} << 58};
                column.chunk.clear();
                createDataset(file, column);
            }
        }
        const auto opened = EventFile::open(at("absurd.h5"));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Corrupt);
        QCOMPARE(opened.error().subject, at("absurd.h5"));
    }

private:
    QTemporaryDir m_folder;
    DecodePool m_pool{2};
};

QTEST_GUILESS_MAIN(TestOddRecordings)
#include "tst_odd_recordings.moc"
