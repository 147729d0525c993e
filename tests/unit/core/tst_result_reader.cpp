// SPDX-License-Identifier: GPL-3.0-or-later
// Results of other programs: every real file imports or is refused with a sentence, and what is imported are
// the file's own numbers; damaged ones never end the program.

#include "core/interchange/result_reader.h"
#include "core/interchange/result_text.h"
#include "core/stats/order_statistics.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QMap>
#include <QSet>
#include <QStringEncoder>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <ctime>

#include <sys/stat.h>

using namespace perihelion;

namespace {

const ImportedSeries* find(const ImportedResults& results, const QString& name, const QString& phase)
{
    const auto at =
        std::find_if(results.series.begin(), results.series.end(), [&](const ImportedSeries& series) {
            return series.name == name && series.phase == phase;
        });
    return at == results.series.end() ? nullptr : &*at;
}

bool near(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

const CancelToken kNever;
const QByteArray
    kHyperfine(R"({"results":[{"command":"sleep 1","mean":2,"median":2,"user":0.5,"system":null,)"
               R"("times":[1,2,3],"memory_usage_byte":[10,20,30],"exit_codes":[0,1,null]}]})");

} // namespace

class ResultReaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRealFile();
    void asvTree();
    void asvByHand();
    void criterionAsPublished();
    void googleBenchmark();
    void hyperfine();
    void samplesLeftOutAreCounted();
    void pytestBenchmark();
    void timesWithoutZoneAreUtc();
    void actionBenchmark();
    void actionBenchmarkUnits();
    void traces();
    void brokenTraces();
    void encodings();
    void bareNumbers();
    void refusals_data();
    void refusals();
    void everyTruncation();
    void foldersAndFiles();
    void onlyRegularFilesAreOpened();
};

void ResultReaderTest::everyRealFile()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench"));
    QMap<QString, int> formats;
    int refused = 0;
    int sunpy = 0;
    QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (path.contains(u"sunpy") && ++sunpy > 20) {
            continue; // All of them in asvTree().
        }
        const auto results = readResultPath(path, kNever);
        if (results) {
            ++formats[results->format];
            for (const ImportedSeries& series : results->series) {
                QVERIFY2(!series.samples.empty() && !series.phase.isEmpty(), qPrintable(path));
                QVERIFY2(!series.summarised || series.samples.size() == 1 || series.phase.endsWith(u"time"),
                         qPrintable(path));
                QVERIFY(std::all_of(series.samples.begin(), series.samples.end(),
                                    [](double sample) { return std::isfinite(sample); }));
            }
        } else {
            ++refused;
            QVERIFY2(results.error().message.size() > 15 && !results.error().message.endsWith(u'.'),
                     qPrintable(path));
            QCOMPARE(results.error().subject, path);
            QVERIFY2(results.error().code == ErrorCode::UnsupportedLayout ||
                         results.error().code == ErrorCode::Corrupt ||
                         results.error().code == ErrorCode::Truncated,
                     qPrintable(results.error().sentence()));
        }
    }
    QCOMPARE(formats.value(QStringLiteral("pytest-benchmark")), 32);
    QCOMPARE(formats.value(QStringLiteral("Criterion")), 3);
    QCOMPARE(formats.value(QStringLiteral("hyperfine")), 2);
    QCOMPARE(formats.value(QStringLiteral("Google Benchmark")), 8);
    QVERIFY(formats.value(QStringLiteral("asv")) >= 30);
    QVERIFY(formats.value(QStringLiteral("Chrome trace")) >= 20);
    QVERIFY(refused > 50);
}

void ResultReaderTest::asvTree()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench/sunpy-benchmarks/results"));
    const auto results = readResultPath(folder, kNever);
    PERIHELION_VERIFY_RESULT(results);
    QCOMPARE(results->format, QStringLiteral("asv"));
    QSet<QString> commits;
    QSet<QString> names;
    for (const ImportedSeries& series : results->series) {
        commits.insert(series.commit);
        names.insert(series.name);
        QVERIFY(series.at.isValid() && series.machine == u"GH-Actions");
        QVERIFY(series.unit == (series.name.contains(u"mem_") ? u"B" : u"s"));
        QVERIFY(series.better == BetterDirection::Lower);
    }
    QCOMPARE(commits.size(), 1396);
    QCOMPARE(names.size(), 10);
    QCOMPARE(results->series.size(), std::size_t{13960});
}

void ResultReaderTest::asvByHand()
{
    ResultSurroundings around;
    around.asvBenchmarks =
        QJsonDocument::fromJson(
            R"({"b.time_x":{"unit":"seconds","version":"v2"},"b.track_y":{"unit":"things"},)"
            R"("b.time_old":{"unit":"seconds","version":"v2"}})")
            .object();
    const auto results =
        readResults(R"({"commit_hash":"abc","date":1600000000000,"params":{"machine":"m"},)"
                    R"("result_columns":["result","params","version","samples"],"results":{)"
                    R"("b.time_x":[[1.5,null,NaN,4],[["1","2"],["'a'","'b'"]],"v2",[[1,2],null,null,null]],)"
                    R"("b.track_y":[[7],[]],"b.time_old":[[1],[],"v1"],"b.time_failed":[null,[["1","2"]]],)"
                    R"("b.time_odd":[[1,2,3],[["1","2"]]]},"version":2})",
                    around);
    PERIHELION_VERIFY_RESULT(results);
    QCOMPARE(results->series.size(), std::size_t{3});
    const ImportedSeries* first =
        find(*results, QStringLiteral("b.time_x(1, 'a')"), QStringLiteral("real time"));
    const ImportedSeries* last =
        find(*results, QStringLiteral("b.time_x(2, 'b')"), QStringLiteral("real time"));
    const ImportedSeries* tracked = find(*results, QStringLiteral("b.track_y"), QStringLiteral("value"));
    QVERIFY(first && last && tracked);
    QCOMPARE(first->samples, (std::vector<double>{1, 2}));
    QVERIFY(!first->summarised && last->summarised);
    QCOMPARE(last->samples, std::vector<double>{4});
    QCOMPARE(tracked->unit, QStringLiteral("things"));
    QCOMPARE(first->commit, QStringLiteral("abc"));
    QCOMPARE(first->at.toMSecsSinceEpoch(), 1600000000000LL);
    const QString notes = results->notes.join(u'|');
    QVERIFY2(notes.contains(u"1 result of another version") && notes.contains(u"3 results had failed") &&
                 notes.contains(u"1 result does not fit"),
             qPrintable(notes));
    const auto plain = readResults(
        R"({"commit_hash":"abc","results":{"a.time_x":0.25,"a.mem_y":{"result":4,"params":[]}}})");
    PERIHELION_VERIFY_RESULT(plain);
    QVERIFY(find(*plain, QStringLiteral("a.time_x"), QStringLiteral("real time")));
    QVERIFY(find(*plain, QStringLiteral("a.mem_y"), QStringLiteral("memory")));
}

void ResultReaderTest::criterionAsPublished()
{
    PERIHELION_SHARED_DATA_OR_SKIP(
        path, QStringLiteral(
                  "bench/criterion.rs/book/src/user_guide/html_report/Fibonacci/Iterative/base/sample.json"));
    const auto results = readResultPath(path, kNever);
    PERIHELION_VERIFY_RESULT(results);
    QCOMPARE(results->series.size(), std::size_t{1});
    const ImportedSeries& series = results->series.front();
    QCOMPARE(series.name, QStringLiteral("Fibonacci/Iterative"));
    QCOMPARE(series.samples.size(), std::size_t{100});
    QVERIFY(near(median(series.samples) * 1e9, 4.670911442470985));
    QVERIFY(near(medianAbsoluteDeviation(series.samples) * 1e9 * kDeviationPerMad, 0.0829943831) ||
            std::abs(medianAbsoluteDeviation(series.samples) * 1e9 * kDeviationPerMad - 0.0829943831) < 1e-5);
    const auto now = readResults(R"({"sampling_mode":"Linear","iters":[1,2],"times":[10,40]})");
    PERIHELION_VERIFY_RESULT(now);
    QVERIFY(near(now->series.front().samples[1], 20e-9));
    QVERIFY(!now->notes.isEmpty()); // without a name
    QVERIFY(!readResults("[[1,2],[3]]"));
    QVERIFY(!readResults("[[0],[3]]"));
}

void ResultReaderTest::googleBenchmark()
{
    const auto results = readResults(
        R"({"context":{"date":"2024-05-06T07:08:09+02:00","host_name":"box","GIT_COMMIT_HASH":"f00"},"benchmarks":[)"
        R"({"name":"A/repeats:2","run_name":"A","run_type":"iteration","real_time":2,"cpu_time":1,"time_unit":"ms"},)"
        R"({"name":"A/repeats:2","run_name":"A","run_type":"iteration","real_time":4,"cpu_time":3,"time_unit":"ms"},)"
        R"({"name":"A_mean","run_name":"A","run_type":"aggregate","aggregate_name":"mean","real_time":3,"cpu_time":2,"time_unit":"ms"},)"
        R"({"name":"B_mean","run_name":"B","run_type":"aggregate","aggregate_name":"mean","real_time":8,"cpu_time":8,"time_unit":"us"},)"
        R"({"name":"B_median","run_name":"B","run_type":"aggregate","aggregate_name":"median","real_time":7,"cpu_time":7,"time_unit":"us"},)"
        R"({"name":"C","run_name":"C","run_type":"iteration","error_occurred":true,"error_message":"broken"},)"
        R"({"name":"D","real_time":Infinity,"cpu_time":5,"time_unit":"ns"},)"
        R"({"name":"E_BigO","run_name":"E","run_type":"iteration","cpu_coefficient":1,"big_o":"N","time_unit":"ns"}]})");
    PERIHELION_VERIFY_RESULT(results);
    const ImportedSeries* real = find(*results, QStringLiteral("A"), QStringLiteral("real time"));
    QVERIFY(real);
    QCOMPARE(real->samples.size(), std::size_t{2});
    QVERIFY(near(real->samples[1], 0.004) && !real->summarised);
    QCOMPARE(real->machine, QStringLiteral("box"));
    QCOMPARE(real->commit, QStringLiteral("f00"));
    QCOMPARE(real->at, QDateTime(QDate(2024, 5, 6), QTime(5, 8, 9), Qt::UTC));
    const ImportedSeries* middle = find(*results, QStringLiteral("B"), QStringLiteral("cpu time"));
    QVERIFY(middle && middle->summarised && near(middle->samples.front(), 7e-6));
    QCOMPARE(middle->samples.size(), std::size_t{1});
    QVERIFY(!find(*results, QStringLiteral("D"), QStringLiteral("real time")));
    QVERIFY(find(*results, QStringLiteral("D"), QStringLiteral("cpu time")));
    QVERIFY(results->notes.join(u'|').contains(u"C failed") &&
            results->notes.join(u'|').contains(u"complexity"));
}

void ResultReaderTest::hyperfine()
{
    const auto results = readResults(kHyperfine);
    PERIHELION_VERIFY_RESULT(results);
    const ImportedSeries* elapsed = find(*results, QStringLiteral("sleep 1"), QStringLiteral("elapsed"));
    const ImportedSeries* memory = find(*results, QStringLiteral("sleep 1"), QStringLiteral("peak memory"));
    const ImportedSeries* user = find(*results, QStringLiteral("sleep 1"), QStringLiteral("user"));
    QVERIFY(elapsed && memory && user);
    QCOMPARE(elapsed->samples, (std::vector<double>{1, 2, 3}));
    QCOMPARE(memory->unit, QStringLiteral("B"));
    QVERIFY(user->summarised && !find(*results, QStringLiteral("sleep 1"), QStringLiteral("system")));
    QVERIFY(results->notes.first().contains(u"2 of 3 runs"));
}

void ResultReaderTest::pytestBenchmark()
{
    const auto results = readResults(
        R"({"machine_info":{"node":"n"},"commit_info":{"id":"c0","dirty":true},"datetime":"2024-01-02T03:04:05.678901",)"
        R"("benchmarks":[{"name":"f","fullname":"t.py::f","stats":{"median":2,"data":[1,3]}},)"
        R"({"name":"g","stats":{"median":2}},{"name":"h","stats":{}}]})");
    PERIHELION_VERIFY_RESULT(results);
    QCOMPARE(results->series.size(), std::size_t{2});
    QCOMPARE(results->series[0].samples, (std::vector<double>{1, 3}));
    QVERIFY(!results->series[0].summarised && results->series[1].summarised);
    QCOMPARE(results->series[0].commit, QStringLiteral("c0"));
    QVERIFY(results->series[0].at.isValid());
    QCOMPARE(results->notes.size(), 2);
}

void ResultReaderTest::timesWithoutZoneAreUtc()
{
    // Whoever reads the file, and wherever: the time belongs to the run's identity.
    const QByteArray before = qgetenv("TZ");
    qputenv("TZ", "America/New_York");
    ::tzset();
    const auto results = readResults(
        R"({"machine_info":{},"datetime":"2024-01-02T03:04:05.678901","benchmarks":[{"name":"f","stats":{"data":[1]}}]})");
    qputenv("TZ", before);
    ::tzset();
    PERIHELION_VERIFY_RESULT(results);
    QCOMPARE(results->series[0].at, QDateTime(QDate(2024, 1, 2), QTime(3, 4, 5, 678), Qt::UTC));
}

void ResultReaderTest::samplesLeftOutAreCounted()
{
    const auto nothing = readResults(R"({"results":[{"command":"x","times":[-1,-2]}]})");
    QVERIFY(!nothing && nothing.error().message.contains(u"every time in it is negative"));
    const auto text = readResults(R"({"results":[{"command":"x","times":["a",null,-1,0]}]})");
    PERIHELION_VERIFY_RESULT(text);
    QCOMPARE(text->series.at(0).samples, (std::vector<double>{0}));
    QCOMPARE(text->notes, (QStringList{QStringLiteral("2 samples are no numbers and were left out"),
                                       QStringLiteral("1 negative time was left out")}));
    const QByteArrayList others{
        R"({"machine_info":{},"benchmarks":[{"name":"f","stats":{"data":[1,NaN,3]}}]})",
        R"({"context":{},"benchmarks":[{"name":"D","real_time":Infinity,"cpu_time":5,"time_unit":"ns"}]})",
        R"({"iters":[1,2],"times":[10,NaN]})",
        R"({"commit_hash":"c","results":{"time_a":{"result":[1],"samples":[[1,NaN]]}}})"};
    for (const QByteArray& other : others) {
        const auto results = readResults(other);
        PERIHELION_VERIFY_RESULT(results);
        QVERIFY2(results->notes.contains(QStringLiteral("1 sample is no number and was left out")),
                 qPrintable(results->notes.join(u'|')));
    }
}

void ResultReaderTest::actionBenchmarkUnits()
{
    const auto results = readResults(
        R"({"entries":{"s":[{"commit":{"id":"c"},"tool":"cargo","benches":[{"name":"a","value":5,"unit":"ns/iter"},)"
        R"({"name":"b","value":5,"unit":"sec"},{"name":"c","value":5,"unit":"ms / op"},{"name":"d","value":5,"unit":"\u00b5s"},)"
        R"({"name":"e","value":5,"unit":"B/op"},{"name":"f","value":5,"unit":"iter/sec"},{"name":"g","value":5,"unit":"MB/s"}]}]}})");
    PERIHELION_VERIFY_RESULT(results);
    const QList<std::pair<QString, double>> expected{
        {QStringLiteral("s"), 5e-9}, {QStringLiteral("s"), 5}, {QStringLiteral("s"), 5e-3},
        {QStringLiteral("s"), 5e-6}, {QStringLiteral("B"), 5}, {QStringLiteral("iter/sec"), 5},
        {QStringLiteral("MB/s"), 5}};
    QCOMPARE(static_cast<qsizetype>(results->series.size()), expected.size());
    for (qsizetype i = 0; i < expected.size(); ++i) {
        const ImportedSeries& series = results->series[static_cast<std::size_t>(i)];
        QCOMPARE(series.unit, expected.at(i).first);
        QVERIFY2(near(series.samples.front(), expected.at(i).second), qPrintable(series.name));
    }
}

void ResultReaderTest::actionBenchmark()
{
    const auto results = readResults(
        "window.BENCHMARK_DATA = {\"entries\":{\"Suite\":[{\"commit\":{\"id\":\"c1\",\"timestamp\":"
        "\"2024-01-02T03:04:05+01:00\"},\"tool\":\"benchmarkjs\",\"benches\":[{\"name\":\"x\",\"value\":12,"
        "\"unit\":\"ops/sec\"},{\"name\":\"y\"}]},{\"commit\":{\"id\":\"c2\"},\"tool\":\"go\",\"benches\":"
        "[{\"name\":\"x\",\"value\":5,\"unit\":\"ns/op\"}]}]}};\n");
    PERIHELION_VERIFY_RESULT(results);
    QCOMPARE(results->series.size(), std::size_t{2});
    QVERIFY(results->series[0].better == BetterDirection::Higher &&
            results->series[1].better == BetterDirection::Lower);
    QCOMPARE(results->series[0].name, QStringLiteral("Suite/x"));
    QCOMPARE(results->series[0].unit, QStringLiteral("ops/sec"));
    QCOMPARE(results->series[0].at, QDateTime(QDate(2024, 1, 2), QTime(2, 4, 5), Qt::UTC));
}

void ResultReaderTest::traces()
{
    const auto results = readResults(
        R"([{"ph":"M","name":"process_name","pid":1,"args":{"name":"render"}},)"
        R"({"ph":"X","name":"draw","pid":1,"tid":1,"ts":0,"dur":1000},{"ph":"X","name":"draw","pid":1,"tid":2,"ts":5,"dur":2000},)"
        R"({"ph":"B","name":"outer","pid":2,"tid":1,"ts":10},{"ph":"B","name":"inner","pid":2,"tid":1,"ts":20},)"
        R"({"ph":"E","pid":2,"tid":1,"ts":50},{"ph":"E","name":"outer","pid":2,"tid":1,"ts":110}])");
    PERIHELION_VERIFY_RESULT(results);
    const ImportedSeries* draw = find(*results, QStringLiteral("render"), QStringLiteral("draw"));
    const ImportedSeries* inner = find(*results, QStringLiteral("process 2"), QStringLiteral("inner"));
    const ImportedSeries* outer = find(*results, QStringLiteral("process 2"), QStringLiteral("outer"));
    QVERIFY(draw && inner && outer);
    QCOMPARE(draw->samples.size(), std::size_t{2});
    QVERIFY(near(draw->samples[1], 0.002) && near(inner->samples[0], 30e-6) &&
            near(outer->samples[0], 100e-6));
    QVERIFY2(results->notes.isEmpty(), qPrintable(results->notes.join(u'|')));
}

void ResultReaderTest::brokenTraces()
{
    const QByteArray whole =
        R"([{"ph":"X","name":"a","pid":1,"ts":0,"dur":1},{"ph":"B","name":"b","pid":1,"ts":2},)";
    const auto open = readResults(whole + R"({"ph":"E","na)");
    PERIHELION_VERIFY_RESULT(open);
    QCOMPARE(open->series.size(), std::size_t{1});
    QVERIFY(open->notes.join(u'|').contains(u"breaks off; its 2 whole events"));
    QVERIFY(open->notes.join(u'|').contains(u"1 event begins and never ends"));
    const auto ends =
        readResults(R"([{"ph":"X","name":"a","dur":1},{"ph":"E","ts":1},{"ph":"X","name":"x","dur":-1}])");
    PERIHELION_VERIFY_RESULT(ends);
    QCOMPARE(ends->notes.size(), 2);
    const auto empty = readResults(R"([{"ph":"i","name":"a","ts":1}])");
    QVERIFY(!empty && empty.error().code == ErrorCode::Corrupt);
}

void ResultReaderTest::encodings()
{
    const QString text =
        QString::fromUtf8(kHyperfine).replace(QStringLiteral("sleep 1"), QStringLiteral("schläft"));
    QByteArray crlf = text.toUtf8();
    crlf.replace(",", ",\r\n");
    QStringEncoder little(QStringEncoder::Utf16LE, QStringEncoder::Flag::WriteBom);
    QStringEncoder big(QStringEncoder::Utf16BE, QStringEncoder::Flag::WriteBom);
    for (const QByteArray& bytes : {text.toUtf8(), QByteArray("\xEF\xBB\xBF" + text.toUtf8()), crlf,
                                    QByteArray(little(text)), QByteArray(big(text))}) {
        const auto results = readResults(bytes);
        PERIHELION_VERIFY_RESULT(results);
        QCOMPARE(results->series.front().name, QStringLiteral("schläft"));
    }
}

void ResultReaderTest::bareNumbers()
{
    QCOMPARE(withoutBareNumbers(R"([NaN,-Infinity,Infinity,-nan,"NaN \" Infinity",-1,null])"),
             QByteArray(R"([null,null,null,null,"NaN \" Infinity",-1,null])"));
    QCOMPARE(withoutBareNumbers("\"open NaN"), QByteArray("\"open NaN"));
    QCOMPARE(wholeObjectsOf(R"([{"a":"}"},{"b":[{}]},{"c")"), QByteArray(R"([{"a":"}"},{"b":[{}]}])"));
}

void ResultReaderTest::refusals_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray(" \r\n") << QStringLiteral("empty");
    QTest::newRow("text") << QByteArray("BenchmarkX-8  100  12 ns/op") << QStringLiteral("no JSON");
    QTest::newRow("binary") << QByteArray("\x89PNG\r\n\x1a\n\0\0", 10) << QStringLiteral("no JSON");
    QTest::newRow("truncated") << kHyperfine.left(60) << QStringLiteral("breaks off");
    QTest::newRow("damaged") << QByteArray("{\"a\":1,\n\"b\" 2}") << QStringLiteral("line 2");
    QTest::newRow("speedscope") << QByteArray(R"({"$schema":"https://www.speedscope.app/x.json"})")
                                << QStringLiteral("speedscope");
    QTest::newRow("jmh") << QByteArray(R"([{"primaryMetric":{}}])") << QStringLiteral("JMH");
    QTest::newRow("estimates") << QByteArray(R"({"mean":{},"median":{}})") << QStringLiteral("sample.json");
    QTest::newRow("bencher") << QByteArray(R"({"b":{"latency":{"value":1}}})") << QStringLiteral("Bencher");
    QTest::newRow("unknown object") << QByteArray("{\"x\":1}") << QStringLiteral("no format");
    QTest::newRow("unknown array") << QByteArray("[1]") << QStringLiteral("no format");
    QTest::newRow("no results") << QByteArray(R"({"results":[{"command":"x"}]})")
                                << QStringLiteral("no command");
}

void ResultReaderTest::refusals()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto results = readResults(text);
    QVERIFY(!results);
    QVERIFY2(results.error().message.contains(says), qPrintable(results.error().message));
}

void ResultReaderTest::everyTruncation()
{
    for (qsizetype length = 0; length < kHyperfine.size(); ++length) {
        QVERIFY(!readResults(kHyperfine.left(length)));
    }
    const QByteArray trace =
        R"([{"ph":"X","name":"a\"","pid":1,"ts":0,"dur":1},{"ph":"X","name":"b","dur":2}])";
    for (qsizetype length = 0; length < trace.size(); ++length) {
        const auto results = readResults(trace.left(length));
        QVERIFY(!results || results->series.size() <= 2);
    }
}

void ResultReaderTest::foldersAndFiles()
{
    QTemporaryDir folder;
    const auto write = [&folder](const QString& name, const QByteArray& text) {
        const QString path = folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    const auto missing = readResultPath(folder.filePath(QStringLiteral("none.json")), kNever);
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
    QVERIFY(write(QStringLiteral("other.json"), "{}"));
    const auto none = readResultPath(folder.path(), kNever);
    QVERIFY(!none && none.error().code == ErrorCode::UnsupportedLayout);
    QVERIFY(write(QStringLiteral("deep/one.json"), kHyperfine));
    QVERIFY(write(QStringLiteral("group/new/sample.json"), R"({"iters":[1],"times":[5]})"));
    QVERIFY(write(QStringLiteral("group/new/benchmark.json"), R"({"full_id":"group/f","group_id":"group"})"));
    const auto both = readResultPath(folder.path(), kNever);
    PERIHELION_VERIFY_RESULT(both);
    QVERIFY(find(*both, QStringLiteral("group/f"), QStringLiteral("real time")));
    QVERIFY(find(*both, QStringLiteral("sleep 1"), QStringLiteral("elapsed")));
    QVERIFY(both->notes.join(u'|').contains(u"other.json"));
    CancelToken cancel;
    cancel.cancel();
    const auto cancelled = readResultPath(folder.path(), cancel);
    QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
}

void ResultReaderTest::onlyRegularFilesAreOpened()
{
    const QTemporaryDir folder;
    const QString pipe = folder.filePath(QStringLiteral("results.json"));
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    for (const QString& path : {pipe, QStringLiteral("/dev/zero")}) {
        const auto content = resultFileContent(path);
        QVERIFY(!content && content.error().code == ErrorCode::UnsupportedLayout);
        QVERIFY2(content.error().message.contains(u"regular file"), qPrintable(content.error().message));
    }
    // What stands beside a file is not waited for either.
    QDir(folder.path()).mkpath(QStringLiteral("tree/machine"));
    const QString tree = folder.filePath(QStringLiteral("tree"));
    QCOMPARE(::mkfifo(QFile::encodeName(QString(tree % u"/benchmarks.json")).constData(), 0600), 0);
    const QString result = QString(tree % u"/machine/a.json");
    QFile file(result);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"commit_hash":"c","results":{"time_a":1}})");
    file.close();
    PERIHELION_VERIFY_RESULT(readResultPath(result, kNever));
}

QTEST_GUILESS_MAIN(ResultReaderTest)
#include "tst_result_reader.moc"
