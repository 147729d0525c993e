// SPDX-License-Identifier: GPL-3.0-or-later
// Measured runs: the numbers made of their samples, what the store keeps of them and what it answers, also
// when programs write at once or are killed while they write.

#include "core/runs/run_json.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/run_store_fixture.h"
#include "tests/unit/core/sample_run.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>

#include <cstdio>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// The other program: stores runs (0: until it is killed) and says so line by line.
int writeRuns(const QStringList& arguments)
{
    RunStore store(arguments.at(2));
    const int count = arguments.at(3).toInt();
    for (int n = 0; count == 0 || n < count; ++n) {
        RunRecord run = sampleRun(n);
        run.scenario = QStringLiteral("child");
        const auto id = store.recordRun(run);
        if (!id) {
            std::fprintf(stderr, "%s\n", qPrintable(id.error().sentence()));
            return 1;
        }
        std::printf("%lld\n", static_cast<long long>(*id));
        std::fflush(stdout);
    }
    return 0;
}

} // namespace

class RunsTest : public QObject {
    Q_OBJECT

private:
    StoreFolder m_folder;

private Q_SLOTS:
    void sumsUp()
    {
        const RunSummary summary = RunSummary::of(sampleRun());
        QStringList names;
        for (const PhaseRow& row : summary.rows) {
            names.append(row.name);
        }
        QCOMPARE(names, (QStringList{QStringLiteral("spawn"), QStringLiteral("ready"), QStringLiteral("sum"),
                                     QStringLiteral("inner"), QStringLiteral("unattributed"),
                                     QStringLiteral("total")}));
        const PhaseRow* inner = summary.row(u"inner");
        QVERIFY(inner != nullptr);
        QCOMPARE(inner->depth, 1);
        QCOMPARE(summary.rows.at(static_cast<std::size_t>(inner->parent)).name, QStringLiteral("sum"));
        QCOMPARE(inner->cold.count, std::size_t{1});
        QCOMPARE(inner->cold.p50.count(), 30'000);
        QCOMPARE(inner->warm.count, std::size_t{3});
        QCOMPARE(inner->warm.min.count(), 6000);
        QCOMPARE(inner->warm.p50.count(), 12'000);
        QCOMPARE(inner->warm.p95.count(), 17'400); // 12 000 + 0.9 × 6 000
        QCOMPARE(inner->warm.max.count(), 18'000);
        QVERIFY(inner->warm.isP95Interpolated());
        QCOMPARE(inner->warmSamples.processes, (std::vector<int>{2, 2, 3}));
        const PhaseRow* spawn = summary.row(u"spawn");
        QVERIFY(spawn != nullptr && spawn->ofProcess);
        QCOMPARE(spawn->warm.count, std::size_t{0});
        QCOMPARE(summary.row(u"total")->warm.p50.count(), 20'000);
        QCOMPARE(summary.row(u"unattributed")->cold.p50.count(), 5000);
        QVERIFY(summary.row(u"nothing") == nullptr);
        QCOMPARE(summary.hotspots.size(), std::size_t{3});
        QCOMPARE(summary.hotspots.at(0).name, QStringLiteral("inner"));
        QCOMPARE(summary.hotspots.at(0).share, 0.6);
        QCOMPARE(summary.hotspots.at(0).time.count(), 12'000);
        double shares = 0;
        for (const Hotspot& spot : summary.hotspots) {
            shares += spot.share;
        }
        QCOMPARE(shares, 1.0);
        QCOMPARE(metricValue(summary.metrics, u"peak_rss_bytes"), std::optional(3e6)); // the greatest
        QCOMPARE(metricValue(summary.metrics, u"payload_bytes"), std::optional(224'833.0));
    }

    void sumsUpNothing()
    {
        RunRecord run = sampleRun();
        for (RunIteration& each : run.iterations) {
            each.failed = true;
        }
        const RunSummary summary = RunSummary::of(run);
        QVERIFY(summary.hotspots.empty() && summary.metrics.empty());
        QCOMPARE(summary.row(kTotalRow)->warm.count, std::size_t{0});
        QVERIFY(!summary.row(kTotalRow)->warm.isP95Interpolated());
        // A record from a file may be nonsense.
        run.phases[3].parent = 3;
        run.phases[2].parent = 99;
        QCOMPARE(RunSummary::of(run).rows.size(), std::size_t{6});
    }

    void goesThroughJson()
    {
        const RunRecord run = sampleRun();
        const QByteArray text = QJsonDocument(runJson(run)).toJson();
        const auto again = runFromJson(text, QStringLiteral("run.json"));
        PERIHELION_VERIFY_RESULT(again);
        QVERIFY(*again == run);
    }

    void refusesWrongJson_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("sentence");
        const auto add = [](const char* name, const char* from, const char* to, const char* sentence) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString::fromLatin1(sentence);
        };
        add("another format", "perihelion-run", "something",
            "key format must be \"perihelion-run\": run.json:");
        add("a newer one", "\"version\": 2", "\"version\": 3", "newer Perihelion");
        add("no uuid", "\"uuid\"", "\"guid\"", "key uuid is missing");
        add("a number as text", "\"workload_version\": 3", "\"workload_version\": \"3\"", "must be a number");
        add("no time", "2023-11-14T", "sometime", "key started must be a time");
        add("an unknown phase", "\"phase\": \"inner\"", "\"phase\": \"outer\"", "names the phase \"outer\"");
        add("half of it", "\"scenario_hash\"", "\"scenario", "it is no JSON");
    }

    void refusesWrongJson()
    {
        QFETCH(const QByteArray, from);
        QFETCH(const QByteArray, to);
        QFETCH(const QString, sentence);
        QByteArray text = QJsonDocument(runJson(sampleRun())).toJson();
        QVERIFY(text.contains(from));
        text.replace(from, to);
        const auto run = runFromJson(text, QStringLiteral("run.json"));
        QVERIFY(!run);
        QVERIFY2(run.error().sentence().contains(sentence), qPrintable(run.error().sentence()));
    }

    void keepsEverything()
    {
        RunStore store(m_folder.newFile());
        RunRecord run = sampleRun();
        const auto id = store.recordRun(run);
        PERIHELION_VERIFY_RESULT(id);
        run.id = *id;
        const auto again = store.run(*id);
        PERIHELION_VERIFY_RESULT(again);
        QVERIFY(*again == run);
        QCOMPARE(QJsonDocument(runJson(*again)).toJson(), QJsonDocument(runJson(run)).toJson());
        // Once more is the same run.
        const auto twice = store.recordRun(run);
        PERIHELION_VERIFY_RESULT(twice);
        QCOMPARE(*twice, *id);
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        QCOMPARE(runs->front().failed, 1);
        QCOMPARE(runs->front().iterations, 5);
        QCOMPARE(runs->front().warmMedian.count(), 20'000);
        QCOMPARE(runs->front().coldMedian.count(), 50'000);

        const auto missing = store.run(*id + 1);
        QVERIFY(!missing);
        QVERIFY(missing.error().code == ErrorCode::NotFound);
        RunRecord nameless = sampleRun();
        nameless.workload.clear();
        QVERIFY(store.recordRun(nameless).error().code == ErrorCode::InvalidArgument);
    }

    void keepsRunsAndLoadsApart()
    {
        RunStore store(m_folder.newFile());
        PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a.h5"), 1)));
        PERIHELION_VERIFY_RESULT(store.recordRun(sampleRun()));
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        const auto recordings = store.recentRecordings();
        PERIHELION_VERIFY_RESULT(recordings);
        QCOMPARE(recordings->size(), std::size_t{1});
    }

    void listsAndFilters()
    {
        RunStore store(m_folder.newFile());
        for (int n = 0; n < 10; ++n) {
            RunRecord run = sampleRun(1000 * n, 1000 + n);
            if (n % 2 == 1) {
                run.scenario = QStringLiteral("other");
                run.scenarioHash = QStringLiteral("fedcba9876543210");
                run.commit = QStringLiteral("abc%1").arg(n);
            }
            if (n == 4) {
                run.state = RunState::Failed;
            }
            PERIHELION_VERIFY_RESULT(store.recordRun(run));
        }
        const auto idsOf = [&store](const RunFilter& filter, int limit = 50) {
            std::vector<int> ids;
            if (const auto runs = store.recentRuns(filter, limit)) {
                for (const RunListing& run : *runs) {
                    ids.push_back(static_cast<int>(run.id));
                }
            }
            return ids;
        };
        QCOMPARE(idsOf({}, 3), (std::vector<int>{10, 9, 8}));
        RunFilter older;
        older.olderThan = 8;
        QCOMPARE(idsOf(older, 3), (std::vector<int>{7, 6, 5}));
        RunFilter other;
        other.scenario = QStringLiteral("other");
        QCOMPARE(idsOf(other), (std::vector<int>{10, 8, 6, 4, 2}));
        other.commit = QStringLiteral("abc7");
        QCOMPARE(idsOf(other), (std::vector<int>{8}));
        RunFilter failed;
        failed.state = RunState::Failed;
        failed.workload = QStringLiteral("toy");
        QCOMPARE(idsOf(failed), (std::vector<int>{5}));
        failed.workload = QStringLiteral("no toy");
        QVERIFY(idsOf(failed).empty());

        const auto series = store.series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{2});
        QCOMPARE(series->front().scenario, QStringLiteral("other"));
        QCOMPARE(series->front().runs, 5);
        QCOMPARE(series->back().host, QStringLiteral("bench"));
    }

    void separatesWhatMayNotBeCompared()
    {
        RunStore store(m_folder.newFile());
        RunRecord run = sampleRun();
        const auto add = [&store, &run] {
            run.uuid = newUuid();
            return store.recordRun(run).hasValue();
        };
        QVERIFY(add());
        QVERIFY(add());
        run.workloadVersion = 4;
        QVERIFY(add());
        run.machine.cpu = QStringLiteral("Abacus 10");
        QVERIFY(add());
        run.machine.buildType = QStringLiteral("debug");
        QVERIFY(add());
        run.origin = QStringLiteral("/imported.json");
        QVERIFY(add());
        run.machine.load = 7; // changes by itself
        QVERIFY(add());
        const auto series = store.series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{5});
    }

    void losesNothingBetweenPrograms()
    {
        const QString file = m_folder.newFile();
        constexpr int kRuns = 40;
        std::vector<std::unique_ptr<QProcess>> children;
        for (int n = 0; n < 2; ++n) {
            children.push_back(std::make_unique<QProcess>());
            children.back()->start(QCoreApplication::applicationFilePath(),
                                   {QStringLiteral("--write"), file, QString::number(kRuns)});
        }
        RunStore store(file);
        for (int n = 0; n < kRuns; ++n) {
            PERIHELION_VERIFY_RESULT(store.recordRun(sampleRun(n)));
        }
        for (const auto& child : children) {
            QVERIFY(child->waitForFinished(120'000));
            QVERIFY2(child->exitStatus() == QProcess::NormalExit && child->exitCode() == 0,
                     child->readAllStandardError().constData());
        }
        const auto runs = store.recentRuns({}, 10 * kRuns);
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{3 * kRuns});
    }

    void opensAfterBeingKilledAnywhere()
    {
        const QString file = m_folder.newFile();
        std::vector<std::int64_t> promised;
        for (int round = 0; round < 12; ++round) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--write"), file, QStringLiteral("0")});
            const auto take = [&child, &promised] {
                while (child.canReadLine()) {
                    promised.push_back(child.readLine().trimmed().toLongLong());
                }
            };
            // The line says that one run is finished; the kill then hits the next at some moment of it.
            const std::size_t wanted = promised.size() + 1 + static_cast<std::size_t>(round % 4);
            while (promised.size() < wanted && child.waitForReadyRead()) {
                take();
            }
            child.kill();
            QVERIFY(child.waitForFinished());
            take();
            QVERIFY2(promised.size() >= wanted, child.readAllStandardError().constData());
            RunStore store(file);
            PERIHELION_VERIFY_RESULT(store.open());
            QVERIFY(store.notice().isEmpty());
        }
        RunStore store(file);
        for (const std::int64_t id : promised) {
            const auto run = store.run(id);
            PERIHELION_VERIFY_RESULT(run);
            QCOMPARE(run->iterations.size(), std::size_t{5});
        }
        // No run is there in part.
        const auto runs = store.recentRuns({}, 1'000'000);
        PERIHELION_VERIFY_RESULT(runs);
        for (const RunListing& each : *runs) {
            const auto run = store.run(each.id);
            PERIHELION_VERIFY_RESULT(run);
            QCOMPARE(run->iterations.size(), std::size_t{5});
            QCOMPARE(run->processes.size(), std::size_t{4});
        }
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1) == u"--write") {
        return writeRuns(arguments);
    }
    RunsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_runs.moc"
