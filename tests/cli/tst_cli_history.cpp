// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli history and changes as processes, on a run store that the test fills: what they print is
// what scripts rely on.
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace perihelion;
using perihelion::test::Outcome;

namespace {

QString hashOf(int commit)
{
    return QStringLiteral("%1").arg(commit, 4, 10, QLatin1Char('0')).repeated(10);
}

QDateTime day(int number)
{
    return QDateTime::fromMSecsSinceEpoch(1'600'000'000'000 + 86'400'000LL * number, Qt::UTC);
}

/// One warm iteration of 10 ms, of 12 ms from commit 20 on, with 1 % of wobble around it.
RunRecord runAt(int commit, double millis)
{
    RunRecord run;
    run.uuid = QStringLiteral("00000000-0000-4000-8000-%1").arg(commit, 12, 10, QLatin1Char('0'));
    run.workload = QStringLiteral("toy");
    run.scenario = QStringLiteral("plain");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.commit = hashOf(commit);
    run.commitTime = day(commit);
    run.branch = QStringLiteral("main");
    run.started = day(commit).addSecs(60);
    run.finished = run.started.addMSecs(10);
    run.machine.host = QStringLiteral("bench");
    run.machine.buildType = QStringLiteral("release");
    run.phases = {{QStringLiteral("sum"), -1, false}};
    RunIteration each;
    each.elapsed = Nanoseconds(static_cast<std::int64_t>(std::lround(millis * 1e6)));
    each.phases = {{0, each.elapsed, each.elapsed, 1}};
    each.metrics = {{QStringLiteral("payload_bytes"), commit < 20 ? 1000.0 : 1010.0, QStringLiteral("B")}};
    run.iterations = {each};
    return run;
}

QStringList sortedKeys(const QJsonObject& object)
{
    QStringList keys = object.keys();
    keys.sort();
    return keys;
}

bool git(const QString& folder, const QStringList& arguments, const QString& date = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& who : {QStringLiteral("AUTHOR"), QStringLiteral("COMMITTER")}) {
        environment.insert(QString(u"GIT_" % who % u"_NAME"), QStringLiteral("Tester"));
        environment.insert(QString(u"GIT_" % who % u"_EMAIL"), QStringLiteral("tester@example.invalid"));
        if (!date.isEmpty()) {
            environment.insert(QString(u"GIT_" % who % u"_DATE"), date);
        }
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("git"), arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0;
}

QString headOf(const QString& folder)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("git"), {QStringLiteral("rev-parse"), QStringLiteral("HEAD")});
    return process.waitForFinished(60'000) ? QString::fromLatin1(process.readAllStandardOutput()).trimmed()
                                           : QString();
}

} // namespace

class TestCliHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void changesAsJson();
    void changesAsText();
    void anAlarmNamesWhatDecidesIt();
    void historyAsJson();
    void historyAsText();
    void optionsChoose();
    void repositoryOrders();
    void tellsWhyNothingWasMeasured();
    void wrongUse_data();
    void wrongUse();

private:
    Outcome cli(const QString& command, const QStringList& arguments)
    {
        return perihelion::test::runCli(QStringList{command, QStringLiteral("--store"), m_file} + arguments);
    }

    QTemporaryDir m_folder;
    QString m_file;
};

void TestCliHistory::initTestCase()
{
    m_file = m_folder.filePath(QStringLiteral("runs.sqlite"));
    RunStore store(m_file);
    std::vector<RunRecord> runs;
    for (int i = 0; i < 40; ++i) {
        const double wobble = std::fmod(i * 0.618'033'988'75, 1.0) * 2 - 1;
        runs.push_back(runAt(i, (i < 20 ? 10 : 12) * (1 + 0.01 * wobble)));
    }
    runs.push_back(runAt(40, 18));
    RunRecord gap = runAt(41, 1);
    gap.commit = hashOf(10) + QStringLiteral("a");
    gap.commitTime = day(10).addSecs(3600);
    gap.iterations.clear();
    gap.state = RunState::BuildFailed;
    gap.failure = QStringLiteral("The build failed: no such file");
    runs.push_back(gap);
    const auto ids = store.recordRuns(runs);
    QVERIFY2(ids, qPrintable(ids ? QString() : ids.error().sentence()));
}

void TestCliHistory::changesAsJson()
{
    const Outcome outcome = cli(QStringLiteral("changes"), {QStringLiteral("--json")});
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.errors.isEmpty());
    const QJsonArray changes = outcome.json().array();
    // sum and total: a step and an alarm each; the payload is exact.
    QCOMPARE(changes.size(), 5);
    const QJsonObject step = changes.at(0).toObject();
    QCOMPARE(
        sortedKeys(step),
        QStringLiteral("accepted after after_ms before before_ms commit commit_before commit_time "
                       "commits_after commits_before counted gates kind machine mode p phase project "
                       "provisional ratio remeasured run_id scenario sentence series unit workload worse")
            .split(u' '));
    QCOMPARE(step[u"series"].toString(), QStringLiteral("toy/plain"));
    QCOMPARE(step[u"phase"].toString(), QStringLiteral("sum"));
    QCOMPARE(step[u"mode"].toString(), QStringLiteral("warm"));
    QCOMPARE(step[u"machine"].toString(), QStringLiteral("bench"));
    QCOMPARE(step[u"commit"].toString(), hashOf(20));
    QCOMPARE(step[u"commit_before"].toString(), hashOf(19));
    QCOMPARE(step[u"unit"].toString(), QStringLiteral("ms"));
    QVERIFY(std::abs(step[u"before_ms"].toDouble() - 10) < 0.05);
    QVERIFY(std::abs(step[u"after_ms"].toDouble() - 12) < 0.05);
    QVERIFY(std::abs(step[u"ratio"].toDouble() - 1.2) < 0.01);
    QVERIFY(step[u"p"].toDouble(1) < 1e-6);
    QCOMPARE(step[u"commits_before"].toInt(), 20);
    QVERIFY(step[u"worse"].toBool() && step[u"counted"].toBool() && !step[u"provisional"].toBool());
    const QJsonObject alarm = changes.at(1).toObject();
    QVERIFY(alarm[u"provisional"].toBool());
    QCOMPARE(alarm[u"commit"].toString(), hashOf(40));
    const QJsonObject payload = changes.at(4).toObject();
    QCOMPARE(payload[u"kind"].toString(), QStringLiteral("metric"));
    QCOMPARE(payload[u"before"].toDouble(), 1000.0);
    QCOMPARE(payload[u"after"].toDouble(), 1010.0);
    QVERIFY(payload[u"before_ms"].isNull());
}

void TestCliHistory::changesAsText()
{
    const Outcome outcome = cli(QStringLiteral("changes"), {QStringLiteral("toy/plain")});
    QCOMPARE(outcome.status, 0);
    for (const QStringView part :
         {u"toy/plain, sum (warm), on bench\n", u"  worse    sum (warm) rose from ",
          u"  alarm    sum (warm) took 18 ms", u"20 commits before and 21 from it on", u"1000 B to 1010 B",
          u"3 changes and 2 alarms in 4 series\n"}) {
        QVERIFY2(outcome.output.contains(part), qPrintable(outcome.output));
    }
}

void TestCliHistory::anAlarmNamesWhatDecidesIt()
{
    qputenv("XDG_CACHE_HOME", m_folder.filePath(QStringLiteral("cache")).toLocal8Bit());
    qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("share")).toLocal8Bit());
    perihelion::test::MadeProject made(m_folder.filePath(QStringLiteral("made")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    const QString file = m_folder.filePath(QStringLiteral("alarm.sqlite"));
    const auto asked = [&](const QStringList& arguments) {
        return perihelion::test::runCli(arguments + QStringList{QStringLiteral("--store"), file});
    };
    const Outcome filled =
        asked({QStringLiteral("backfill"), QStringLiteral("main"), QStringLiteral("--project"), made.folder(),
               QStringLiteral("--cold"), QStringLiteral("0"), QStringLiteral("--runs"), QStringLiteral("2")});
    QVERIFY2(filled.status == 0, qPrintable(filled.errors));
    {
        // Older commits at the level of the first.
        RunStore store(file);
        const auto listed = store.recentRuns();
        QVERIFY(listed && listed->size() == 2);
        const auto first = store.run((*listed)[0].commit == made.head() ? (*listed)[1].id : (*listed)[0].id);
        QVERIFY(first);
        for (int older = 1; older <= 18; ++older) {
            RunRecord run = *first;
            run.uuid = QStringLiteral("older-%1").arg(older);
            run.commit = hashOf(older);
            run.commitTime = run.commitTime.addDays(-older);
            for (RunIteration& each : run.iterations) {
                for (PhaseTime& time : each.phases) {
                    time.total += Nanoseconds(100'000 * (older * 7 % 5));
                }
            }
            QVERIFY(store.recordRun(run));
        }
    }
    const QStringList changes{QStringLiteral("changes"), QStringLiteral("--phase"), QStringLiteral("parse"),
                              QStringLiteral("--repo"), made.folder()};
    const Outcome text = asked(changes);
    QVERIFY2(text.output.contains(u"  alarm    parse (warm) took") &&
                 text.output.contains(u"To confirm or withdraw it: perihelion-cli compare "),
             qPrintable(text.output));
    const auto onlyChange = [&] {
        const QJsonArray all = asked(changes + QStringList{QStringLiteral("--json")}).json().array();
        return all.size() == 1 ? all.at(0).toObject() : QJsonObject();
    };
    const QJsonObject alarm = onlyChange();
    QVERIFY(alarm[u"provisional"].toBool() && !alarm[u"remeasured"].toBool(true));
    QStringList command = alarm[u"confirm"].toString().split(u' ');
    QCOMPARE(command.takeFirst(), QStringLiteral("perihelion-cli"));
    const Outcome measured = asked(command + QStringList{QStringLiteral("--rounds"), QStringLiteral("6")});
    QVERIFY2(measured.status == 0, qPrintable(measured.errors));
    const QJsonObject decided = onlyChange();
    QVERIFY(!decided[u"provisional"].toBool(true) && decided[u"remeasured"].toBool());
    QVERIFY(!decided.contains(u"confirm"));
    QCOMPARE(decided[u"commit"].toString(), made.head());
    QVERIFY(decided[u"sentence"].toString().contains(u"which rounds confirm"));
    QVERIFY(asked(changes).output.contains(u"  worse    parse (warm) rose from"));
}

void TestCliHistory::historyAsJson()
{
    const Outcome outcome =
        cli(QStringLiteral("history"), {QStringLiteral("toy/plain"), QStringLiteral("--json")});
    QCOMPARE(outcome.status, 0);
    const QJsonArray all = outcome.json().array();
    QCOMPARE(all.size(), 1);
    const QJsonObject series = all.at(0).toObject();
    QCOMPARE(
        sortedKeys(series),
        QStringLiteral("better build_type changes environment_changes kind levels machine metric mode order "
                       "origin phase points project scenario stopped unit workload")
            .split(u' '));
    QCOMPARE(series[u"phase"].toString(), QStringLiteral("total"));
    QCOMPARE(series[u"order"].toString(), QStringLiteral("commit time"));
    QCOMPARE(series[u"metric"].toString(), QStringLiteral("p50"));
    QCOMPARE(series[u"better"].toString(), QStringLiteral("lower"));
    QCOMPARE(series[u"build_type"].toString(), QStringLiteral("release"));
    const QJsonArray points = series[u"points"].toArray();
    QCOMPARE(points.size(), 42);
    const QJsonObject gap = points.at(11).toObject();
    QCOMPARE(gap[u"state"].toString(), QStringLiteral("build_failed"));
    QCOMPARE(gap[u"failure"].toString(), QStringLiteral("The build failed: no such file"));
    QCOMPARE(gap[u"n"].toInt(-1), 0);
    QVERIFY(gap[u"value"].isNull() && gap[u"p50"].isNull());
    const QJsonObject newest = points.at(41).toObject();
    QCOMPARE(sortedKeys(newest),
             QStringLiteral("branch commit commit_time dirty failed failure interleaved max min n on_branch "
                            "p25 p5 p50 p75 p95 run_id started state value")
                 .split(u' '));
    QCOMPARE(newest[u"commit"].toString(), hashOf(40));
    QCOMPARE(newest[u"commit_time"].toString(), QStringLiteral("2020-10-23T12:26:40.000Z"));
    QCOMPARE(newest[u"value"].toDouble(), 18.0);
    const QJsonArray levels = series[u"levels"].toArray();
    QCOMPARE(levels.size(), 2);
    QCOMPARE(levels.at(1)[u"from"].toInt(), 21);
    QCOMPARE(levels.at(1)[u"to"].toInt(), 41);
    QCOMPARE(levels.at(1)[u"commit"].toString(), hashOf(20));
    QCOMPARE(series[u"changes"].toArray().size(), 2);
}

void TestCliHistory::historyAsText()
{
    const Outcome outcome =
        cli(QStringLiteral("history"),
            {QStringLiteral("toy/plain"), QStringLiteral("--phase"), QStringLiteral("sum")});
    QCOMPARE(outcome.status, 0);
    for (const QStringView part :
         {u"toy/plain, sum (warm), on bench: p50, least and greatest in ms, by commit time\n",
          u"  >>> worse: sum (warm) rose from ", u"build_failed: The build failed: no such file\n"}) {
        QVERIFY2(outcome.output.contains(part), qPrintable(outcome.output));
    }
}

void TestCliHistory::optionsChoose()
{
    const auto sizeOf = [this](const QStringList& arguments) {
        return cli(QStringLiteral("changes"), arguments + QStringList{QStringLiteral("--json")})
            .json()
            .array()
            .size();
    };
    QCOMPARE(sizeOf({QStringLiteral("--phase"), QStringLiteral("sum")}), 2);
    QCOMPARE(sizeOf({QStringLiteral("--mode"), QStringLiteral("cold")}), 0);
    QCOMPARE(sizeOf({QStringLiteral("--machine"), QStringLiteral("other")}), 0);
    QCOMPARE(sizeOf({QStringLiteral("--branch"), QStringLiteral("main")}), 5);
    QCOMPARE(sizeOf({QStringLiteral("--branch"), QStringLiteral("topic")}), 0);
    QCOMPARE(sizeOf({QStringLiteral("--project"), QString()}), 5);
    QCOMPARE(sizeOf({QStringLiteral("--project"), QStringLiteral("other")}), 0);
    QVERIFY(sizeOf({QStringLiteral("--stopped")}) >= 5);
    const QJsonArray least =
        cli(QStringLiteral("history"), {QStringLiteral("toy"), QStringLiteral("--metric"),
                                        QStringLiteral("min"), QStringLiteral("--json")})
            .json()
            .array();
    QCOMPARE(least.at(0)[u"metric"].toString(), QStringLiteral("min"));
}

void TestCliHistory::repositoryOrders()
{
    const QString repository = m_folder.filePath(QStringLiteral("repository"));
    QVERIFY(QDir().mkpath(repository));
    QVERIFY(git(repository, {QStringLiteral("init"), QStringLiteral("-q")}));
    // The clock went back between the commits.
    QStringList hashes;
    std::vector<RunRecord> runs;
    for (int i = 0; i < 3; ++i) {
        QVERIFY(git(repository,
                    {QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--allow-empty"),
                     QStringLiteral("-m"), QStringLiteral("Commit %1").arg(i)},
                    day(10 - i).toString(Qt::ISODate)));
        hashes.append(headOf(repository));
        runs.push_back(runAt(100 + i, 10));
        runs.back().commit = hashes.last();
        runs.back().commitTime = day(10 - i);
    }
    const QString file = m_folder.filePath(QStringLiteral("ordered.sqlite"));
    QVERIFY(RunStore(file).recordRuns(runs));
    const auto ordered = [&](const QStringList& more) {
        const Outcome outcome =
            perihelion::test::runCli(QStringList{QStringLiteral("history"), QStringLiteral("toy"),
                                                 QStringLiteral("--json"), QStringLiteral("--store"), file} +
                                     more);
        QStringList commits{outcome.json().array().at(0)[u"order"].toString()};
        const QJsonArray points = outcome.json().array().at(0)[u"points"].toArray();
        for (const auto point : points) {
            commits.append(point[u"commit"].toString());
        }
        return commits;
    };
    QCOMPARE(ordered({}), (QStringList{QStringLiteral("commit time"), hashes[2], hashes[1], hashes[0]}));
    QCOMPARE(ordered({QStringLiteral("--repo"), repository}),
             QStringList{QStringLiteral("first parents")} + hashes);
}

void TestCliHistory::tellsWhyNothingWasMeasured()
{
    RunRecord gap = runAt(90, 1);
    gap.workload = QStringLiteral("unbuilt");
    gap.iterations.clear();
    gap.state = RunState::BuildFailed;
    gap.failure = QStringLiteral("The build failed: no such file");
    RunStore store(m_file);
    const auto id = store.recordRun(gap);
    QVERIFY(id);
    const Outcome outcome = cli(QStringLiteral("history"), {QStringLiteral("unbuilt")});
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.errors.contains(u"the newest, at " + hashOf(90).left(10) +
                                     u", failed: The build failed: no such file"),
             qPrintable(outcome.errors));
}

void TestCliHistory::wrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    const QString history = QStringLiteral("history");
    QTest::newRow("no workload") << QStringList{history} << 2;
    QTest::newRow("unknown workload") << QStringList{history, QStringLiteral("none/such")} << 1;
    QTest::newRow("unknown phase") << QStringList{history, QStringLiteral("toy"), QStringLiteral("--phase"),
                                                  QStringLiteral("none")}
                                   << 1;
    QTest::newRow("statistic") << QStringList{history, QStringLiteral("toy"), QStringLiteral("--metric"),
                                              QStringLiteral("mean")}
                               << 2;
    QTest::newRow("mode") << QStringList{history, QStringLiteral("toy"), QStringLiteral("--mode"),
                                         QStringLiteral("hot")}
                          << 2;
    QTest::newRow("no repository") << QStringList{QStringLiteral("changes"), QStringLiteral("--repo"),
                                                  QStringLiteral("/")}
                                   << 1;
    QTest::newRow("unknown series") << QStringList{QStringLiteral("changes"), QStringLiteral("none")} << 1;
    QTest::newRow("too much") << QStringList{QStringLiteral("changes"), QStringLiteral("a"),
                                             QStringLiteral("b")}
                              << 2;
}

void TestCliHistory::wrongUse()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    const Outcome outcome = cli(arguments.first(), arguments.mid(1));
    QCOMPARE(outcome.status, status);
    QVERIFY(outcome.output.isEmpty());
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
}

QTEST_GUILESS_MAIN(TestCliHistory)
#include "tst_cli_history.moc"
