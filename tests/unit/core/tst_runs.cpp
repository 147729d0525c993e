// SPDX-License-Identifier: GPL-3.0-or-later
// Measured runs: the numbers made of their samples, what the store keeps of them and what it answers, also
// when programs write at once or are killed while they write.

#include "core/runs/run_json.h"
#include "core/runs/run_rows.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "core/runs/schema_migration.h"
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

/// The statements with which version 2 kept a run: one cold iteration with a nested phase and two metrics.
QStringList versionTwoRun(int id, const QString& uuid)
{
    const QString remarks = QStringLiteral(
        "{\"plan\":{\"cold_runs\":1,\"warm_runs\":0,\"warm_processes\":0,\"warm_ups\":0},"
        "\"phases\":[{\"name\":\"sum\",\"parent\":-1,\"of_process\":false},"
        "{\"name\":\"inner\",\"parent\":0,\"of_process\":false}],"
        "\"machine\":{\"host\":\"old\",\"cpu\":\"Abacus 8\",\"build_type\":\"release\"},"
        "\"warnings\":[\"It was warm\"],\"notes\":[],\"scope_cost_ns\":50,\"program_version\":\"0.1.0\"}");
    const QString number = QString::number(id);
    return {QString(u"INSERT INTO runs VALUES (" % number % u", '" % uuid %
                    u"', 1, 'plain', '{\"dt\":0.5}', 1000, 2000, 'finished', 'c0ffee', 1, 'old', 1, 0, 900,"
                    u" 0, '" %
                    remarks % u"')"),
            QString(u"INSERT INTO processes VALUES (" % number % u", 0, 'cold', 0, 0, '', 1.0, 0.25)"),
            QString(u"INSERT INTO iterations VALUES (" % number % u"0, " % number %
                    u", 0, 0, 'cold', 0, '', 900, 100, 10)"),
            QString(u"INSERT INTO phase_samples VALUES (" % number % u"0, 0, 800, 300, 1)"),
            QString(u"INSERT INTO phase_samples VALUES (" % number % u"0, 1, 500, 500, 2)"),
            QString(u"INSERT INTO metrics VALUES (" % number % u"0, 0, 'payload_bytes', 224833, 'B')"),
            QString(u"INSERT INTO metrics VALUES (" % number % u"0, 1, 'drift', 1.25e-07, '1')")};
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

    void marksRunsSinceVersionFour()
    {
        const QString file = m_folder.newFileInFolder();
        RunRecord run = sampleRun();
        {
            QSqlDatabase database =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("third"));
            database.setDatabaseName(file);
            QVERIFY(database.open());
            PERIHELION_VERIFY_RESULT(migrateSchema(database, std::span(runStoreSchema()).first(3)));
            PERIHELION_VERIFY_RESULT(insertRuns(database, std::span(&run, 1), {}, {}));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("third"));
        RunStore store(file);
        run.uuid = QStringLiteral("after");
        run.started = run.started.addSecs(60);
        run.interleaved = QStringLiteral("with-another");
        PERIHELION_VERIFY_RESULT(store.recordRun(run));
        const auto listed = store.recentRuns();
        PERIHELION_VERIFY_RESULT(listed);
        QCOMPARE(listed->size(), std::size_t{2});
        QCOMPARE((*listed)[0].interleaved, QStringLiteral("with-another"));
        QVERIFY((*listed)[1].interleaved.isEmpty());
        QCOMPARE(store.run((*listed)[0].id)->interleaved, QStringLiteral("with-another"));
        QVERIFY(store.run((*listed)[1].id)->interleaved.isEmpty());
    }

    void takesOverWhatVersionTwoKept()
    {
        const QString file = m_folder.newFileInFolder();
        {
            QSqlDatabase database =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("second"));
            database.setDatabaseName(file);
            QVERIFY(database.open());
            PERIHELION_VERIFY_RESULT(migrateSchema(database, std::span(runStoreSchema()).first(2)));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("second"));
        QStringList statements{
            QStringLiteral("INSERT INTO loads VALUES (1, '/a.h5', '', 1, 1, 1, 1, 1, 1, 'built', 'off', 1, 1,"
                           " 1, 1, 1)"),
            QStringLiteral("INSERT INTO series VALUES (1, 'toy', 3, '0123456789abcdef', 'feedfacecafe',"
                           " 'release', '')")};
        statements += versionTwoRun(4, QStringLiteral("uuid-four"));
        statements += versionTwoRun(9, QStringLiteral("uuid-nine"));
        QVERIFY(execute(file, statements));

        RunStore store(file);
        PERIHELION_VERIFY_RESULT(store.open());
        QVERIFY(store.notice().isEmpty());
        QCOMPARE(ask(file, QStringLiteral("PRAGMA user_version")), QString::number(RunStore::kSchemaVersion));
        QCOMPARE(ask(file, QStringLiteral("SELECT count(*) FROM sqlite_master WHERE name = 'iterations'")),
                 QStringLiteral("0"));
        QCOMPARE(store.recentLoads(QStringLiteral("/a.h5"))->size(), std::size_t{1});
        const auto listed = store.recentRuns();
        PERIHELION_VERIFY_RESULT(listed);
        QCOMPARE(listed->size(), std::size_t{2});
        QCOMPARE(listed->front().id, 9);
        const auto run = store.run(4);
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->uuid, QStringLiteral("uuid-four"));
        QCOMPARE(run->workload, QStringLiteral("toy"));
        QCOMPARE(run->workloadVersion, 3);
        QCOMPARE(run->parameters.value(u"dt").toDouble(), 0.5);
        QCOMPARE(run->commit, QStringLiteral("c0ffee"));
        QVERIFY(run->dirty && run->project.isEmpty() && !run->commitTime.isValid());
        QCOMPARE(run->machine.host, QStringLiteral("old"));
        QCOMPARE(run->warnings, QStringList{QStringLiteral("It was warm")});
        QCOMPARE(run->scopeCost.count(), 50);
        QCOMPARE(run->processes.size(), std::size_t{1});
        QCOMPARE(run->processes.front().residentAfter, std::optional(0.25));
        QCOMPARE(run->iterations.size(), std::size_t{1});
        const RunIteration& iteration = run->iterations.front();
        QCOMPARE(iteration.elapsed.count(), 900);
        QCOMPARE(iteration.phases.size(), std::size_t{2});
        QCOMPARE(iteration.phases.at(1).self.count(), 500);
        QCOMPARE(iteration.metrics.at(1).value, 1.25e-7);
        RowFilter filter;
        filter.mode = IterationMode::Cold;
        filter.kind = RowKind::Phase;
        const auto points = store.seriesPoints(store.series()->front().id, filter);
        PERIHELION_VERIFY_RESULT(points);
        QCOMPARE(points->rows.at(1).row.name, QStringLiteral("inner"));
        QCOMPARE(points->rows.at(1).points.front().p50, 500.0);
        // Ids go on where they were.
        QVERIFY(*store.recordRun(sampleRun()) > 9);
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
