// SPDX-License-Identifier: GPL-3.0-or-later
// Generated recordings as files: what is in them, and what is left when making one fails.
#include "datasets/generate/event_generator.h"
#include "tests/support/h5py.h"
#include "tests/support/unprivileged.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace perihelion;

namespace {

QStringList entriesOf(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

/// Highest resident memory of this process so far, from /proc/self/status.
std::int64_t peakMemoryKib()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) {
        return INT64_MAX;
    }
    const QByteArray text = status.readAll();
    const auto at = text.indexOf("VmHWM:");
    return at < 0 ? INT64_MAX : text.mid(at + 6, text.indexOf("kB", at) - at - 6).trimmed().toLongLong();
}

const QString kDescribe = QStringLiteral(
    "f = h5py.File(sys.argv[1], 'r')\n"
    "e = f['events']\n"
    "t, x, y, p = (e[c][:] for c in 'txyp')\n"
    "m = e['ms_to_idx'][:] if 'ms_to_idx' in e else None\n"
    "assert [str(a.dtype) for a in (t, x, y, p)] == ['int64', 'uint16', 'uint16', 'int8']\n"
    "assert m is None or np.array_equal(m, np.searchsorted(t, 1000 * np.arange(t[-1] // 1000 + 1)))\n"
    "a = {k: (v.tolist() if hasattr(v, 'tolist') else v) for k, v in f.attrs.items()}\n"
    "print(json.dumps(dict(events=len(t), sorted=bool((np.diff(t) >= 0).all()), first=int(t[0]), "
    "last=int(t[-1]),\n"
    "  sums=[int(t.sum()), int(x.sum(dtype='u8')), int(y.sum(dtype='u8')), int(p.sum(dtype='i8'))],\n"
    "  chunks=e['t'].chunks, compression=e['t'].compression, level=e['t'].compression_opts,\n"
    "  shuffle=bool(e['t'].shuffle), index=m is not None, attributes=a)))");

QJsonObject describe(const QString& path)
{
    const auto answer = test::runH5py(kDescribe, {path});
    if (!answer.succeeded) {
        qWarning("%s", qPrintable(answer.errors));
    }
    return QJsonDocument::fromJson(answer.output.toUtf8()).object();
}

} // namespace

class TestEventGenerator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chunkedFileHoldsWhatWasAsked();
    void contiguousFileHoldsTheSameEvents();
    void truthIsInTheAttributes();
    void sameSeedSameBytes();
    void filtersAndChunksDoNotChangeEvents();
    void progressCountsEvents();
    void cancelLeavesNothing();
    void cancelKeepsAnExistingFile();
    void fullDiskLeavesNothing();
    void forbiddenFolderIsNamed();
    void wrongOptionCreatesNothing();
    void samplesAreMadeOnce();
    void memoryIsBounded();
};

void TestEventGenerator::chunkedFileHoldsWhatWasAsked()
{
    PERIHELION_H5PY_OR_SKIP();
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = 123'457;
    options.chunkEvents = 10'000;
    options.filter = QStringLiteral("shuffle-deflate");
    options.level = 4;
    std::int64_t reported = 0;
    const auto made = generateRecording(folder.filePath(QStringLiteral("fan.h5")), options, {},
                                        [&reported](const Progress& progress) { reported = progress.done; });
    PERIHELION_VERIFY_RESULT(made);
    QCOMPARE(made->events, options.events);
    QCOMPARE(static_cast<qint64>(made->fileBytes), QFileInfo(made->path).size());
    QCOMPARE(reported, options.events);
    const QJsonObject file = describe(made->path);
    QCOMPARE(file.value(u"events").toInteger(), options.events);
    QVERIFY(file.value(u"sorted").toBool());
    QVERIFY(file.value(u"index").toBool());
    QCOMPARE(file.value(u"chunks"), QJsonValue(QJsonArray{10'000}));
    QCOMPARE(file.value(u"compression").toString(), QStringLiteral("gzip"));
    QCOMPARE(file.value(u"level").toInt(), 4);
    QVERIFY(file.value(u"shuffle").toBool());
}

void TestEventGenerator::contiguousFileHoldsTheSameEvents()
{
    PERIHELION_H5PY_OR_SKIP();
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.kind = SceneKind::Street;
    options.events = 250'001;
    const auto chunked = generateRecording(folder.filePath(QStringLiteral("chunked.h5")), options);
    PERIHELION_VERIFY_RESULT(chunked);
    options.contiguous = true;
    const auto contiguous = generateRecording(folder.filePath(QStringLiteral("contiguous.h5")), options);
    PERIHELION_VERIFY_RESULT(contiguous);
    const QJsonObject first = describe(chunked->path);
    const QJsonObject second = describe(contiguous->path);
    QVERIFY(second.value(u"chunks").isNull());
    QVERIFY(!second.value(u"index").toBool());
    QCOMPARE(first.value(u"sums"), second.value(u"sums"));
    QCOMPARE(first.value(u"last"), second.value(u"last"));
    QVERIFY(contiguous->fileBytes > 13U * 250'001U && contiguous->fileBytes < 13U * 250'001U + 20'000U);
}

void TestEventGenerator::truthIsInTheAttributes()
{
    PERIHELION_H5PY_OR_SKIP();
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.kind = SceneKind::Drone;
    options.events = 1000;
    options.seed = 18446744073709551615U;
    options.width = 640;
    options.height = 480;
    options.rpm = 5400;
    options.blades = 2;
    options.hotPixels = 3;
    options.moving = true;
    auto made = generateRecording(folder.filePath(QStringLiteral("drone.h5")), options);
    PERIHELION_VERIFY_RESULT(made);
    const QJsonObject drone = describe(made->path).value(u"attributes").toObject();
    QCOMPARE(drone.value(u"width").toInt(), 640);
    QCOMPARE(drone.value(u"height").toInt(), 480);
    QCOMPARE(drone.value(u"source").toString(), QStringLiteral("perihelion"));
    QCOMPARE(drone.value(u"generator").toString(), QStringLiteral("drone"));
    QCOMPARE(drone.value(u"generator_version").toInt(), 1);
    QCOMPARE(drone.value(u"rpm").toDouble(), 5400.0);
    QCOMPARE(drone.value(u"blades").toInt(), 2);
    QCOMPARE(drone.value(u"moving").toInt(), 1);
    QCOMPARE(drone.value(u"hot_pixel_x").toArray().size(), 3);
    QVERIFY(!drone.contains(u"burst_period_us"));
    options.kind = SceneKind::Bursts;
    made = generateRecording(folder.filePath(QStringLiteral("bursts.h5")), options);
    PERIHELION_VERIFY_RESULT(made);
    const QJsonObject bursts = describe(made->path).value(u"attributes").toObject();
    QVERIFY(bursts.value(u"burst_period_us").toInt() > bursts.value(u"burst_active_us").toInt());
    QVERIFY(!bursts.contains(u"rpm"));
}

void TestEventGenerator::sameSeedSameBytes()
{
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = 60'000;
    const auto bytesOf = [&](const char* name) {
        const auto made = generateRecording(folder.filePath(QString::fromLatin1(name)), options);
        QFile file(made ? made->path : QString());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray first = bytesOf("first.h5");
    QVERIFY(first.size() > 100'000);
    // In another second: no object is stamped with the time, so whole files can be compared.
    const qint64 second = QDateTime::currentSecsSinceEpoch();
    QTRY_VERIFY(QDateTime::currentSecsSinceEpoch() > second);
    QVERIFY(bytesOf("second.h5") == first);
    options.seed = 2;
    QVERIFY(bytesOf("third.h5") != first);
}

void TestEventGenerator::filtersAndChunksDoNotChangeEvents()
{
    PERIHELION_H5PY_OR_SKIP();
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = 30'000;
    QJsonValue expected;
    for (const quint64 chunk : {quint64{999}, quint64{30'000}, quint64{1'000'000}}) {
        for (const QString& filter :
             {QStringLiteral("none"), QStringLiteral("deflate"), QStringLiteral("lzf")}) {
            options.chunkEvents = chunk;
            options.filter = filter;
            const auto made = generateRecording(folder.filePath(QStringLiteral("one.h5")), options);
            PERIHELION_VERIFY_RESULT(made);
            const QJsonValue sums = describe(made->path).value(u"sums");
            QVERIFY(sums.isArray());
            if (expected.isNull()) {
                expected = sums;
            }
            QCOMPARE(sums, expected);
        }
    }
}

void TestEventGenerator::progressCountsEvents()
{
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = 25'000;
    options.chunkEvents = 10'000;
    QList<std::int64_t> done;
    const auto made = generateRecording(folder.filePath(QStringLiteral("one.h5")), options, {},
                                        [&done](const Progress& progress) {
                                            done.append(progress.done);
                                            QCOMPARE(progress.total, std::int64_t{25'000});
                                            QVERIFY(progress.stage.contains(u"one.h5"));
                                        });
    PERIHELION_VERIFY_RESULT(made);
    QCOMPARE(done, (QList<std::int64_t>{10'000, 20'000, 25'000}));
}

void TestEventGenerator::cancelLeavesNothing()
{
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = 100'000'000;
    for (const bool contiguous : {false, true}) {
        options.contiguous = contiguous;
        CancelToken cancel;
        const auto made = generateRecording(folder.filePath(QStringLiteral("one.h5")), options, cancel,
                                            [&cancel](const Progress&) { cancel.cancel(); });
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::Cancelled);
        QVERIFY(entriesOf(folder.path()).isEmpty());
    }
}

void TestEventGenerator::cancelKeepsAnExistingFile()
{
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = 10'000;
    const QString path = folder.filePath(QStringLiteral("one.h5"));
    const auto made = generateRecording(path, options);
    PERIHELION_VERIFY_RESULT(made);
    CancelToken cancel;
    cancel.cancel();
    QVERIFY(!generateRecording(path, options, cancel));
    QCOMPARE(static_cast<std::uint64_t>(QFileInfo(path).size()), made->fileBytes);
    QCOMPARE(entriesOf(folder.path()), QStringList{QStringLiteral("one.h5")});
}

void TestEventGenerator::fullDiskLeavesNothing()
{
    const QTemporaryDir folder;
    QVERIFY(test::openToEverybody(folder.path()));
    const QString path = folder.filePath(QStringLiteral("one.h5"));
    for (const bool contiguous : {false, true}) {
        QVERIFY(test::holdsUnprivileged([&path, contiguous] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{1'000'000, 1'000'000};
            GeneratorOptions options;
            options.events = 5'000'000;
            options.contiguous = contiguous;
            if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
                return false;
            }
            const auto made = generateRecording(path, options);
            return !made && made.error().code == ErrorCode::DiskFull && made.error().subject == path;
        }));
        QVERIFY(entriesOf(folder.path()).isEmpty());
    }
}

void TestEventGenerator::forbiddenFolderIsNamed()
{
    const QTemporaryDir folder;
    QVERIFY(test::openToEverybody(folder.path()));
    const QString closed = folder.filePath(QStringLiteral("closed"));
    QVERIFY(QDir().mkdir(closed));
    QVERIFY(QFile::setPermissions(closed, QFile::ReadOwner | QFile::ExeOwner));
    QVERIFY(test::holdsUnprivileged([&closed] {
        const auto made =
            generateRecording(QDir(closed).filePath(QStringLiteral("one.h5")), GeneratorOptions());
        return !made && made.error().code == ErrorCode::PermissionDenied;
    }));
    QVERIFY(test::holdsUnprivileged([&closed] {
        const auto made = makeSampleRecordings(QDir(closed).filePath(QStringLiteral("samples")));
        return !made && made.error().code == ErrorCode::PermissionDenied;
    }));
}

void TestEventGenerator::wrongOptionCreatesNothing()
{
    const QTemporaryDir folder;
    GeneratorOptions options;
    options.events = -1;
    const auto made = generateRecording(folder.filePath(QStringLiteral("one.h5")), options);
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
    QVERIFY(entriesOf(folder.path()).isEmpty());
}

void TestEventGenerator::samplesAreMadeOnce()
{
    const std::vector<SampleRecording> samples = sampleRecordings();
    QStringList names;
    for (const SampleRecording& sample : samples) {
        names.append(sample.fileName);
        PERIHELION_VERIFY_RESULT(checkGeneratorOptions(sample.options));
        QCOMPARE(sample.options.contiguous, sample.fileName == u"drone_moving.h5");
    }
    QCOMPARE(names.join(u' '),
             QStringLiteral("fan_const_rpm.h5 fan_varying_rpm.h5 fan_varying_rpm_turning.h5 "
                            "drone_idle.h5 drone_moving.h5 events.h5"));
    // Those that are there already, whatever is in them, are left alone; cancelling in the last one keeps the
    // rest.
    const QTemporaryDir folder;
    const QDir target(folder.filePath(QStringLiteral("new/samples")));
    QVERIFY(QDir().mkpath(target.path()));
    for (const QString& name : names.first(5)) {
        QFile present(target.filePath(name));
        QVERIFY(present.open(QIODevice::WriteOnly));
    }
    CancelToken cancel;
    Progress last;
    const auto made = makeSampleRecordings(target.path(), cancel, [&](const Progress& progress) {
        last = progress;
        cancel.cancel();
    });
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::Cancelled);
    QCOMPARE(entriesOf(target.path()).size(), 5);
    QVERIFY(last.done > 37'000'000 && last.done < last.total);
    QFile events(target.filePath(QStringLiteral("events.h5")));
    QVERIFY(events.open(QIODevice::WriteOnly));
    const auto present = makeSampleRecordings(target.path());
    PERIHELION_VERIFY_RESULT(present);
    QCOMPARE(present->size(), 6);
    QCOMPARE(present->last(), events.fileName());
    QCOMPARE(events.size(), 0);
}

void TestEventGenerator::memoryIsBounded()
{
    const QTemporaryDir folder;
    QVERIFY(test::openToEverybody(folder.path()));
    const QString path = folder.filePath(QStringLiteral("long.h5"));
    // The forked child starts with the memory of this process; what it adds must not depend on the number of
    // events.
    QVERIFY(test::holdsUnprivileged([&path] {
        GeneratorOptions options;
        options.events = 20'000'000;
        const auto made = generateRecording(path, options);
        const std::int64_t peak = peakMemoryKib();
        if (!made || peak >= 100 * 1024) {
            qWarning("peak %lld KiB", static_cast<long long>(peak));
        }
        return made && peak < 100 * 1024;
    }));
}

QTEST_GUILESS_MAIN(TestEventGenerator)
#include "tst_event_generator.moc"
