// SPDX-License-Identifier: GPL-3.0-or-later
// Every HDF5 layout on its real recording: golden values through a full scan and through a thousand random
// windows.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/first_frame.h"
#include "datasets/frames/lazy_frame.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <random>

using namespace perihelion;
using namespace perihelion::test;

class TestRecordings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        PERIHELION_SHARED_DATA_OR_SKIP(path, QStringLiteral("recordings/golden.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_golden = QJsonDocument::fromJson(file.readAll()).object();
    }

    void golden_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<LayoutKind>("layout");
        QTest::addColumn<QString>("sensor");
        const auto row = [](const char* name, LayoutKind layout, const char* sensor) {
            QTest::addRow("%s", name) << QString::fromLatin1(name) << layout << QString::fromLatin1(sensor);
        };
        row("evio_chunked_gzip.h5", LayoutKind::Evlib, "640x480 attribute");
        row("evio_contiguous.h5", LayoutKind::Evlib, "640x480 attribute");
        row("dsec_blosc_zstd.h5", LayoutKind::Dsec, "640x480 layout");
        row("m3ed_lzf.h5", LayoutKind::M3ed, "640x480 dataset");
        row("mvsec_davis_left.hdf5", LayoutKind::Mvsec, "640x480 scan");
        row("monash_e2vid_xs_ys_ts_ps.h5", LayoutKind::Monash, "640x480 attribute");
        row("v2e_Nx4_uint32.h5", LayoutKind::V2e, "640x480 scan");
        row("rvt_events_height_width.h5", LayoutKind::Rvt, "640x480 dataset");
        row("tonic_cache_0_0.hdf5", LayoutKind::Tonic, "640x480 scan");
        row("metavision_ecf_640x480.hdf5", LayoutKind::Metavision, "640x480 attribute");
        row("raw_events_tiny.hdf5", LayoutKind::RawEvents, "146x182 scan");
    }

    void golden()
    {
        QFETCH(QString, name);
        QFETCH(LayoutKind, layout);
        QFETCH(QString, sensor);
        const QString path = sharedData(QString(u"recordings/" % name));
        QVERIFY(!path.isEmpty());
        const QJsonObject golden = m_golden[name].toObject();
        const auto number = [&golden](const char* key) { return golden[QLatin1String(key)].toInteger(); };
        const QTemporaryDir folder;
        OpenOptions options;
        options.indexDir = folder.path();

        const auto file = EventFile::open(path, options);
        PERIHELION_VERIFY_RESULT(file);
        QueryContext context;
        context.pool = &m_pool;
        checkRandomWindows(*file, context, 500);
        PERIHELION_VERIFY_RESULT((*file)->completeIndex(m_pool));
        checkRandomWindows(*file, context, 500);

        const RecordingMetadata metadata = (*file)->metadata();
        QCOMPARE(metadata.layout, layout);
        QCOMPARE(metadata.eventCount, number("n"));
        QCOMPARE(metadata.firstTime.count(), number("t_first"));
        QCOMPARE(metadata.lastTime.count(), number("t_last"));
        QCOMPARE(metadata.minTime.count(), number("t_min"));
        QCOMPARE(metadata.maxTime.count(), number("t_max"));
        QVERIFY(metadata.complete);
        QCOMPARE(QStringLiteral("%1x%2 %3")
                     .arg(metadata.sensor.width)
                     .arg(metadata.sensor.height)
                     .arg(valueSourceName(metadata.sensor.source)),
                 sensor);

        // Full scan, block by block on every thread.
        std::vector<std::array<std::int64_t, 5>> sums(m_pool.concurrency());
        const std::int64_t origin = metadata.firstTime.count();
        const auto cost =
            LazyFrame::scan(*file).forEachBlock(context, [&](const EventBlock& block, std::size_t worker) {
                auto& mine = sums[worker];
                for (std::size_t i = 0; i < block.size; ++i) {
                    mine[0] += block.x[i];
                    mine[1] += block.y[i];
                    mine[2] += block.p[i];
                    mine[3] += block.t[i] - origin;
                }
                mine[4] += static_cast<std::int64_t>(block.size);
            });
        PERIHELION_VERIFY_RESULT(cost);
        std::array<std::int64_t, 5> total{};
        for (const auto& mine : sums) {
            for (std::size_t i = 0; i < total.size(); ++i) {
                total.at(i) += mine.at(i);
            }
        }
        QCOMPARE(total[0], number("sum_x"));
        QCOMPARE(total[1], number("sum_y"));
        QCOMPARE(total[2], number("sum_p"));
        QCOMPARE(total[3], number("sum_dt"));
        QCOMPARE(total[4], number("n"));

        // A second opening comes from the kept index and knows everything at once.
        const auto again = EventFile::open(path, options);
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE((*again)->indexState(), IndexState::Kept);
        QVERIFY((*again)->isIndexComplete());
        QCOMPARE((*again)->metadata().eventCount, metadata.eventCount);
        QCOMPARE((*again)->metadata().notes, metadata.notes);
        QCOMPARE((*again)->metadata().rate.eventsPerBin, metadata.rate.eventsPerBin);
        checkRandomWindows(*again, context, 20);
        const std::int64_t binned = std::accumulate(metadata.rate.eventsPerBin.begin(),
                                                    metadata.rate.eventsPerBin.end(), std::int64_t{0});
        QCOMPARE(binned, metadata.eventCount);
    }

    void dsecKeepsItsOrigin()
    {
        PERIHELION_SHARED_DATA_OR_SKIP(path, QStringLiteral("recordings/dsec_blosc_zstd.h5"));
        const auto file = EventFile::open(path);
        PERIHELION_VERIFY_RESULT(file);
        QCOMPARE((*file)->metadata().timeOrigin.count(), 1631717221674515);
        QCOMPARE((*file)->metadata().originSource, ValueSource::Dataset);
    }

    void firstFrameReadsOnlyItsChunks()
    {
        PERIHELION_SHARED_DATA_OR_SKIP(path, QStringLiteral("recordings/evio_chunked_gzip.h5"));
        QueryContext context;
        context.pool = &m_pool;
        FirstFrameRequest request;
        request.path = path;
        const auto first = loadFirstFrame(request, context);
        PERIHELION_VERIFY_RESULT(first);
        // One chunk of each of the four columns, out of three.
        QCOMPARE(first->frame.cost.chunksRead, 4);
        QVERIFY(first->frame.events > 0);
        QCOMPARE(first->frame.on + first->frame.off, first->frame.events);
        QVERIFY(first->phases.decode.count() > 0);
    }

private:
    void checkRandomWindows(const std::shared_ptr<EventFile>& file, const QueryContext& context, int count)
    {
        const auto everything = LazyFrame::scan(file).collect(context);
        PERIHELION_VERIFY_RESULT(everything);
        const Events all{everything->t, everything->x, everything->y, everything->p};
        QVERIFY(std::is_sorted(all.t.begin(), all.t.end()));
        std::mt19937_64 random(7);
        const std::int64_t span = all.t.back() - all.t.front() + 1;
        const std::int64_t lengths[] = {1, 10, 500, 10'000, 100'000, 400'000};
        for (int i = 0; i < count; ++i) {
            Window window;
            window.start = all.t.front() - 100 +
                           static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span + 200));
            window.end = window.start + lengths[random() % 6];
            if (random() % 3 == 0) {
                window.roi = RegionOfInterest{
                    static_cast<int>(random() % 300), static_cast<int>(random() % 200),
                    static_cast<int>(1 + random() % 300), static_cast<int>(1 + random() % 200)};
            }
            window.polarity = static_cast<PolarityFilter>(random() % 5 < 3 ? 0 : 1 + random() % 2);
            const Events wanted = bruteForce(all, window, true);
            const auto got = planOf(file, window).collect(context);
            PERIHELION_VERIFY_RESULT(got);
            QCOMPARE(got->t, wanted.t);
            QCOMPARE(got->x, wanted.x);
            QCOMPARE(got->y, wanted.y);
            QCOMPARE(got->p, wanted.p);
            if (i % 8 == 0) {
                const auto counted = planOf(file, window).count(context);
                PERIHELION_VERIFY_RESULT(counted);
                QCOMPARE(counted->events, static_cast<std::int64_t>(wanted.size()));
            }
        }
    }

    QJsonObject m_golden;
    DecodePool m_pool{2};
};

QTEST_GUILESS_MAIN(TestRecordings)
#include "tst_recordings.moc"
