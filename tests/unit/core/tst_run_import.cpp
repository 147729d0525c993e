// SPDX-License-Identifier: GPL-3.0-or-later
// From files to runs: what results of other programs become, and Perihelion's own runs as they were.
#include "core/interchange/run_export.h"
#include "core/interchange/run_import.h"
#include "core/runs/csv_trace.h"
#include "core/runs/run_comparison.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/sample_run.h"

#include <QDirIterator>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace perihelion;
using namespace perihelion::test;

namespace {

const CancelToken kNever;
const QByteArray kGoogle(
    R"({"context":{"date":"2024-05-06T07:08:09+00:00","host_name":"box","num_cpus":4,"library_build_type":"release",)"
    R"("GIT_COMMIT_HASH":"f00d"},"benchmarks":[)"
    R"({"name":"BM_a/8","run_name":"BM_a/8","run_type":"iteration","repetition_index":0,"real_time":2,"cpu_time":1,"time_unit":"ms"},)"
    R"({"name":"BM_a/8","run_name":"BM_a/8","run_type":"iteration","repetition_index":1,"real_time":4,"cpu_time":3,"time_unit":"ms"},)"
    R"({"name":"BM_b","run_name":"BM_b","run_type":"iteration","repetition_index":0,"real_time":5,"cpu_time":5,"time_unit":"ms"}]})");

bool writeFile(const QString& path, const QByteArray& content)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

const PlannedSeries* find(const std::vector<PlannedSeries>& planned, QStringView name)
{
    const auto at = std::find_if(planned.begin(), planned.end(),
                                 [name](const PlannedSeries& each) { return each.name == name; });
    return at == planned.end() ? nullptr : &*at;
}

} // namespace

class TestRunImport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void seriesBecomeMetricsOfARun();
    void namesAreMapped();
    void wrongMappings_data();
    void wrongMappings();
    void directionsAreSettled();
    void criterionIsOneRun();
    void everyCommitIsARun();
    void ownJsonComesBack();
    void ownTablesComeBack();
    void importedRunsAreExported();
    void sameContentIsTheSameRun();
    void equalResultsOfAnotherTimeAreAnotherRun();
    void everyRealRepetitionIsARun();
    void commitsAreWholeHashes();
    void seriesWithoutACommitCountNone();
    void anotherNumberOfSamplesIsNoOtherPlan();
    void foldersSayWhatTheyLeaveOut();
    void namedFilesMustHoldResults();
    void cancels();
    void everyRealFile();
    void asvTree();

private:
    QString put(const QString& name, const QByteArray& content)
    {
        const QString path = m_folder->filePath(name);
        return writeFile(path, content) ? path : QString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestRunImport::seriesBecomeMetricsOfARun()
{
    const auto plan = planImport({put(QStringLiteral("a.json"), kGoogle)}, {}, kNever);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().sentence()));
    QCOMPARE(plan->runs.size(), 1U);
    const RunRecord& run = plan->runs.front();
    QCOMPARE(run.workload, QStringLiteral("google-benchmark"));
    QCOMPARE(run.scenario, QStringLiteral("default"));
    QCOMPARE(run.project, QStringLiteral("imported"));
    QCOMPARE(run.origin, QStringLiteral("Google Benchmark"));
    QCOMPARE(run.commit, QStringLiteral("f00d"));
    QCOMPARE(run.machine.host, QStringLiteral("box"));
    QCOMPARE(run.machine.logicalCores, 4);
    QCOMPARE(run.machine.buildType, QStringLiteral("release"));
    QCOMPARE(run.started, QDateTime(QDate(2024, 5, 6), QTime(7, 8, 9), Qt::UTC));
    QCOMPARE(run.iterations.size(), 2U);
    QCOMPARE(run.iterations[0].metrics.size(), 4U);
    QCOMPARE(run.iterations[1].metrics.size(), 2U);
    QCOMPARE(metricValue(run.iterations[1].metrics, u"BM_a/8"), std::optional(0.004));
    QCOMPARE(metricValue(run.iterations[1].metrics, u"BM_a/8, cpu time"), std::optional(0.003));
    QCOMPARE(run.iterations[0].metrics[0].unit, QStringLiteral("s"));
    const std::vector<PlannedSeries> planned = plannedSeries(plan->runs);
    QCOMPARE(planned.size(), 4U);
    QCOMPARE(find(planned, u"BM_a/8")->samples, 2);
    QVERIFY(!find(planned, u"BM_a/8")->higherIsBetter);

    RunStore store(m_folder->filePath(QStringLiteral("runs.sqlite")));
    const auto ids = store.recordRuns(plan->runs);
    QVERIFY2(ids, qPrintable(ids ? QString() : ids.error().sentence()));
    const auto series = store.series();
    const auto points = store.seriesPoints(series->front().id);
    QVERIFY(points);
    const auto row = std::find_if(points->rows.begin(), points->rows.end(),
                                  [](const RowPoints& each) { return each.row.name == u"BM_a/8"; });
    QVERIFY(row != points->rows.end());
    QCOMPARE(row->points.front().count, 2);
    QCOMPARE(row->points.front().p50, 0.003);
}

void TestRunImport::namesAreMapped()
{
    const QString file = put(QStringLiteral("a.json"), kGoogle);
    ImportRule rule;
    rule.project = QStringLiteral("mine");
    for (const QString& text :
         {QStringLiteral("^BM_(\\w)/(\\d+)$=sorting/n\\2/\\1"), QStringLiteral("BM_b=other")}) {
        const auto mapping = NameMapping::fromText(text);
        QVERIFY2(mapping, qPrintable(mapping ? QString() : mapping.error().sentence()));
        rule.mappings.push_back(*mapping);
    }
    const auto plan = planImport({file}, rule, kNever);
    QVERIFY(plan);
    QSet<QString> found;
    for (const PlannedSeries& each : plannedSeries(plan->runs)) {
        QCOMPARE(each.project, QStringLiteral("mine"));
        found.insert(QString(each.workload % u'|' % each.scenario % u'|' % each.name));
    }
    QCOMPARE(found, (QSet<QString>{QStringLiteral("sorting|n8|a"),
                                   QStringLiteral("google-benchmark|default|BM_a/8, cpu time"),
                                   QStringLiteral("other|default|BM_b"),
                                   QStringLiteral("other|default|BM_b, cpu time")}));
}

void TestRunImport::wrongMappings_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("no target") << QStringLiteral("a=");
    QTest::newRow("no pattern") << QStringLiteral("=w/s");
    QTest::newRow("no equals") << QStringLiteral("a");
    QTest::newRow("no expression") << QStringLiteral("(=w");
}

void TestRunImport::wrongMappings()
{
    QFETCH(QString, text);
    const auto mapping = NameMapping::fromText(text);
    QVERIFY(!mapping);
    QCOMPARE(mapping.error().code, ErrorCode::InvalidArgument);
}

void TestRunImport::directionsAreSettled()
{
    const QString file =
        put(QStringLiteral("data.js"),
            "window.BENCHMARK_DATA = "
            "{\"repoUrl\":\"https://h/o/r\",\"entries\":{\"s\":[{\"commit\":{\"id\":\"c1\","
            "\"timestamp\":\"2024-01-02T03:04:05Z\"},\"date\":1704200000000,\"tool\":\"jmh\",\"benches\":["
            "{\"name\":\"rate\",\"value\":12,\"unit\":\"ops/"
            "s\"},{\"name\":\"time\",\"value\":3,\"unit\":\"ns/iter\"}]}]}}");
    const auto told = planImport({file}, {}, kNever);
    QVERIFY(told);
    QCOMPARE(told->runs.size(), 1U);
    QCOMPARE(told->runs[0].project, QStringLiteral("https://h/o/r"));
    QVERIFY(told->runs[0].higherIsBetter.isEmpty());
    QVERIFY2(told->notes.join(u'\n').contains(u"--higher-is-better"), qPrintable(told->notes.join(u'\n')));
    ImportRule rule;
    rule.higherIsBetter.emplace_back(QStringLiteral("rate"));
    const auto settled = planImport({file}, rule, kNever);
    QCOMPARE(settled->runs[0].higherIsBetter, QStringList{QStringLiteral("s/rate")});
    QVERIFY(!settled->notes.join(u'\n').contains(u"--higher-is-better"));
    QVERIFY(settled->runs[0].uuid != told->runs[0].uuid);
}

void TestRunImport::criterionIsOneRun()
{
    for (const QString& name : {QStringLiteral("one"), QStringLiteral("two")}) {
        for (const QString& baseline : {QStringLiteral("new"), QStringLiteral("base")}) {
            const QString at = QString(u"criterion/" % name % u'/' % baseline % u'/');
            put(QString(at % u"sample.json"), R"({"sampling_mode":"Flat","iters":[1,2],"times":[10,22]})");
            put(QString(at % u"benchmark.json"),
                QString(u"{\"full_id\":\"" % name % u"\",\"group_id\":\"g\"}").toUtf8());
        }
    }
    ImportRule rule;
    rule.commit = QStringLiteral("c0ffee");
    const auto plan = planImport({m_folder->filePath(QStringLiteral("criterion"))}, rule, kNever);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().sentence()));
    QCOMPARE(plan->runs.size(), 2U);
    for (const RunRecord& run : plan->runs) {
        QVERIFY(run.scenario == u"new" || run.scenario == u"base");
        QCOMPARE(run.commit, QStringLiteral("c0ffee"));
        QCOMPARE(run.iterations.size(), 2U);
        QCOMPARE(run.iterations[1].metrics.size(), 2U);
        QVERIFY(run.started.isValid());
    }
}

void TestRunImport::everyCommitIsARun()
{
    const QString file = put(QStringLiteral("data.js"),
                             "window.BENCHMARK_DATA = {\"entries\":{\"s\":["
                             "{\"commit\":{\"id\":\"c2\",\"timestamp\":\"2024-01-03T03:04:05Z\"},\"tool\":"
                             "\"go\",\"benches\":[{\"name\":\"x\",\"value\":1,\"unit\":\"ns\"}]},"
                             "{\"commit\":{\"id\":\"c1\",\"timestamp\":\"2024-01-02T03:04:05Z\"},\"tool\":"
                             "\"go\",\"benches\":[{\"name\":\"x\",\"value\":2,\"unit\":\"ns\"}]}]}}");
    const auto plan = planImport({file}, {}, kNever);
    QVERIFY(plan);
    QCOMPARE(plan->runs.size(), 2U);
    QCOMPARE(plan->runs[0].commit, QStringLiteral("c1"));
    QCOMPARE(plan->runs[0].commitTime, QDateTime(QDate(2024, 1, 2), QTime(3, 4, 5), Qt::UTC));
    QCOMPARE(plannedSeries(plan->runs).at(0).commits, 2);
}

void TestRunImport::ownJsonComesBack()
{
    const std::vector<RunRecord> runs{sampleRun(), sampleRun(1'700'000'100'000)};
    const QString one =
        put(QStringLiteral("one.json"), exportRuns(std::span(runs).first(1), ExportFormat::Json));
    const QString both = put(QStringLiteral("both.json"), exportRuns(runs, ExportFormat::Json));
    const auto plan = planImport({one, both}, {}, kNever);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().sentence()));
    QVERIFY(plan->runs == runs);
    QCOMPARE(plan->formats, QStringList{QStringLiteral("Perihelion JSON")});
    QCOMPARE(find(plannedSeries(plan->runs), u"inner")->isPhase, true);

    const auto broken = planImport(
        {put(QStringLiteral("broken.json"), "{\"format\":\"perihelion-run\",\n\"version\":\"x\"}")}, {},
        kNever);
    QVERIFY(!broken && broken.error().sentence().contains(u"broken.json"));
}

void TestRunImport::ownTablesComeBack()
{
    const std::vector<RunRecord> runs{sampleRun()};
    const auto table = planImport({put(QStringLiteral("runs.csv"), runsAsCsv(runs))}, {}, kNever);
    QVERIFY2(table, qPrintable(table ? QString() : table.error().sentence()));
    QCOMPARE(runsAsCsv(table->runs), runsAsCsv(runs));
    const auto trace = planImport({put(QStringLiteral("profiling_runs.csv"),
                                       QByteArray(csvTraceHeader() + '\n' + csvTraceRows(runs[0])))},
                                  {}, kNever);
    QVERIFY2(trace, qPrintable(trace ? QString() : trace.error().sentence()));
    QCOMPARE(trace->formats, QStringList{QStringLiteral("CSV trace")});
    QCOMPARE(trace->runs.size(), 1U);
}

void TestRunImport::importedRunsAreExported()
{
    const auto plan = planImport({put(QStringLiteral("a.json"), kGoogle)}, {}, kNever);
    QVERIFY(plan);
    // To the format they came from and back: the same names and samples.
    const QString again = put(QStringLiteral("b.json"), runsAsGoogleBenchmark(plan->runs));
    const auto back = planImport({again}, {}, kNever);
    QVERIFY2(back, qPrintable(back ? QString() : back.error().sentence()));
    QCOMPARE(metricValue(back->runs.at(0).iterations.at(1).metrics, u"BM_a/8"), std::optional(0.004));
    QCOMPARE(metricValue(back->runs.at(0).iterations.at(1).metrics, u"BM_a/8, cpu time"),
             std::optional(0.003));
    // Cases with their medians, none of them an error.
    const QByteArray xml = runsAsJUnit(plan->runs);
    QVERIFY2(xml.contains("tests=\"4\" failures=\"0\" errors=\"0\""), xml.constData());
    QVERIFY2(xml.contains("name=\"BM_a/8\" classname=\"google-benchmark.default\" time=\"0.003000000\""),
             xml.constData());
    QVERIFY(runsAsCsv(plan->runs).contains(",BM_a/8,0.0040000000000000001,s,lower,"));
}

void TestRunImport::sameContentIsTheSameRun()
{
    RunStore store(m_folder->filePath(QStringLiteral("runs.sqlite")));
    const QString file = put(QStringLiteral("a.json"), kGoogle);
    const QString copy = put(QStringLiteral("elsewhere/b.json"), kGoogle);
    for (const QStringList& paths : {QStringList{file}, QStringList{copy}, QStringList{file, copy}}) {
        const auto plan = planImport(paths, {}, kNever);
        QVERIFY(plan);
        QCOMPARE(plan->runs.size(), 1U);
        QVERIFY(store.recordRuns(plan->runs));
        QCOMPARE(store.recentRuns()->size(), 1U);
    }
    // A sample more is another run.
    const auto other = planImport(
        {put(QStringLiteral("c.json"), QByteArray(kGoogle).replace("\"real_time\":5", "\"real_time\":6"))},
        {}, kNever);
    QVERIFY(store.recordRuns(other->runs));
    QCOMPARE(store.recentRuns()->size(), 2U);
}

void TestRunImport::equalResultsOfAnotherTimeAreAnotherRun()
{
    const QByteArray again = QByteArray(kGoogle).replace("07:08:09", "07:08:10");
    const QString first = put(QStringLiteral("in/a.json"), kGoogle);
    put(QStringLiteral("in/b.json"), again);
    put(QStringLiteral("in/c.json"), kGoogle);
    const auto plan = planImport({m_folder->filePath(QStringLiteral("in"))}, {}, kNever);
    QVERIFY(plan);
    QCOMPARE(plan->runs.size(), 2U);
    QVERIFY2(
        plan->notes.contains(QStringLiteral("1 run stands there more than once with the same content and "
                                            "counts once")),
        qPrintable(plan->notes.join(u'\n')));
    // Without a time of its own a file is what it holds, whenever it was written.
    const QByteArray timeless(R"({"results":[{"command":"x","times":[1,2]}]})");
    const QString one = put(QStringLiteral("one.json"), timeless);
    const QString two = put(QStringLiteral("two.json"), timeless);
    QFile file(two);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTimeUtc().addDays(-3), QFileDevice::FileModificationTime));
    file.close();
    const auto equal = planImport({one, two}, {}, kNever);
    QVERIFY(equal);
    QCOMPARE(equal->runs.size(), 1U);
}

void TestRunImport::everyRealRepetitionIsARun()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench/pytest-benchmark"));
    const auto plan = planImport({folder}, {}, kNever);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().sentence()));
    QVERIFY(plan->files > 10);
    QCOMPARE(static_cast<int>(plan->runs.size()), plan->files);
}

void TestRunImport::commitsAreWholeHashes()
{
    const QString hash = QStringLiteral("0123456789ABCDEF").repeated(3).left(40);
    QCOMPARE(commitForImport(hash).value(), hash.toLower());
    QVERIFY(commitForImport(QString()).value().isEmpty());
    QVERIFY(commitForImport(QString(64, u'a')));
    for (const QString& wrong : {QStringLiteral("zz"), hash.left(39), QString(40, u'g'), QString(50, u'a')}) {
        QVERIFY2(!commitForImport(wrong), qPrintable(wrong));
    }
}

void TestRunImport::seriesWithoutACommitCountNone()
{
    const auto plan = planImport(
        {put(QStringLiteral("a.json"), R"({"results":[{"command":"x","times":[1,2]}]})")}, {}, kNever);
    QVERIFY(plan);
    QCOMPARE(plannedSeries(plan->runs).at(0).commits, 0);
}

void TestRunImport::anotherNumberOfSamplesIsNoOtherPlan()
{
    const auto plan =
        planImport({put(QStringLiteral("a.json"), R"({"results":[{"command":"x","times":[1,2]}]})"),
                    put(QStringLiteral("b.json"), R"({"results":[{"command":"x","times":[1,2,3]}]})")},
                   {}, kNever);
    QVERIFY(plan);
    QCOMPARE(plan->runs.size(), 2U);
    const auto comparison = compareRuns(plan->runs[0], plan->runs[1]);
    QVERIFY(comparison);
    QVERIFY2(comparison->warnings.isEmpty(), qPrintable(comparison->warnings.join(u'\n')));
}

void TestRunImport::foldersSayWhatTheyLeaveOut()
{
    put(QStringLiteral("in/a.json"), kGoogle);
    put(QStringLiteral("in/b.json"), "{\"b\":{\"latency\":{\"value\":1}}}");
    put(QStringLiteral("in/c.csv"), "time,commit\n1,2\n");
    put(QStringLiteral("in/d.txt"), "nothing");
    const auto plan = planImport({m_folder->filePath(QStringLiteral("in"))}, {}, kNever);
    QVERIFY(plan);
    QCOMPARE(plan->files, 1);
    QCOMPARE(plan->refused.size(), 2U);
    QVERIFY(plan->refused[0].subject.endsWith(u"b.json") && plan->refused[0].message.contains(u"Bencher"));
    QVERIFY(plan->refused[1].subject.endsWith(u"c.csv"));
    QFile::remove(m_folder->filePath(QStringLiteral("in/a.json")));
    const auto none = planImport({m_folder->filePath(QStringLiteral("in"))}, {}, kNever);
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    QVERIFY(none.error().sentence().contains(u"Bencher"));
}

void TestRunImport::namedFilesMustHoldResults()
{
    const QString good = put(QStringLiteral("a.json"), kGoogle);
    const auto refused = planImport({good, put(QStringLiteral("b.json"), "{}")}, {}, kNever);
    QVERIFY(!refused && refused.error().subject.endsWith(u"b.json"));
    const auto missing = planImport({m_folder->filePath(QStringLiteral("none.json"))}, {}, kNever);
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void TestRunImport::cancels()
{
    CancelToken cancel;
    cancel.cancel();
    const auto plan = planImport({put(QStringLiteral("a.json"), kGoogle)}, {}, cancel);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::Cancelled);
}

void TestRunImport::everyRealFile()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench"));
    RunStore store(m_folder->filePath(QStringLiteral("runs.sqlite")));
    std::vector<RunRecord> runs;
    int sunpy = 0;
    QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (path.contains(u"sunpy") && ++sunpy > 20) {
            continue; // All of them in asvTree().
        }
        const auto plan = planImport({path}, {}, kNever);
        if (!plan) {
            const QString sentence = plan.error().sentence();
            QVERIFY2(plan.error().subject.contains(path) && plan.error().message.size() > 10 &&
                         !plan.error().message.endsWith(u'.'),
                     qPrintable(sentence));
            continue;
        }
        for (const RunRecord& run : plan->runs) {
            QVERIFY2(!run.uuid.isEmpty() && !run.workload.isEmpty() && !run.iterations.empty(),
                     qPrintable(path));
            QVERIFY2(run.started.isValid(), qPrintable(path));
            for (const Metric& each : run.iterations.front().metrics) {
                QVERIFY2(!each.name.isEmpty() && std::isfinite(each.value), qPrintable(path));
            }
        }
        runs.insert(runs.end(), plan->runs.begin(), plan->runs.end());
    }
    QVERIFY(runs.size() > 60);
    const auto ids = store.recordRuns(runs);
    QVERIFY2(ids, qPrintable(ids ? QString() : ids.error().sentence()));
}

void TestRunImport::asvTree()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench/sunpy-benchmarks"));
    const auto plan = planImport({folder}, {}, kNever);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().sentence()));
    QCOMPARE(plan->runs.size(), 1396U);
    QCOMPARE(plan->refused.size(), 3U);
    const std::vector<PlannedSeries> planned = plannedSeries(plan->runs);
    QCOMPARE(planned.size(), 10U);
    for (const PlannedSeries& each : planned) {
        QCOMPARE(each.commits, 1396);
        QCOMPARE(each.samples, 1396);
        QCOMPARE(each.project, QStringLiteral("sunpy-benchmarks"));
        QCOMPARE(each.workload, QStringLiteral("asv"));
        QCOMPARE(each.scenario, QStringLiteral("virtualenv-py3.9"));
        QCOMPARE(each.host, QStringLiteral("GH-Actions"));
        QCOMPARE(each.unit, each.name.contains(u".time_") ? QStringLiteral("s") : QStringLiteral("B"));
    }
    for (std::size_t i = 1; i < plan->runs.size(); ++i) {
        QVERIFY(plan->runs[i].commitTime.isValid());
    }
    RunStore store(m_folder->filePath(QStringLiteral("runs.sqlite")));
    for (int twice = 0; twice < 2; ++twice) {
        QVERIFY(store.recordRuns(plan->runs));
        QCOMPARE(store.series()->size(), 1U);
        QCOMPARE(store.series()->front().runs, 1396);
    }
}

QTEST_GUILESS_MAIN(TestRunImport)
#include "tst_run_import.moc"
