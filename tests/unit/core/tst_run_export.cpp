// SPDX-License-Identifier: GPL-3.0-or-later
// Runs in foreign formats: each is read back the way its own readers do, and holds the times of the run.
#include "core/interchange/phase_layout.h"
#include "core/interchange/run_export.h"
#include "core/interchange/run_table.h"
#include "core/runs/run_json.h"
#include "tests/unit/core/sample_run.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// compare.py of Google Benchmark, as Debian packs it.
QString comparer()
{
    return QStringLiteral("/usr/share/benchmark/compare.py");
}

bool writeFile(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

double total(const QJsonArray& benchmarks, const QString& name, const QString& aggregate)
{
    for (const auto entry : benchmarks) {
        if (entry[u"run_name"].toString() == name && entry[u"aggregate_name"].toString() == aggregate) {
            return entry[u"real_time"].toDouble();
        }
    }
    return -1;
}

} // namespace

class TestRunExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesGoBothWays();
    void ownJsonReadsBack();
    void csvHasALineForEachPhase();
    void csvReadsBack();
    void csvKeepsMachinesAndGaps();
    void csvKeepsPhasesOfOneName();
    void oneCommitForGoogleBenchmark();
    void speedscopeLeavesOutWhatHasNoTime();
    void damagedCsvIsRefused_data();
    void damagedCsvIsRefused();
    void googleBenchmarkHoldsRepetitionsAndAggregates();
    void comparePyAcceptsIt();
    void phasesLieInsideTheirParents();
    void chromeTraceNests();
    void speedscopeIsBalanced();
    void openMetricsFollowsTheGrammar();
    void junitCountsItsCases();
    void noRunsAreNoCrash();
};

void TestRunExport::namesGoBothWays()
{
    QCOMPARE(exportFormatNames().size(), 7);
    for (const QString& name : exportFormatNames()) {
        const auto format = exportFormatFromName(name);
        QVERIFY(format);
        QCOMPARE(exportFormatName(*format), name);
    }
    QVERIFY(!exportFormatFromName(u"xml"));
}

void TestRunExport::ownJsonReadsBack()
{
    const RunRecord run = sampleRun();
    const std::vector<RunRecord> runs{run, sampleRun(1'700'000'100'000)};
    const auto back =
        runFromJson(exportRuns(std::span(&run, 1), ExportFormat::Json), QStringLiteral("run.json"));
    QVERIFY(back);
    QVERIFY(*back == run);
    QCOMPARE(QJsonDocument::fromJson(exportRuns(runs, ExportFormat::Json)).array().size(), 2);
}

void TestRunExport::csvHasALineForEachPhase()
{
    RunRecord run = sampleRun();
    run.scenario = QStringLiteral("a \"b\", c");
    const QList<QByteArray> lines = runsAsCsv(std::span(&run, 1)).split('\n');
    // Header, cold 4 phases, failed 1, three times warm 2 phases; a metric, unattributed and total each.
    QCOMPARE(lines.size(), 1 + 7 + 1 + 3 * 5 + 1);
    QVERIFY(lines.last().isEmpty());
    QVERIFY(lines.at(1).contains(
        ",toy,\"a \"\"b\"\", c\",cold,0,0,spawn,0.000000700,224833,,5000000,(process),"));
    QVERIFY(lines.at(8).contains(",cold,1,0,,,,,,,,,,,"));
    QVERIFY(lines.at(9).contains(",warm,2,0,sum,0.000009000,"));
    QVERIFY(lines.at(11).contains(",drift,1.2"));
    QVERIFY(lines.at(13).contains(",warm,2,0,total,0.000010000,"));
}

void TestRunExport::csvReadsBack()
{
    RunRecord run = sampleRun();
    run.scenario = QStringLiteral("a \"b\",\nc");
    run.project = QStringLiteral("elsewhere");
    run.commitTime = run.started.addDays(-1);
    run.higherIsBetter = {QStringLiteral("drift")};
    const std::vector<RunRecord> runs{run, sampleRun(1'700'000'100'000)};
    const QByteArray text = runsAsCsv(runs);
    const auto back = runsFromTable(text, QStringLiteral("runs.csv"));
    QVERIFY2(back, qPrintable(back ? QString() : back.error().sentence()));
    QCOMPARE(back->size(), 2U);
    QCOMPARE(runsAsCsv(*back), text);
    const RunRecord& first = back->front();
    QCOMPARE(first.scenario, run.scenario);
    QCOMPARE(first.commitTime, run.commitTime);
    QVERIFY(first.phases == run.phases);
    QCOMPARE(first.plan.coldRuns, 2);
    QCOMPARE(first.processes.size(), run.processes.size());
    for (std::size_t i = 0; i < run.iterations.size(); ++i) {
        QVERIFY(first.iterations[i].phases.size() == run.iterations[i].phases.size());
        QCOMPARE(first.iterations[i].failed, run.iterations[i].failed);
        QCOMPARE(first.iterations[i].elapsed.count(), run.iterations[i].elapsed.count());
        for (std::size_t k = 0; k < run.iterations[i].phases.size(); ++k) {
            QCOMPARE(first.iterations[i].phases[k].self.count(), run.iterations[i].phases[k].self.count());
        }
    }
    // Windows line ends change nothing; neither do the columns of the short form.
    QCOMPARE(runsAsCsv(*runsFromTable(QByteArray(text).replace("\n", "\r\n").replace(",\r\nc", ",\nc"),
                                      QStringLiteral("runs.csv"))),
             text);
}

void TestRunExport::csvKeepsMachinesAndGaps()
{
    RunRecord fast = sampleRun();
    fast.machine.architecture = QStringLiteral("x86_64");
    fast.machine.logicalCores = 8;
    fast.machine.memory = ByteCount{32ULL << 30};
    fast.machine.virtualisation = QStringLiteral("kvm");
    RunRecord slow = sampleRun(1'700'000'100'000);
    slow.machine.cpu = QStringLiteral("Abacus 10");
    RunRecord gap = sampleRun(1'700'000'200'000);
    gap.state = RunState::BuildFailed;
    gap.failure = QStringLiteral("Building it failed:\nno rule, \"all\"");
    gap.iterations.clear();
    gap.processes.clear();
    const std::vector<RunRecord> runs{fast, slow, gap};
    const auto back = runsFromTable(runsAsCsv(runs), QStringLiteral("runs.csv"));
    QVERIFY2(back, qPrintable(back ? QString() : back.error().sentence()));
    QCOMPARE(back->size(), runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunRecord& read = back->at(i);
        QCOMPARE(read.uuid, runs[i].uuid);
        QCOMPARE(read.machine.fingerprint(), runs[i].machine.fingerprint());
        QCOMPARE(read.machine.buildType, runs[i].machine.buildType);
        QCOMPARE(read.workloadVersion, runs[i].workloadVersion);
        QVERIFY(read.state == runs[i].state);
        QCOMPARE(read.failure, runs[i].failure);
    }
    QVERIFY(back->at(2).iterations.empty());
    QCOMPARE(back->at(0).iterations.at(1).failure, fast.iterations.at(1).failure);
    // Tables of before have no such columns.
    QByteArray old;
    for (const QByteArray& line : runsAsCsv(std::span(runs).first(2)).split('\n')) {
        old += line.isEmpty() ? QByteArray() : line.split(',').first(24).join(',') + '\n';
    }
    const auto earlier = runsFromTable(old, QStringLiteral("old.csv"));
    QVERIFY2(earlier, qPrintable(earlier ? QString() : earlier.error().sentence()));
    QCOMPARE(earlier->size(), 2U);
    QVERIFY(earlier->at(0).state == RunState::Finished);
}

void TestRunExport::csvKeepsPhasesOfOneName()
{
    RunRecord run = sampleRun();
    run.phases.push_back({QStringLiteral("Load"), -1, false});
    run.phases.push_back({QStringLiteral("inner"), 4, false});
    run.iterations.back().phases.push_back({4, Nanoseconds(50), Nanoseconds(10), 1});
    run.iterations.back().phases.push_back({5, Nanoseconds(40), Nanoseconds(40), 1});
    const auto back = runsFromTable(runsAsCsv(std::span(&run, 1)), QStringLiteral("runs.csv"));
    QVERIFY2(back, qPrintable(back ? QString() : back.error().sentence()));
    QVERIFY(back->front().phases == run.phases);
    QCOMPARE(back->front().iterations.back().phases.at(3).total.count(), 40);
}

void TestRunExport::oneCommitForGoogleBenchmark()
{
    std::vector<RunRecord> runs{sampleRun(), sampleRun(1'700'000'100'000)};
    QVERIFY(fitsFormat(runs, ExportFormat::GoogleBenchmark));
    runs[1].machine.cpu = QStringLiteral("Abacus 10");
    QVERIFY(!fitsFormat(runs, ExportFormat::GoogleBenchmark));
    runs[1].machine.cpu = runs[0].machine.cpu;
    runs[1].commit = QString(40, u'a');
    const auto refused = fitsFormat(runs, ExportFormat::GoogleBenchmark);
    QVERIFY(!refused && refused.error().message.contains(u"2 runs of 2 commits and 1 machine"));
    QVERIFY(refused.error().message.contains(u"--commit"));
    QVERIFY(fitsFormat(runs, ExportFormat::Json));
}

void TestRunExport::speedscopeLeavesOutWhatHasNoTime()
{
    RunRecord imported = sampleRun(1'700'000'100'000);
    for (RunIteration& each : imported.iterations) {
        each.elapsed = Nanoseconds(0);
        each.phases.clear();
    }
    const std::vector<RunRecord> runs{sampleRun(), imported};
    QCOMPARE(runsLeftOut(runs, ExportFormat::Speedscope), 1);
    QCOMPARE(runsLeftOut(runs, ExportFormat::OpenMetrics), 0);
    QCOMPARE(runsLeftOut(runs, ExportFormat::Csv), 0);
    const QJsonArray profiles =
        QJsonDocument::fromJson(runsAsSpeedscope(runs)).object().value(u"profiles").toArray();
    QCOMPARE(profiles.size(), 2); // Cold and warm of the first one.
    for (const auto profile : profiles) {
        QVERIFY(profile[u"endValue"].toInteger() > 0);
    }
}

void TestRunExport::damagedCsvIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("part");
    const QByteArray header(
        "run_id,started,commit,dirty,workload,scenario,mode,process,iteration,phase,seconds,"
        "payload_bytes,gzip_bytes,peak_rss_bytes\n");
    QTest::newRow("nothing") << QByteArray() << QStringLiteral("columns");
    QTest::newRow("other columns") << QByteArray("time,commit,a\n1,2,3\n") << QStringLiteral("columns");
    QTest::newRow("too few fields") << QByteArray(header + "u,2024,c,0,w\n") << QStringLiteral("fields");
    QTest::newRow("mode") << QByteArray(header + "u,,c,0,w,s,hot,0,0,p,1,,,\n") << QStringLiteral("mode");
    QTest::newRow("time") << QByteArray(header + "u,,c,0,w,s,warm,0,0,p,nan,,,\n")
                          << QStringLiteral("seconds");
    QTest::newRow("negative") << QByteArray(header + "u,,c,0,w,s,warm,0,0,p,-1,,,\n")
                              << QStringLiteral("seconds");
    QTest::newRow("process") << QByteArray(header + "u,,c,0,w,s,warm,x,0,p,1,,,\n")
                             << QStringLiteral("whole");
    QTest::newRow("bytes") << QByteArray(header + "u,,c,0,w,s,warm,0,0,p,1,many,,\n")
                           << QStringLiteral("payload_bytes");
    QTest::newRow("no run") << QByteArray(header + ",,c,0,w,s,warm,0,0,p,1,,,\n") << QStringLiteral("run_id");
    QTest::newRow("quote") << QByteArray(header + "u,,c,0,w,s,warm,0,0,p,1,,,\"")
                           << QStringLiteral("does not end");
}

void TestRunExport::damagedCsvIsRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, part);
    const auto runs = runsFromTable(text, QStringLiteral("runs.csv"));
    QVERIFY(!runs);
    QVERIFY2(runs.error().sentence().contains(part), qPrintable(runs.error().sentence()));
}

void TestRunExport::googleBenchmarkHoldsRepetitionsAndAggregates()
{
    const RunRecord run = sampleRun();
    const QJsonObject root = QJsonDocument::fromJson(runsAsGoogleBenchmark(std::span(&run, 1))).object();
    QCOMPARE(root[u"context"][u"host_name"].toString(), QStringLiteral("bench"));
    QCOMPARE(root[u"context"][u"commit"].toString(), run.commit);
    const QJsonArray benchmarks = root[u"benchmarks"].toArray();
    const QString name = QStringLiteral("toy/plain/total/warm");
    std::vector<double> times;
    for (const auto entry : benchmarks) {
        if (entry[u"name"].toString() == name) {
            QCOMPARE(entry[u"run_type"].toString(), QStringLiteral("iteration"));
            QCOMPARE(entry[u"repetitions"].toInt(), 3);
            QCOMPARE(entry[u"repetition_index"].toInt(), static_cast<int>(times.size()));
            times.push_back(entry[u"real_time"].toDouble());
        }
    }
    QCOMPARE(times, (std::vector<double>{0.01, 0.03, 0.02}));
    QCOMPARE(total(benchmarks, name, QStringLiteral("mean")), 0.02);
    QCOMPARE(total(benchmarks, name, QStringLiteral("median")), 0.02);
    QCOMPARE(total(benchmarks, name, QStringLiteral("stddev")), 0.01);
    QCOMPARE(total(benchmarks, name, QStringLiteral("cv")), 0.5);
    // One repetition has no aggregates; a failed iteration no repetition.
    QCOMPARE(total(benchmarks, QStringLiteral("toy/plain/total/cold"), QStringLiteral("mean")), -1);
}

void TestRunExport::comparePyAcceptsIt()
{
    if (!QFile::exists(comparer())) {
        if (qEnvironmentVariableIsSet("CI")) {
            QFAIL("Google Benchmark's compare.py is missing: apt-get install libbenchmark-tools");
        }
        QSKIP("Google Benchmark's compare.py is not installed (libbenchmark-tools)");
    }
    const QTemporaryDir folder;
    const RunRecord before = sampleRun();
    const RunRecord after = sampleRun(1'700'000'100'000, 2000);
    const QString a = folder.filePath(QStringLiteral("a.json"));
    const QString b = folder.filePath(QStringLiteral("b.json"));
    QVERIFY(writeFile(a, runsAsGoogleBenchmark(std::span(&before, 1))));
    QVERIFY(writeFile(b, runsAsGoogleBenchmark(std::span(&after, 1))));
    QProcess process;
    process.start(QStringLiteral("/usr/bin/python3"),
                  {comparer(), QStringLiteral("--no-color"), QStringLiteral("benchmarks"), a, b});
    QVERIFY(process.waitForFinished(120'000));
    const QByteArray output = process.readAllStandardOutput();
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
    // Everything took twice as long.
    QVERIFY2(output.contains("toy/plain/total/warm_median") && output.contains("+1.0000"),
             output.constData());
}

void TestRunExport::phasesLieInsideTheirParents()
{
    RunRecord run = sampleRun();
    RunIteration& iteration = run.iterations.at(2);
    std::vector<PlacedPhase> placed = layOutPhases(run, iteration);
    QCOMPARE(placed.size(), 2U);
    QCOMPARE(placed.at(0).phase, 2);
    QCOMPARE(placed.at(0).end.count(), 9000);
    QCOMPARE(placed.at(1).depth, 1);
    QCOMPARE(placed.at(1).begin.count(), 0);
    QCOMPARE(placed.at(1).end.count(), 6000);
    // Time of other threads may exceed the parent's: the span must not.
    iteration.phases.at(1).total = Nanoseconds(50'000);
    placed = layOutPhases(run, iteration);
    QCOMPARE(placed.at(1).end.count(), 9000);
    QCOMPARE(placed.at(1).total.count(), 50'000);
}

void TestRunExport::chromeTraceNests()
{
    const RunRecord run = sampleRun();
    const QJsonArray events =
        QJsonDocument::fromJson(runsAsChromeTrace(std::span(&run, 1))).object()[u"traceEvents"].toArray();
    std::map<int, std::vector<std::pair<double, double>>> open; // By thread: spans that hold the next one.
    int spans = 0;
    for (const auto event : events) {
        if (event[u"ph"].toString() == u"M") {
            continue;
        }
        QCOMPARE(event[u"ph"].toString(), QStringLiteral("X"));
        ++spans;
        const double begin = event[u"ts"].toDouble();
        const double end = begin + event[u"dur"].toDouble();
        auto& stack = open[event[u"tid"].toInt()];
        while (!stack.empty() && stack.back().second <= begin + 1e-6) {
            stack.pop_back();
        }
        QVERIFY(stack.empty() || (begin >= stack.back().first && end <= stack.back().second + 1e-6));
        stack.emplace_back(begin, end);
    }
    // Cold: spawn, ready, the iteration, two phases; failed: one; warm: three of them with two phases.
    QCOMPARE(spans, 5 + 1 + 9);
}

void TestRunExport::speedscopeIsBalanced()
{
    const RunRecord run = sampleRun();
    const QJsonObject root = QJsonDocument::fromJson(runsAsSpeedscope(std::span(&run, 1))).object();
    const QJsonArray frames = root[u"shared"][u"frames"].toArray();
    const QJsonArray profiles = root[u"profiles"].toArray();
    QCOMPARE(profiles.size(), 2);
    for (const auto profile : profiles) {
        std::vector<int> open;
        double last = profile[u"startValue"].toDouble();
        const QJsonArray events = profile[u"events"].toArray();
        for (const auto event : events) {
            const double at = event[u"at"].toDouble();
            const int frame = event[u"frame"].toInt(-1);
            QVERIFY(at >= last && frame >= 0 && frame < frames.size());
            last = at;
            if (event[u"type"].toString() == u"O") {
                open.push_back(frame);
            } else {
                QVERIFY(!open.empty() && open.back() == frame);
                open.pop_back();
            }
        }
        QVERIFY(open.empty());
        QCOMPARE(last, profile[u"endValue"].toDouble());
    }
}

void TestRunExport::openMetricsFollowsTheGrammar()
{
    RunRecord run = sampleRun();
    run.scenario = QStringLiteral("quote \" and \\");
    run.phases.push_back({QStringLiteral("Load"), -1, false});
    run.phases.push_back({QStringLiteral("inner"), 4, false}); // The same name below another parent.
    run.iterations.back().phases.push_back({4, Nanoseconds(50), Nanoseconds(10), 1});
    run.iterations.back().phases.push_back({5, Nanoseconds(40), Nanoseconds(40), 1});
    for (const QString& name : {QStringLiteral("BM_hasLabel"), QStringLiteral("bm_haslabel"),
                                QStringLiteral("process 0, A\nx"), QStringLiteral("process 0, B\nx")}) {
        run.iterations.back().metrics.push_back({name, 2, QStringLiteral("ms")});
    }
    run.iterations.back().metrics.push_back({QStringLiteral("payload bytes"), 5, QStringLiteral("B")});
    const std::vector<RunRecord> runs{run, sampleRun(1'700'000'100'000)};
    const QByteArray text = runsAsOpenMetrics(runs);
    QVERIFY(text.endsWith("\n# EOF\n"));
    QVERIFY(text.contains("scenario=\"quote \\\" and \\\\\""));
    QVERIFY(text.contains(
        "phase=\"total\",parent=\"\",mode=\"warm\",quantile=\"0.5\"} 2.0000000000000002e-05\n"));
    const QRegularExpression sample(
        QStringLiteral(R"(^[a-z_0-9]+\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\} [-+.0-9e]+$)"));
    QSet<QByteArray> ended;
    QSet<QByteArray> series;
    QByteArray family;
    for (const QByteArray& line : text.split('\n')) {
        if (line.startsWith("# TYPE ")) {
            ended.insert(family);
            family = line.split(' ').at(2);
            QVERIFY2(!ended.contains(family), "a family is told twice");
        } else if (!line.isEmpty() && !line.startsWith('#')) {
            QVERIFY2(sample.match(QString::fromUtf8(line)).hasMatch(), line.constData());
            QVERIFY2(line.startsWith(family), line.constData());
            const QByteArray labels = line.left(line.lastIndexOf('}'));
            QVERIFY2(!series.contains(labels), line.constData());
            series.insert(labels);
        }
    }
    for (const char* once : {"# UNIT perihelion_phase_seconds seconds\n", "# HELP perihelion_phase_seconds ",
                             "# UNIT perihelion_metric_seconds seconds\n",
                             "# UNIT perihelion_metric_bytes bytes\n", "# TYPE perihelion_metric gauge\n"}) {
        QVERIFY2(text.count(once) == 1, once);
    }
    QCOMPARE(text.count("# TYPE "), 4);
    // Names as they are, each on a line of its own.
    for (const char* part : {"metric=\"BM_hasLabel\"} 0.002\n", "metric=\"bm_haslabel\"} 0.002\n",
                             "metric=\"process 0, A\\nx\"} ", "metric=\"process 0, B\\nx\"} ",
                             "metric=\"payload bytes\"} 5\n", "metric=\"drift\",unit=\"1\"} ",
                             "phase=\"inner\",parent=\"sum\",mode=\"warm\",quantile=\"0.5\"} 1.2",
                             "phase=\"inner\",parent=\"Load\",mode=\"warm\",quantile=\"0.5\"} 4.0"}) {
        QVERIFY2(text.contains(part), part);
    }
}

void TestRunExport::junitCountsItsCases()
{
    RunRecord before = sampleRun();
    RunRecord after = sampleRun(1'700'000'100'000, 20'000);
    // Enough samples for a verdict; a name and a sentence that XML has to escape.
    for (RunRecord* run : {&before, &after}) {
        for (int i = 0; i < 4; ++i) {
            run->iterations.push_back(run->iterations.at(2));
        }
        run->scenario = QStringLiteral("<a & \"b\">\u0001");
    }
    RunRecord broken = sampleRun(1'700'000'200'000);
    broken.workload = QStringLiteral("broken");
    broken.iterations = {broken.iterations.at(1)};
    broken.iterations.front().failure = QStringLiteral("It broke: \u001b[31m<&>");
    const std::vector<RunRecord> runs{after, broken};

    QXmlStreamReader xml(runsAsJUnit(runs, std::span(&before, 1)));
    struct Counts {
        int tests = 0;
        int failures = 0;
        int errors = 0;
    };
    QList<Counts> said;
    Counts found;
    QSet<QString> names;
    QStringList path;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isEndElement()) {
            path.removeLast();
        }
        if (!xml.isStartElement()) {
            continue;
        }
        const QXmlStreamAttributes attributes = xml.attributes();
        path.append(xml.name().toString());
        if (path.size() <= 2) {
            QCOMPARE(path.last(),
                     path.size() == 1 ? QStringLiteral("testsuites") : QStringLiteral("testsuite"));
            said.append({attributes.value(QLatin1String("tests")).toInt(),
                         attributes.value(QLatin1String("failures")).toInt(),
                         attributes.value(QLatin1String("errors")).toInt()});
            QVERIFY(
                path.size() == 1 ||
                QDateTime::fromString(attributes.value(QLatin1String("timestamp")).toString(), Qt::ISODate)
                    .isValid());
        } else if (path.last() == u"testcase") {
            ++found.tests;
            const QString name = QString(attributes.value(QLatin1String("classname")) % u"::" %
                                         attributes.value(QLatin1String("name")));
            QVERIFY2(!names.contains(name), qPrintable(name));
            names.insert(name);
            bool isNumber = false;
            QVERIFY(attributes.value(QLatin1String("time")).toDouble(&isNumber) >= 0 && isNumber);
        } else if (path.last() == u"failure" || path.last() == u"error") {
            ++(path.last() == u"failure" ? found.failures : found.errors);
            QVERIFY(!attributes.value(QLatin1String("message")).isEmpty());
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(said.size(), 3);
    QCOMPARE(said.at(0).tests, found.tests);
    QCOMPARE(said.at(0).failures, found.failures);
    QCOMPARE(said.at(0).errors, found.errors);
    QCOMPARE(said.at(1).tests + said.at(2).tests, found.tests);
    QCOMPARE(said.at(2).errors, 1);
    QVERIFY(found.failures > 0);
    QVERIFY(names.contains(QStringLiteral("toy.<a & \"b\">\uFFFD::sum (warm)")));
}

void TestRunExport::noRunsAreNoCrash()
{
    for (const QString& name : exportFormatNames()) {
        QVERIFY(!exportRuns({}, *exportFormatFromName(name)).isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestRunExport)
#include "tst_run_export.moc"
