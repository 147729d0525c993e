// SPDX-License-Identifier: GPL-3.0-or-later
// The trace profiling_runs.csv: what a run writes into it, that it is appended to by several, and that it
// comes back as it was.

#include "core/runs/csv_trace.h"
#include "core/runs/run_summary.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/sample_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>
#include <vector>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// sampleRun() as a run of the simulation.
RunRecord simulationRun(qint64 startedMillis = 1'700'000'000'123)
{
    RunRecord run = sampleRun(startedMillis);
    run.workload = QStringLiteral("simulation");
    run.scenario = QStringLiteral("baseline_10_planets");
    run.phases = {{QStringLiteral("spawn"), -1, true},
                  {QStringLiteral("ready"), -1, true},
                  {QStringLiteral("physics samples"), -1, false},
                  {QStringLiteral("decode"), -1, false}};
    for (RunIteration& each : run.iterations) {
        if (!each.failed) {
            each.metrics.push_back({metric::kPlanets.toString(), 10, QStringLiteral("1")});
            each.metrics.push_back({metric::kPayloadGzipBytes.toString(), 92'665, QStringLiteral("B")});
        }
    }
    return run;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class CsvTraceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesTheColumns()
    {
        QCOMPARE(
            csvTraceHeader(),
            QByteArray("timestamp,scenario,iteration,run_kind,spawn_backend_process_ms,"
                       "wait_for_server_ready_ms,post_compute_ms,decode_response_json_ms,server_samples_ms,"
                       "server_events_ms,server_serialize_ms,payload_bytes,payload_gzip_bytes,dt_sec,"
                       "duration_sec,planet_count"));
        const QList<QByteArray> rows = csvTraceRows(simulationRun()).split('\n');
        QCOMPARE(rows.size(), 6);
        QCOMPARE(rows.at(0),
                 QByteArray("2023-11-14T22:13:20.123Z,baseline_10_planets,1,cold,0.000700,0.009000,"
                            "0.020000,0.030000,0.045000,,,224833,92665,0.05,20,10"));
        // Failed: no times.
        QCOMPARE(rows.at(1),
                 QByteArray("2023-11-14T22:13:20.123Z,baseline_10_planets,2,cold,,,,,,,,,,0.05,20,"));
        QCOMPARE(rows.at(2), QByteArray("2023-11-14T22:13:20.123Z,baseline_10_planets,3,warm,,,0.004000,"
                                        "0.006000,0.009000,,,224833,92665,0.05,20,10"));
        RunRecord other = simulationRun();
        other.workload = QStringLiteral("toy");
        QVERIFY(
            csvTraceRows(other).startsWith("2023-11-14T22:13:20.123Z,toy/baseline_10_planets,1,cold,0.000700,"
                                           "0.009000,0.050000,,,,,224833,"));
    }

    void comesBackAsItWas()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("profiling_runs.csv"));
        RunRecord other = simulationRun(1'700'000'500'000);
        other.workload = QStringLiteral("toy");
        for (const RunRecord& run : {simulationRun(), other, simulationRun(1'700'000'900'000)}) {
            PERIHELION_VERIFY_RESULT(appendCsvTrace(path, run));
        }
        const QByteArray text = contentOf(path);
        QCOMPARE(text.count("timestamp"), 1);
        const auto runs = runsFromCsvTrace(text, path);
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{3});
        QByteArray again = csvTraceHeader() + '\n';
        for (const RunRecord& run : *runs) {
            again += csvTraceRows(run);
        }
        QCOMPARE(again, text);
        const RunRecord& first = runs->front();
        QCOMPARE(first.workload, QStringLiteral("simulation"));
        QCOMPARE(first.origin, path);
        QCOMPARE(first.failedIterations(), 1);
        QCOMPARE(first.iterations.front().elapsed, simulationRun().iterations.front().elapsed);
        QCOMPARE(samplesOf(first, u"physics samples", IterationMode::Warm).values,
                 samplesOf(simulationRun(), u"physics samples", IterationMode::Warm).values);
        QVERIFY(first.scenarioHash != runs->at(1).scenarioHash);
        QCOMPARE(first.scenarioHash, runs->at(2).scenarioHash);
        // Once more is the same runs.
        const auto twice = runsFromCsvTrace(text, path);
        PERIHELION_VERIFY_RESULT(twice);
        QVERIFY(*twice == *runs);
        QVERIFY(first.uuid != runs->at(2).uuid);
    }

    void readsTheEarlierProfiler()
    {
        const QByteArray text =
            csvTraceHeader() +
            "\r\n2025-10-02T10:11:12.123456+00:00,dense_18_planets,1,cold,0.26,516.1,622.123456789,"
            "21.3,440.7,49.6,31.7,1085422,461903,0.05,60.0,18\r\n"
            "2025-10-02T10:11:12.123456+00:00,dense_18_planets,2,warm,,,620.0,21.0,440.0,49.0,31.0,"
            "1085422,461903,0.05,60.0,18\r\n";
        const auto runs = runsFromCsvTrace(text, QStringLiteral("old.csv"));
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        const RunSummary summary = RunSummary::of(runs->front());
        QCOMPARE(summary.row(u"ready")->cold.p50.count(), 516'100'000);
        QCOMPARE(summary.row(u"music events")->warm.p50.count(), 49'000'000);
        QCOMPARE(summary.row(u"total")->cold.p50.count(), 643'423'457);
        QCOMPARE(metricValue(summary.metrics, metric::kPlanets), std::optional(18.0));
        QCOMPARE(runs->front().parameters.value(u"duration").toDouble(), 60.0);
    }

    void refusesWhatIsNoTrace_data()
    {
        QTest::addColumn<QByteArray>("rows");
        QTest::addColumn<QString>("sentence");
        const QByteArray good = "2023-11-14T22:13:20.123Z,a,1,warm,,,1,,,,,,,,,\n";
        QTest::newRow("too few") << QByteArray("2023-11-14T22:13:20.123Z,a,1,warm\n")
                                 << QStringLiteral("the line has 4 fields instead of 16: t.csv:2");
        QTest::newRow("half a line") << QByteArray(good + "2023-11-14T22") << QStringLiteral("t.csv:3");
        QTest::newRow("no number") << QByteArray(good).replace(",,,1,", ",,,fast,")
                                   << QStringLiteral("post_compute_ms must be a number: t.csv:2");
        QTest::newRow("not a number") << QByteArray(good).replace(",,,1,", ",,,nan,")
                                      << QStringLiteral("post_compute_ms must be a number");
        QTest::newRow("huge") << QByteArray(good).replace(",,,1,", ",,,1e300,")
                              << QStringLiteral("post_compute_ms must be a number");
        QTest::newRow("another kind")
            << QByteArray(good).replace("warm", "hot") << QStringLiteral("run_kind must be cold or warm");
        QTest::newRow("no time") << QByteArray(good).replace("2023", "year") << QStringLiteral("timestamp");
        QTest::newRow("iteration") << QByteArray(good).replace(",1,warm", ",0,warm")
                                   << QStringLiteral("iteration must be");
    }

    void refusesWhatIsNoTrace()
    {
        QFETCH(const QByteArray, rows);
        QFETCH(const QString, sentence);
        const auto runs = runsFromCsvTrace(csvTraceHeader() + '\n' + rows, QStringLiteral("t.csv"));
        QVERIFY(!runs);
        QVERIFY2(runs.error().sentence().contains(sentence), qPrintable(runs.error().sentence()));
    }

    void leavesOtherFilesAlone()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("mine.csv"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b\n1,2\n");
        file.close();
        const auto refused = appendCsvTrace(path, simulationRun());
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::InvalidArgument);
        QCOMPARE(contentOf(path), QByteArray("a,b\n1,2\n"));
        QVERIFY(!runsFromCsvTrace("a,b\n", path));
        QVERIFY(!runsFromCsvTrace("", path));
        QVERIFY(!appendCsvTrace(folder.filePath(QStringLiteral("no/such/folder.csv")), simulationRun()));
    }

    void goesOnAfterHalfALine()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("t.csv"));
        PERIHELION_VERIFY_RESULT(appendCsvTrace(path, simulationRun()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        file.write("2023-11-14T22");
        file.close();
        PERIHELION_VERIFY_RESULT(appendCsvTrace(path, simulationRun()));
        QVERIFY(contentOf(path).contains("\n2023-11-14T22\n2023-11-14T22:13:20.123Z,"));
    }

    void takesSeveralWriters()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("t.csv"));
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&path, thread] {
                for (int n = 0; n < 10; ++n) {
                    static_cast<void>(
                        appendCsvTrace(path, simulationRun(1'700'000'000'000 + 1000 * (10 * thread + n))));
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        const auto runs = runsFromCsvTrace(contentOf(path), path);
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{40});
    }
};

QTEST_GUILESS_MAIN(CsvTraceTest)

#include "tst_csv_trace.moc"
