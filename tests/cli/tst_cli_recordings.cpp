// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli info and window as processes: every kind of bad input gives its sentence and status, what is
// odd is noted, and JSON, CSV and pictures hold what they promise.
#include "tests/cli/cli_process.h"
#include "tests/support/h5py.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace perihelion::test;

namespace {

const QString kInfo = QStringLiteral("info");
const QString kWindow = QStringLiteral("window");
const QString kJson = QStringLiteral("--json");
/// Longer than any recording here, whichever way its times go.
const QStringList kEverything{QStringLiteral("--start-us=-10000000000"),
                              QStringLiteral("--length-us=100000000000")};

QStringList keysOf(const QJsonObject& object)
{
    QStringList keys;
    for (auto at = object.begin(); at != object.end(); ++at) {
        keys << at.key();
        if (at.value().isObject()) {
            keys << QString(at.key() % u'{' % keysOf(at.value().toObject()).join(u' ') % u'}');
            keys.removeAt(keys.size() - 2);
        }
    }
    return keys;
}

} // namespace

// The sanitizers map terabytes of addresses for themselves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class TestCliRecordings : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString at(const QString& name) const { return m_folder.filePath(name); }
    QString good() const { return at(QStringLiteral("good.h5")); }
    /// Every event of the good recording as window prints it.
    QList<QList<qint64>> goodEvents() const
    {
        const Outcome all = runCli(QStringList{kWindow, good(), QStringLiteral("--csv")} + kEverything);
        QList<QList<qint64>> events;
        for (const QString& line : all.output.split(u'\n', Qt::SkipEmptyParts).mid(1)) {
            QList<qint64> event;
            for (const QString& number : line.split(u',')) {
                event << number.toLongLong();
            }
            events << event;
        }
        return events;
    }

private Q_SLOTS:
    void initTestCase();
    void badInput_data();
    void badInput();
    void oddInput_data();
    void oddInput();
    void wrongUsage_data();
    void wrongUsage();
    void severalFilesWithOneBad();
    void streams();
    void jsonFieldNames();
    void lineBreakInTheName();
    void missingEventsAreSaid();
    void filtersAgreeWithTheList();
    void picture();
    void fullDiskKeepsTheOldPicture();
    void fullDiskForTheIndexStillAnswers();
    void closedPipe();
    void linkedFileChanges();
    void damagedIndexIsRebuilt();
    void twoBuildTheSameIndex();
    void interrupt();
};

void TestCliRecordings::initTestCase()
{
    PERIHELION_H5PY_OR_SKIP();
    qputenv("XDG_CACHE_HOME", QFile::encodeName(at(QStringLiteral("cache"))));
    QFile script(QStringLiteral(PERIHELION_FIXTURE_SCRIPT));
    QVERIFY(script.open(QIODevice::ReadOnly));
    const PythonAnswer written = runH5py(QString::fromUtf8(script.readAll()), {m_folder.path()});
    QVERIFY2(written.succeeded, qPrintable(written.errors));
}

void TestCliRecordings::badInput_data()
{
    QTest::addColumn<QString>("named");
    const auto row = [](const char* file, const char* named) {
        QTest::newRow(file) << QString::fromUtf8(named);
    };
    row("text.h5", "not an HDF5 file");
    row("empty.h5", "is empty");
    row("truncated.h5", "truncated");
    row("no_events.h5", "no events that Perihelion recognises (it has image/pixels)");
    row("unknown_filter.h5", "filter 700");
    row("zero.h5", "has no events");
    row("no_t.h5", "no time column in /events");
    row("no_x.h5", "no x column in /events");
    row("no_y.h5", "no y column in /events");
    row("empty_column.h5", "y 0");
    row("only_nan.h5", "has a valid time");
    row("transposed.h5", "4 × 5000 numbers");
    row("row_columns.h5", "not a plain list of numbers");
    row("absurd_chunked.h5", "1099511628 × 1 chunks");
    row("absurd_contiguous.h5", "of which none is stored");
    row("absurd_chunk.h5", "chunks hold more than");
    row("never_written.h5", "never written");
    row("left_open.h5", "has not closed it");
    row("folder.h5", "folder");
    row("pipe.h5", "not an ordinary file");
    row("loop_a.h5", "loop");
    row("dangling.h5", "does not exist");
    row("absent.h5", "does not exist");
}

void TestCliRecordings::badInput()
{
    QFETCH(const QString, named);
    const QString path = at(QString::fromUtf8(QTest::currentDataTag()));
    // 600 MB of addresses: no allocation follows an unchecked size.
    const auto limited = [] {
        const rlimit limit{600'000'000, 600'000'000};
        if (!kSanitized) {
            setrlimit(RLIMIT_AS, &limit);
        }
    };
    for (const QString& command : {kInfo, kWindow}) {
        const Outcome outcome = runCli({command, kJson, path}, limited);
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
        QVERIFY2(outcome.errors.contains(named), qPrintable(outcome.errors));
        QVERIFY2(outcome.errors.contains(path), qPrintable(outcome.errors));
        QVERIFY(outcome.output.isEmpty());
    }
}

void TestCliRecordings::oddInput_data()
{
    QTest::addColumn<int>("events");
    QTest::addColumn<int>("shown");
    QTest::addColumn<QStringList>("notes");
    const auto row = [](const char* file, int events, int shown, const char* notes) {
        QTest::newRow(file) << events << shown << QString::fromLatin1(notes).split(u' ', Qt::SkipEmptyParts);
    };
    row("good.h5", 5000, 5000, "");
    row("one.h5", 1, 1, "one-polarity");
    row("no_p.h5", 5000, 5000, "missing-polarity");
    row("unequal.h5", 4000, 4000, "unequal-columns");
    row("nan.h5", 5000, 4997, "invalid-time");
    row("negative.h5", 5000, 5000, "negative-time");
    row("far_times.h5", 5000, 4997, "invalid-time");
    row("outlier.h5", 5000, 5000, "outside-sensor");
    row("float_pixels.h5", 5000, 5000, "outside-sensor");
    row("huge_sensor.h5", 5000, 5000, "sensor-mismatch");
    row("unit_ns.h5", 5000, 5000, "");
    row("unit_unknown.h5", 5000, 5000, "assumption");
    row("table_txyp_bi4.h5", 5000, 5000, "contiguous");
    row("table_txyp_u4.h5", 5000, 5000, "contiguous");
    row("table_xytp_bi4.h5", 5000, 5000, "assumption contiguous");
    row("table_xytp_u4.h5", 5000, 5000, "assumption contiguous");
    row("variable_members.h5", 50, 50, "");
    row("missing_chunks.h5", 5000, 3000, "missing-chunk");
    row("corrupt_chunk.h5", 5000, 4000, "corrupt-chunk");
}

void TestCliRecordings::oddInput()
{
    QFETCH(const int, events);
    QFETCH(const int, shown);
    QFETCH(const QStringList, notes);
    const QString path = at(QString::fromUtf8(QTest::currentDataTag()));
    const Outcome info = runCli({kInfo, kJson, path});
    QCOMPARE(info.status, 0);
    const QJsonObject facts = info.json().object();
    QCOMPARE(facts[u"events"].toInteger(), events);
    QVERIFY(facts[u"duration_us"].toInteger() >= 0 && facts[u"duration_us"].toInteger() < 1'000'000);
    QCOMPARE(facts[u"t_last_us"].toInteger(), facts[u"t_max_us"].toInteger());
    QVERIFY(facts[u"sensor"][u"width"].toInt() <= 640 && facts[u"sensor"][u"height"].toInt() <= 480);
    QStringList kinds;
    const QJsonArray told = facts[u"notes"].toArray();
    for (const auto note : told) {
        kinds << note[u"kind"].toString();
    }
    QCOMPARE(kinds, notes);
    // The same from the kept index, and from none.
    for (const QString& index : {QStringLiteral("kept"), QStringLiteral("none")}) {
        const Outcome window =
            runCli(QStringList{kWindow, kJson, path, QStringLiteral("--index"), index} + kEverything);
        QCOMPARE(window.status, 0);
        QCOMPARE(window.json()[u"events"].toInteger(), shown);
        const bool corrupt = notes.contains(QStringLiteral("corrupt-chunk"));
        QCOMPARE(window.json()[u"missing_events"].toInteger(), corrupt ? events - shown : 0);
        QVERIFY(window.json()[u"sum_x"].toInteger() > 0);
    }
}

void TestCliRecordings::wrongUsage_data()
{
    QTest::addColumn<QString>("named");
    for (const auto& [line, named] :
         {std::pair("window", "Too few arguments"), std::pair("info", "Too few arguments"),
          std::pair("window good.h5 --roi 0,0,0,1", "--roi takes"),
          std::pair("window good.h5 --roi -1,0,5,5", "--roi takes"),
          std::pair("window good.h5 --roi 1,2,3", "--roi takes"),
          std::pair("window good.h5 --roi 99999999999,0,1,1", "--roi takes"),
          std::pair("window good.h5 --start-us 1e6", "--start-us takes"),
          std::pair("window good.h5 --start-us 1152921504606846977", "--start-us takes"),
          std::pair("window good.h5 --length-us 0", "--length-us takes"),
          std::pair("window good.h5 --polarity up", "--polarity takes"),
          std::pair("window good.h5 --view side", "--view takes"),
          std::pair("window good.h5 --index old", "--index takes"),
          std::pair("window good.h5 --csv --json", "exclude each other"),
          std::pair("window good.h5 --enable-cache --no-cache", "exclude each other"),
          std::pair("info good.h5 --stream left", "one stream only"),
          std::pair("info two_streams.h5 --stream middle", "it has left, right")}) {
        QTest::newRow(line) << QString::fromLatin1(named);
    }
}

void TestCliRecordings::wrongUsage()
{
    QFETCH(const QString, named);
    QStringList arguments = QString::fromUtf8(QTest::currentDataTag()).split(u' ');
    for (QString& argument : arguments) {
        argument = argument.endsWith(u".h5") ? at(argument) : argument;
    }
    const Outcome outcome = runCli(arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.hasOneSentence() && outcome.errors.contains(named), qPrintable(outcome.errors));
    QVERIFY(outcome.output.isEmpty());
}

void TestCliRecordings::severalFilesWithOneBad()
{
    const QStringList files{good(), at(QStringLiteral("text.h5")), at(QStringLiteral("one.h5"))};
    const Outcome json = runCli(QStringList{kInfo, kJson} + files);
    QCOMPARE(json.status, 1);
    QVERIFY(json.hasOneSentence());
    const QJsonArray all = json.json().array();
    QCOMPARE(all.size(), 3);
    for (qsizetype i = 0; i < 3; ++i) {
        QCOMPARE(all[i][u"file"].toString(), files[i]);
    }
    QCOMPARE(all[0][u"events"].toInteger(), 5000);
    QCOMPARE(all[1][u"error_code"].toString(), QStringLiteral("not-hdf5"));
    QVERIFY(all[1][u"error"].toString().contains(u"not an HDF5 file"));
    QCOMPARE(all[2][u"events"].toInteger(), 1);

    const Outcome text = runCli(QStringList{kInfo} + files);
    QCOMPARE(text.status, 1);
    QVERIFY(text.hasOneSentence());
    QVERIFY(text.output.contains(files[0]) && text.output.contains(files[2]));
    QVERIFY(!text.output.contains(files[1]));
}

void TestCliRecordings::streams()
{
    const QString path = at(QStringLiteral("two_streams.h5"));
    for (const auto& [stream, events] : {std::pair("left", 3000), std::pair("right", 4000)}) {
        const QStringList asked{path, kJson, QStringLiteral("--stream"), QString::fromLatin1(stream)};
        QCOMPARE(runCli(QStringList{kInfo} + asked).json()[u"events"].toInteger(), events);
        QCOMPARE(runCli(QStringList{kWindow} + asked + kEverything).json()[u"events"].toInteger(), events);
    }
    QCOMPARE(runCli({kInfo, path, kJson}).json()[u"streams"].toArray().size(), 2);
}

void TestCliRecordings::jsonFieldNames()
{
    QCOMPARE(keysOf(runCli({kInfo, kJson, good()}).json().object()).join(u' '),
             QStringLiteral("columns complete duration_us events file index layout layout_name notes "
                            "phases{accumulate_ms decode_ms index_ms open_ms} sensor{height source width} "
                            "storage{chunk_events chunks contiguous file_bytes filters} stream streams "
                            "t_first_us t_last_us t_max_us t_min_us t_origin_us"));
    QCOMPARE(keysOf(runCli({kWindow, kJson, good()}).json().object()).join(u' '),
             QStringLiteral("bytes_decoded bytes_read cache cached_bytes chunks_read events file first index "
                            "index_completion_ms last length_us missing_events off on outside_events "
                            "phases{accumulate_ms decode_ms index_ms open_ms} start_us sum_dt_us sum_p sum_x "
                            "sum_y"));
    const QJsonArray bad = runCli({kInfo, kJson, good(), at(QStringLiteral("text.h5"))}).json().array();
    QCOMPARE(keysOf(bad[1].toObject()).join(u' '), QStringLiteral("error error_code file"));
    const QJsonArray notes = runCli({kInfo, kJson, at(QStringLiteral("no_p.h5"))}).json()[u"notes"].toArray();
    QCOMPARE(keysOf(notes[0].toObject()).join(u' '), QStringLiteral("count kind text"));
}

void TestCliRecordings::lineBreakInTheName()
{
    const QString path = at(QStringLiteral("a name with\na line break µ.h5"));
    QCOMPARE(runCli({kInfo, kJson, path}).json()[u"file"].toString(), path);
    const Outcome failed = runCli({kInfo, QString(path % u".gone")});
    QCOMPARE(failed.status, 1);
    QVERIFY2(failed.hasOneSentence(), qPrintable(failed.errors));
}

void TestCliRecordings::missingEventsAreSaid()
{
    const QString path = at(QStringLiteral("corrupt_chunk.h5"));
    for (const QStringList& form :
         {QStringList{}, QStringList{kJson}, QStringList{QStringLiteral("--csv")}}) {
        const Outcome outcome = runCli(QStringList{kWindow, path} + kEverything + form);
        QCOMPARE(outcome.status, 0);
        QVERIFY2(outcome.errors.contains(u"000 of them in this window") &&
                     outcome.errors.contains(u"left out"),
                 qPrintable(outcome.errors));
    }
    const Outcome before = runCli({kWindow, path, QStringLiteral("--length-us"), QStringLiteral("1000")});
    QVERIFY2(before.errors.contains(u"1 chunk that cannot be decoded") && !before.errors.contains(u"window"),
             qPrintable(before.errors));
}

void TestCliRecordings::filtersAgreeWithTheList()
{
    const QList<QList<qint64>> all = goodEvents();
    QCOMPARE(all.size(), 5000);
    const QStringList window{kWindow,
                             good(),
                             QStringLiteral("--start-us=200000"),
                             QStringLiteral("--length-us=300000"),
                             QStringLiteral("--roi=100,50,300,200"),
                             QStringLiteral("--polarity=off")};
    QList<QList<qint64>> wanted;
    qint64 sumX = 0;
    for (const QList<qint64>& e : all) {
        const qint64 dt = e[0] - all[0][0];
        if (dt >= 200'000 && dt < 500'000 && e[1] >= 100 && e[1] < 400 && e[2] >= 50 && e[2] < 250 &&
            e[3] == 0) {
            wanted << e;
            sumX += e[1];
        }
    }
    QVERIFY(wanted.size() > 50);
    const QJsonDocument json = runCli(window + QStringList{kJson}).json();
    QCOMPARE(json[u"events"].toInteger(), wanted.size());
    QCOMPARE(json[u"off"].toInteger(), wanted.size());
    QCOMPARE(json[u"sum_x"].toInteger(), sumX);
    QCOMPARE(json[u"first"][0].toInteger(), wanted.first()[0]);
    QCOMPARE(json[u"last"][0].toInteger(), wanted.last()[0]);
    const QStringList lines = runCli(window + QStringList{QStringLiteral("--csv")}).output.split(u'\n');
    QCOMPARE(lines.first(), QStringLiteral("t,x,y,p"));
    QCOMPARE(lines.size(), wanted.size() + 2);
    QCOMPARE(lines[1].split(u',').first().toLongLong(), wanted.first()[0]);

    const QString start = QStringLiteral("--start-us=%1").arg(all[100][0]);
    const Outcome absolute = runCli(
        {kWindow, good(), kJson, QStringLiteral("--absolute"), start, QStringLiteral("--length-us=1")});
    QCOMPARE(absolute.json()[u"first"][0].toInteger(), all[100][0]);
    // As far from the recording as the option goes.
    for (const char* far : {"--start-us=-1152921504606846976", "--start-us=1152921504606846976"}) {
        const Outcome none = runCli({kWindow, good(), kJson, QString::fromLatin1(far),
                                     QStringLiteral("--length-us=1152921504606846976")});
        QCOMPARE(none.status, 0);
        QCOMPARE(none.json()[u"events"].toInteger(), 0);
        QVERIFY(none.json()[u"first"].isNull());
    }
}

void TestCliRecordings::picture()
{
    const QString path = at(QStringLiteral("picture.png"));
    const Outcome drawn = runCli({kWindow, good(), QStringLiteral("--png"), path});
    QCOMPARE(drawn.status, 0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray png = file.readAll();
    QVERIFY(png.startsWith("\x89PNG\r\n\x1a\n") && png.contains("IEND"));
    // Width and height, big-endian, at bytes 16 and 20.
    QCOMPARE(png.mid(16, 8).toHex(), QByteArray("00000280000001e0"));
    const Outcome nowhere = runCli({kWindow, at(QStringLiteral("outlier.h5")), QStringLiteral("--png"),
                                    at(QStringLiteral("good.h5/a.png"))});
    QCOMPARE(nowhere.status, 1);
    QVERIFY2(nowhere.hasOneSentence(), qPrintable(nowhere.errors));
}

void TestCliRecordings::fullDiskKeepsTheOldPicture()
{
    const QString path = at(QStringLiteral("kept.png"));
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    const Outcome full =
        runCli({kWindow, good(), QStringLiteral("--index=none"), QStringLiteral("--png"), path}, [] {
            const rlimit limit{100, 100};
            setrlimit(RLIMIT_FSIZE, &limit);
        });
    QCOMPARE(full.status, 1);
    QVERIFY2(full.hasOneSentence() && full.errors.contains(path), qPrintable(full.errors));
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("old"));
}

void TestCliRecordings::fullDiskForTheIndexStillAnswers()
{
    const QString index = at(QStringLiteral("cache/perihelion/index"));
    QVERIFY(QDir(index).removeRecursively());
    const Outcome full = runCli({kInfo, kJson, good()}, [] {
        const rlimit limit{100, 100};
        setrlimit(RLIMIT_FSIZE, &limit);
    });
    // Standard output is a pipe, which the limit does not concern.
    QCOMPARE(full.status, 0);
    QCOMPARE(full.json()[u"events"].toInteger(), 5000);
    QVERIFY2(full.errors.contains(u"Keeping the index failed"), qPrintable(full.errors));
    QVERIFY(QDir(index).entryList(QDir::Files | QDir::Hidden).isEmpty());
}

void TestCliRecordings::closedPipe()
{
    const Outcome outcome =
        runCli(QStringList{kWindow, good(), QStringLiteral("--csv")} + kEverything, closeOutputPipe);
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
}

void TestCliRecordings::linkedFileChanges()
{
    // The link's own file does not change when its target does, so nothing about it may be kept.
    const QString path = at(QStringLiteral("linking.h5"));
    QCOMPARE(runCli({kInfo, kJson, path}).json()[u"events"].toInteger(), 5000);
    const QString target = at(QStringLiteral("link_target.h5"));
    QVERIFY(QFile::remove(target) && QFile::copy(at(QStringLiteral("unequal.h5")), target));
    QCOMPARE(runCli({kInfo, kJson, path}).json()[u"events"].toInteger(), 4000);
}

void TestCliRecordings::damagedIndexIsRebuilt()
{
    QCOMPARE(runCli({kInfo, good()}).status, 0);
    QCOMPARE(runCli({kInfo, kJson, good()}).json()[u"index"].toString(), QStringLiteral("kept"));
    const QDir folder(at(QStringLiteral("cache/perihelion/index")));
    for (const QString& name : folder.entryList(QDir::Files)) {
        QVERIFY(QFile::resize(folder.filePath(name), 100));
    }
    const Outcome rebuilt = runCli({kInfo, kJson, good()});
    QCOMPARE(rebuilt.json()[u"index"].toString(), QStringLiteral("built"));
    QCOMPARE(rebuilt.json()[u"events"].toInteger(), 5000);
    QCOMPARE(runCli({kInfo, kJson, good()}).json()[u"index"].toString(), QStringLiteral("kept"));
}

void TestCliRecordings::twoBuildTheSameIndex()
{
    QVERIFY(QDir(at(QStringLiteral("cache/perihelion/index"))).removeRecursively());
    QProcess both[2];
    for (QProcess& process : both) {
        process.start(QStringLiteral(PERIHELION_CLI), {kInfo, kJson, good()});
    }
    for (QProcess& process : both) {
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(QJsonDocument::fromJson(process.readAllStandardOutput())[u"events"].toInteger(), 5000);
    }
    QCOMPARE(runCli({kInfo, kJson, good()}).json()[u"index"].toString(), QStringLiteral("kept"));
    QCOMPARE(QDir(at(QStringLiteral("cache/perihelion/index"))).entryList(QDir::Files).size(), 1);
}

void TestCliRecordings::interrupt()
{
    const QString path = at(QStringLiteral("long.h5"));
    QCOMPARE(runCli({QStringLiteral("generate"), QStringLiteral("noise"), path,
                     QStringLiteral("--events=3000000")})
                 .status,
             0);
    QProcess process;
    process.start(QStringLiteral(PERIHELION_CLI),
                  QStringList{kWindow, path, QStringLiteral("--csv"), QStringLiteral("--index=none")} +
                      kEverything);
    // The first lines say that it is at work; the rest does not fit into the pipe, so it cannot be done.
    process.setReadChannel(QProcess::StandardOutput);
    QVERIFY(process.waitForReadyRead(60'000));
    QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(QString::fromUtf8(process.readAllStandardError()).contains(u"cancelled"));
}

QTEST_GUILESS_MAIN(TestCliRecordings)
#include "tst_cli_recordings.moc"
