// SPDX-License-Identifier: GPL-3.0-or-later
// Rewriting recordings: equal event for event, honest about what is lost, nothing left behind when it fails.
#include "datasets/frames/lazy_frame.h"
#include "datasets/generate/recording_optimiser.h"
#include "datasets/hdf5/chunk_encoder.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/hdf5_writer.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestRecordingOptimiser : public QObject {
    Q_OBJECT

private:
    QString at(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    QStringList entries() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    EventBatch eventsOf(const QString& path)
    {
        const auto file = EventFile::open(path);
        QueryContext context;
        context.pool = &m_pool;
        auto batch = LazyFrame::scan(*file).collect(context);
        return batch ? std::move(*batch) : EventBatch();
    }
    Result<OptimisedRecording> optimise(const char* from, const char* to, const OptimiseOptions& options = {})
    {
        return optimiseRecording(at(from), at(to), options, m_pool);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void everyFilterKeepsEveryEvent_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("chunk");
        for (const QString& filter : chunkFilterNames()) {
            QTest::addRow("%s", qPrintable(filter)) << filter << 1'000;
        }
        QTest::newRow("one chunk") << QStringLiteral("shuffle-deflate") << 1'000'000;
        QTest::newRow("contiguous") << QStringLiteral("none") << 0;
    }
    void everyFilterKeepsEveryEvent()
    {
        QFETCH(QString, filter);
        QFETCH(int, chunk);
        const Events events = makeEvents(60'700, 3);
        EvlibOptions layout;
        layout.chunk = 7'001;
        layout.pixelChunk = 30'000;
        writeEvlib(at("in.h5"), events, layout);
        OptimiseOptions options;
        options.filter = filter;
        options.level = 1;
        options.contiguous = chunk == 0;
        options.chunkEvents = chunk == 0 ? options.chunkEvents : static_cast<std::uint64_t>(chunk);
        const auto made = optimise("in.h5", "out.h5", options);
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE(made->events, 60'700);
        QCOMPARE(made->missingEvents, 0);
        QCOMPARE(made->notes, QStringList());
        QCOMPARE(made->sizeAfter.value, static_cast<std::uint64_t>(QFileInfo(at("out.h5")).size()));
        QVERIFY(made->loadBefore.total().count() > 0 && made->loadAfter.total().count() > 0);
        const EventBatch batch = eventsOf(at("out.h5"));
        QCOMPARE(batch.t, events.t);
        QCOMPARE(batch.x, events.x);
        QCOMPARE(batch.y, events.y);
        QCOMPARE(batch.p, events.p);

        const auto file = Hdf5File::open(at("out.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto times = (*file)->describe("/events/t");
        PERIHELION_VERIFY_RESULT(times);
        QCOMPARE(times->kind, chunk == 0 ? StorageKind::Contiguous : StorageKind::Chunked);
        QCOMPARE(times->chunkRows, std::min<std::uint64_t>(60'700, static_cast<std::uint64_t>(chunk)));
        const auto index = (*file)->readSmall("/events/ms_to_idx", 1 << 20);
        PERIHELION_VERIFY_RESULT(index);
        const auto& entries = std::get<std::vector<std::int64_t>>(*index);
        QCOMPARE(entries.size(), static_cast<std::size_t>(events.t.back() / 1000 + 1));
        for (std::size_t ms = 0; ms < entries.size(); ++ms) {
            const auto first =
                std::lower_bound(events.t.begin(), events.t.end(), static_cast<std::int64_t>(ms) * 1000);
            QCOMPARE(entries[ms], first - events.t.begin());
        }
    }

    void saysWhereItCameFrom()
    {
        writeEvlib(at("in.h5"), makeEvents(5'000, 4));
        {
            H5::H5File file(at("in.h5").toStdString(), H5F_ACC_RDWR);
            const double rpm = 1100.5;
            file.createAttribute("rpm", H5::PredType::IEEE_F64LE, H5::DataSpace())
                .write(H5::PredType::NATIVE_DOUBLE, &rpm);
            const hsize_t two = 2;
            const double pair[] = {1, 2};
            file.createAttribute("bias", H5::PredType::IEEE_F64LE, H5::DataSpace(1, &two))
                .write(H5::PredType::NATIVE_DOUBLE, pair);
            const std::int64_t origin = 1'700'000'000'000'000;
            file.createDataSet("/events/t_offset", H5::PredType::STD_I64LE, H5::DataSpace())
                .write(&origin, H5::PredType::NATIVE_INT64);
            file.createDataSet("/poses", H5::PredType::STD_I64LE, H5::DataSpace())
                .write(&origin, H5::PredType::NATIVE_INT64);
        }
        const auto made = optimise("in.h5", "out.h5");
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE(made->notes.size(), 2);
        QVERIFY(made->notes.at(0).contains(u"bias"));
        QVERIFY(made->notes.at(1).contains(u"poses"));
        const auto copy = EventFile::open(at("out.h5"));
        PERIHELION_VERIFY_RESULT(copy);
        const RecordingMetadata metadata = (*copy)->metadata();
        QCOMPARE(metadata.layout, LayoutKind::Evlib);
        QCOMPARE(metadata.timeOrigin.count(), 1'700'000'000'000'000);
        QCOMPARE(metadata.sensor.width, 320);
        QCOMPARE(metadata.sensor.source, ValueSource::Attribute);
        const auto file = Hdf5File::open(at("out.h5"));
        PERIHELION_VERIFY_RESULT(file);
        const auto text = [&file](const char* name) {
            const auto value = (*file)->attribute("/", name);
            const auto* texts = value ? std::get_if<std::vector<std::string>>(&*value) : nullptr;
            return texts != nullptr && texts->size() == 1 ? texts->front() : std::string();
        };
        QCOMPARE(text("source_file"), std::string("in.h5"));
        QCOMPARE(text("source_layout"), std::string("evlib"));
        QVERIFY(text("converted_by").starts_with("perihelion "));
        const auto rpm = (*file)->attribute("/", "rpm");
        QVERIFY(rpm.has_value());
        QCOMPARE(std::get<std::vector<double>>(*rpm).front(), 1100.5);
        // Once more: what describes the first rewriting does not pile up.
        const auto again = optimise("out.h5", "again.h5");
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE(again->notes, QStringList());
        QCOMPARE(eventsOf(at("again.h5")).t, eventsOf(at("in.h5")).t);
    }

    void oddTimesStayAsTheyAre()
    {
        Events events = makeEvents(3'000, 5);
        std::swap(events.t[10], events.t[2'000]);
        events.t[50] = -70;
        writeEvlib(at("in.h5"), events);
        const auto made = optimise("in.h5", "out.h5");
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE(made->notes.size(), 1);
        QVERIFY(made->notes.first().contains(u"time index"));
        QCOMPARE(eventsOf(at("out.h5")).t, events.t);
    }

    void secondsBecomeMicroseconds()
    {
        EvlibOptions layout;
        layout.rawSeconds = {0.0000004, std::numeric_limits<double>::quiet_NaN()};
        layout.polarity = false;
        layout.sizeAttributes = false;
        writeEvlib(at("in.h5"), makeEvents(2'000, 6), layout);
        const auto made = optimise("in.h5", "out.h5");
        PERIHELION_VERIFY_RESULT(made);
        QVERIFY(std::any_of(made->notes.begin(), made->notes.end(),
                            [](const QString& note) { return note.contains(u"microseconds"); }));
        QVERIFY(std::any_of(made->notes.begin(), made->notes.end(),
                            [](const QString& note) { return note.contains(u"polarity"); }));
        QVERIFY(std::any_of(made->notes.begin(), made->notes.end(),
                            [](const QString& note) { return note.contains(u"sensor's size"); }));
        const EventBatch before = eventsOf(at("in.h5"));
        const EventBatch after = eventsOf(at("out.h5"));
        QCOMPARE(after.t, before.t);
        QCOMPARE(after.x, before.x);
    }

    void damagedChunksAreLeftOut()
    {
        const Events events = makeEvents(20'000, 7);
        writeEvlib(at("in.h5"), events);
        damageChunk(at("in.h5"), "/events/x", 3);
        damageChunk(at("in.h5"), "/events/t", 19);
        const auto made = optimise("in.h5", "out.h5");
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE(made->events, 18'000);
        QCOMPARE(made->missingEvents, 2'000);
        QVERIFY(made->notes.first().contains(u"cannot be read"));
        std::vector<std::int64_t> wanted(events.t.begin(), events.t.begin() + 19'000);
        wanted.erase(wanted.begin() + 3'000, wanted.begin() + 4'000);
        QCOMPARE(eventsOf(at("out.h5")).t, wanted);
    }

    void refusals()
    {
        writeEvlib(at("in.h5"), makeEvents(1'000, 8));
        const QByteArray before = contentOf(at("in.h5"));
        QVERIFY(QFile::link(at("in.h5"), at("link.h5")));
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("folder.h5")));
        for (const char* target : {"in.h5", "link.h5", "folder.h5"}) {
            const auto made = optimise("in.h5", target);
            QVERIFY(!made);
            QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
        }
        QCOMPARE(contentOf(at("in.h5")), before);
        const auto missing = optimise("nothing.h5", "out.h5");
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        const auto nowhere = optimise("in.h5", "no folder/out.h5");
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().code, ErrorCode::NotFound);
        QVERIFY(!nowhere.error().subject.contains(u"unproved"));
        OptimiseOptions options;
        options.filter = QStringLiteral("gzip");
        QVERIFY(optimise("in.h5", "out.h5", options).error().message.contains(u"filter"));
        options = {};
        options.level = 13;
        QVERIFY(optimise("in.h5", "out.h5", options).error().message.contains(u"level"));
        options = {};
        options.chunkEvents = 10;
        QVERIFY(optimise("in.h5", "out.h5", options).error().message.contains(u"chunk-events"));
        QCOMPARE(entries(), (QStringList{QStringLiteral("in.h5"), QStringLiteral("link.h5")}));
    }

    void cancelAtAnyMoment()
    {
        writeEvlib(at("in.h5"), makeEvents(400'000, 9));
        writeEvlib(at("out.h5"), makeEvents(500, 10));
        const QByteArray old = contentOf(at("out.h5"));
        // At the first report, in the middle of writing, and while comparing.
        for (const std::int64_t moment : {std::int64_t{1}, std::int64_t{200'000}, std::int64_t{500'000}}) {
            CancelToken token;
            std::int64_t total = 0;
            const auto made = optimiseRecording(at("in.h5"), at("out.h5"), {}, m_pool, token,
                                                [&](const Progress& progress) {
                                                    total = progress.total;
                                                    if (progress.done >= moment) {
                                                        token.cancel();
                                                    }
                                                });
            QVERIFY(!made);
            QCOMPARE(made.error().code, ErrorCode::Cancelled);
            QCOMPARE(total, 800'000);
            QCOMPARE(contentOf(at("out.h5")), old);
            QCOMPARE(entries().size(), 2);
        }
        QVERIFY(optimise("in.h5", "out.h5").hasValue());
        QCOMPARE(eventsOf(at("out.h5")).t.size(), std::size_t{400'000});
        QCOMPARE(entries().size(), 2);
    }

    void replacedSourceIsNoticed()
    {
        writeEvlib(at("in.h5"), makeEvents(200'000, 11));
        bool replaced = false;
        const auto made = optimiseRecording(at("in.h5"), at("out.h5"), {}, m_pool, {}, [&](const Progress&) {
            if (!replaced) {
                replaced = true;
                writeEvlib(at("other.h5"), makeEvents(100, 12));
                QFile::remove(at("in.h5"));
                QFile::rename(at("other.h5"), at("in.h5"));
            }
        });
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::Io);
        QCOMPARE(entries(), QStringList{QStringLiteral("in.h5")});
    }

    void estimateIsNear()
    {
        writeEvlib(at("in.h5"), makeEvents(300'000, 13));
        const auto estimate = estimateOptimised(at("in.h5"), {}, m_pool);
        PERIHELION_VERIFY_RESULT(estimate);
        const auto made = optimise("in.h5", "out.h5");
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE(estimate->events, made->events);
        QCOMPARE(estimate->sizeBefore, made->sizeBefore);
        const auto wanted = static_cast<double>(made->sizeAfter.value);
        QVERIFY(std::abs(static_cast<double>(estimate->sizeAfter.value) - wanted) < 0.2 * wanted);
    }

    void realRecordings_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"evio_chunked_gzip.h5", "evio_contiguous.h5", "dsec_blosc_zstd.h5",
                                 "m3ed_lzf.h5", "mvsec_davis_left.hdf5", "monash_e2vid_xs_ys_ts_ps.h5",
                                 "v2e_Nx4_uint32.h5", "rvt_events_height_width.h5", "tonic_cache_0_0.hdf5",
                                 "metavision_ecf_640x480.hdf5", "raw_events_tiny.hdf5"}) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }
    void realRecordings()
    {
        QFETCH(QString, name);
        PERIHELION_SHARED_DATA_OR_SKIP(path, QString(QStringLiteral("recordings/") + name));
        const auto made = optimiseRecording(path, at("out.h5"), {}, m_pool);
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE(made->missingEvents, 0);
        const EventBatch before = eventsOf(path);
        const EventBatch after = eventsOf(at("out.h5"));
        QVERIFY(!before.t.empty());
        QCOMPARE(after.t, before.t);
        QCOMPARE(after.x, before.x);
        QCOMPARE(after.y, before.y);
        QCOMPARE(after.p, before.p);
        const auto original = EventFile::open(path);
        const auto copy = EventFile::open(at("out.h5"));
        PERIHELION_VERIFY_RESULT(original);
        PERIHELION_VERIFY_RESULT(copy);
        QCOMPARE((*copy)->metadata().timeOrigin, (*original)->metadata().timeOrigin);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    DecodePool m_pool{2};
};

QTEST_GUILESS_MAIN(TestRecordingOptimiser)
#include "tst_recording_optimiser.moc"
