// SPDX-License-Identifier: GPL-3.0-or-later
// The commits of a project measured and searched by processes, as scripts do it: a planted regression is
// found, a killed backfill goes on, mistakes are told in one sentence.
#include "core/backfill/backfill_plan.h"
#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"
#include "tests/support/made_project.h"
#include "tests/support/postgres_server.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace perihelion;
using perihelion::test::MadeProject;
using perihelion::test::Outcome;
using perihelion::test::PostgresServer;
using perihelion::test::runCli;

namespace {

constexpr int kPlanted = 6; ///< First commit of the slower level.

/// 100 ms, from the planted commit on 130 ms, and a little that changes from commit to commit.
std::vector<int> plantedValues(int count)
{
    std::vector<int> values;
    for (int i = 0; i < count; ++i) {
        values.push_back((i < kPlanted ? 100 : 130) + i % 2);
    }
    return values;
}

} // namespace

class TestCliBackfill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void findsThePlantedRegression();
    void bisectsThePlantedRegression();
    void goesOnAfterAKill();
    void keepsWhatAServerLost();
    void bisectsWhileAServerIsLost();
    void namesMistakes_data();
    void namesMistakes();

private:
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    static QStringList commandFor(const QString& name, const QStringList& commits, const MadeProject& made,
                                  const QString& store, const QStringList& more)
    {
        return QStringList{name} + commits + QStringList{QStringLiteral("--project"),   made.folder(),
                                                         QStringLiteral("--store"),     store,
                                                         QStringLiteral("--warm-up"),   QStringLiteral("0"),
                                                         QStringLiteral("--processes"), QStringLiteral("1")} +
               more;
    }
    static Outcome backfill(const QString& range, const MadeProject& made, const QString& store,
                            const QStringList& more = {})
    {
        return runCli(commandFor(QStringLiteral("backfill"), {range}, made, store,
                                 QStringList{QStringLiteral("--cold"), QStringLiteral("0"),
                                             QStringLiteral("--runs"), QStringLiteral("2")} +
                                     more));
    }

    /// Starts a command whose build waits at the gate of its commit "gated", takes the server away, and lets
    /// it go on; its errors.
    Outcome loseServer(const QStringList& arguments);

    QTemporaryDir m_folder;
    PostgresServer m_server;
};

void TestCliBackfill::initTestCase()
{
    QVERIFY(m_folder.isValid());
    qputenv("XDG_CACHE_HOME", path("cache").toLocal8Bit());
    qputenv("XDG_DATA_HOME", path("share").toLocal8Bit());
}

void TestCliBackfill::findsThePlantedRegression()
{
    MadeProject made(path("planted"));
    QVERIFY(made.init() && made.makeHistory(plantedValues(13), {2}));
    const QStringList commits = made.commits();
    const QByteArray state = made.state();
    const QString store = path("planted.sqlite");
    const QStringList json{QStringLiteral("--json")};

    const Outcome listed =
        backfill(QStringLiteral("main"), made, store, json + QStringList{QStringLiteral("--dry-run")});
    QVERIFY2(listed.status == 0, qPrintable(listed.errors));
    QCOMPARE(listed.json().object().value(u"commits").toArray().size(), qsizetype(13));
    QCOMPARE(listed.json().object().value(u"dry_run").toBool(), true);
    QVERIFY(!QFile::exists(store));

    qputenv("GIT_DIR", "/nonexistent"); // As within a hook of another repository.
    const Outcome some = backfill(QString(commits.at(9) % u"..main"), made, store, json);
    qunsetenv("GIT_DIR");
    QVERIFY2(some.status == 0, qPrintable(some.errors));
    QCOMPARE(some.json().object().value(u"commits_in_range").toInt(), 3);
    for (const QJsonValue& each : some.json().object().value(u"commits").toArray()) {
        QCOMPARE(each.toObject().value(u"state").toString(), QStringLiteral("finished"));
    }
    const Outcome rest = backfill(QStringLiteral("main"), made, store, json);
    QVERIFY2(rest.status == 0, qPrintable(rest.errors));
    const QJsonObject result = rest.json().object();
    QCOMPARE(result.value(u"commits_kept").toInt(), 3);
    QCOMPARE(result.value(u"branch").toString(), QStringLiteral("main"));
    const QJsonArray done = result.value(u"commits").toArray();
    QCOMPARE(done.size(), qsizetype(10));
    for (const QJsonValue& each : done) {
        const QJsonObject commit = each.toObject();
        const bool gap = commit.value(u"commit").toString() == commits.at(2);
        QCOMPARE(commit.value(u"state").toString(),
                 gap ? QStringLiteral("build_failed") : QStringLiteral("finished"));
        QCOMPARE(commit.value(u"failure").toString().contains(u"no rule to make it"), gap);
        QVERIFY(commit.value(u"runs").toArray().first().toObject().value(u"run_id").toInt() > 0);
    }
    QCOMPARE(made.state(), state);
    const Outcome again = backfill(QStringLiteral("main"), made, store);
    QCOMPARE(again.status, 0);
    QVERIFY(again.output.isEmpty());
    QVERIFY(again.errors.contains(u"0 of 13 commits to measure; 13 are kept"));

    const Outcome found =
        runCli({QStringLiteral("changes"), QStringLiteral("steps"), QStringLiteral("--store"), store,
                QStringLiteral("--phase"), QStringLiteral("parse"), QStringLiteral("--repo"), made.folder(),
                QStringLiteral("--json")});
    QVERIFY2(found.status == 0, qPrintable(found.errors));
    QCOMPARE(found.json().array().size(), qsizetype(1));
    QCOMPARE(found.json().array().first().toObject().value(u"commit").toString(), commits.at(kPlanted));
}

void TestCliBackfill::bisectsThePlantedRegression()
{
    const MadeProject made(path("planted")); // As the backfill left it.
    const QStringList commits = made.commits();
    const QString store = path("bisected.sqlite");
    const auto bisect = [&](const QString& good, const QString& bad, const QStringList& more) {
        return runCli(commandFor(QStringLiteral("bisect"), {good, bad}, made, store,
                                 QStringList{QStringLiteral("--runs"), QStringLiteral("9"),
                                             QStringLiteral("--batches"), QStringLiteral("3")} +
                                     more));
    };
    const QStringList parse{QStringLiteral("--phase"), QStringLiteral("parse")};
    const Outcome found =
        bisect(commits.at(0), QStringLiteral("main"), parse + QStringList{QStringLiteral("--json")});
    QVERIFY2(found.status == 0, qPrintable(found.errors));
    const QJsonObject result = found.json().object();
    QCOMPARE(result.value(u"conclusion").toString(), QStringLiteral("found"));
    QCOMPARE(result.value(u"first_bad").toString(), commits.at(kPlanted));
    QCOMPARE(result.value(u"commits_between").toInt(), 11);
    QVERIFY(result.value(u"sentence").toString().contains(u"is the first bad commit"));
    QVERIFY(result.value(u"good_ms").toDouble() < result.value(u"border_ms").toDouble());
    const QJsonArray judged = result.value(u"judged").toArray();
    for (const auto each : judged) {
        QVERIFY(!each.toObject().value(u"runs").toArray().isEmpty());
        QVERIFY(!each.toObject().value(u"sentence").toString().isEmpty());
    }
    const Outcome said = bisect(commits.at(kPlanted - 1), commits.at(kPlanted), parse);
    QVERIFY2(said.status == 0, qPrintable(said.errors));
    QVERIFY(said.output.contains(
        QString(commits.at(kPlanted).left(12) % u" (Commit 6) is the first bad commit")));

    const QStringList print{QStringLiteral("--phase"), QStringLiteral("print")};
    const Outcome alike = bisect(commits.at(0), commits.at(kPlanted - 1),
                                 print + QStringList{QStringLiteral("--floor"), QStringLiteral("10")});
    QCOMPARE(alike.status, 1);
    QVERIFY2(alike.errors.contains(u"have the same level"), qPrintable(alike.errors));
    QVERIFY(alike.output.isEmpty());
    const Outcome untold = bisect(commits.at(0), commits.at(kPlanted - 1), print);
    QCOMPARE(untold.status, 1);
    QVERIFY2(untold.errors.contains(u"could not be told apart with 3 batches of each"),
             qPrintable(untold.errors));
    const Outcome backwards = bisect(QStringLiteral("main"), commits.at(0), parse);
    QCOMPARE(backwards.status, 2);
    QVERIFY(backwards.hasOneSentence());
    const Outcome cold = bisect(commits.at(0), QStringLiteral("main"),
                                parse + QStringList{QStringLiteral("--mode"), QStringLiteral("cold")});
    QCOMPARE(cold.status, 2);
    QVERIFY2(cold.errors.contains(u"--cold"), qPrintable(cold.errors));
}

void TestCliBackfill::goesOnAfterAKill()
{
    MadeProject made(path("killed"));
    QVERIFY(made.init());
    QVERIFY(made.makeHistory({100, 101}));
    QVERIFY(made.write(QStringLiteral("gated"), "gated\n") && made.commit(QStringLiteral("Gated")));
    QVERIFY(QFile::remove(QString(made.folder() % u"/gated")));
    QVERIFY(made.commit(QStringLiteral("Not gated")));
    const QByteArray state = made.state();
    const QString store = path("killed.sqlite");
    QCOMPARE(::mkfifo(path("gate").toLocal8Bit().constData(), 0600), 0);
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("MADE_PROJECT_GATE"), path("gate"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(PERIHELION_CLI),
                  commandFor(QStringLiteral("backfill"), {QStringLiteral("main")}, made, store,
                             {QStringLiteral("--cold"), QStringLiteral("0"), QStringLiteral("--runs"),
                              QStringLiteral("2")}));
    // The newest commit is measured, the build of the next one waits at the gate: killed there.
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("gate.reached")), 60'000);
    process.kill();
    QVERIFY(process.waitForFinished());
    QVERIFY(QString::fromUtf8(process.readAllStandardOutput()).contains(u"Not gated"));
    QVERIFY(made.state() != state); // Git lists the worktree that was left.

    const Outcome outcome = backfill(QStringLiteral("main"), made, store);
    QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
    QVERIFY(outcome.errors.contains(u"3 of 4 commits to measure; 1 are kept"));
    QCOMPARE(made.state(), state);
    const auto runs = RunStore(store).recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QSet<QString> commits;
    for (const RunListing& run : *runs) {
        QCOMPARE(run.state, RunState::Finished);
        commits.insert(run.commit);
    }
    QCOMPARE(runs->size(), std::size_t(4));
    QCOMPARE(commits.size(), qsizetype(4));
}

Outcome TestCliBackfill::loseServer(const QStringList& arguments)
{
    const QString gate = path("lost_gate");
    QFile::remove(gate);
    QFile::remove(QString(gate % u".reached"));
    if (::mkfifo(gate.toLocal8Bit().constData(), 0600) != 0) {
        return {};
    }
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("MADE_PROJECT_GATE"), gate);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(PERIHELION_CLI), arguments);
    const bool reached = QTest::qWaitFor([&] { return QFile::exists(QString(gate % u".reached")); }, 60'000);
    m_server.kill();
    if (!reached) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    QFile open(gate);
    static_cast<void>(open.open(QIODevice::WriteOnly));
    open.close();
    Outcome outcome;
    if (process.waitForFinished(120'000)) {
        outcome.status = process.exitCode();
        outcome.output = QString::fromUtf8(process.readAllStandardOutput());
        outcome.errors = QString::fromUtf8(process.readAllStandardError());
    }
    return outcome;
}

void TestCliBackfill::keepsWhatAServerLost()
{
    PERIHELION_POSTGRES_OR_SKIP()
    QCOMPARE(m_server.start(), QString());
    const auto location = m_server.newDatabase(false);
    QVERIFY(location.has_value());
    const QString store = PostgresServer::urlOf(*location);
    MadeProject made(path("lost"));
    QVERIFY(made.init() && made.makeHistory({100, 101}));
    QVERIFY(made.write(QStringLiteral("gated"), "gated\n") && made.commit(QStringLiteral("Gated")));
    QVERIFY(QFile::remove(QString(made.folder() % u"/gated")));
    QVERIFY(made.commit(QStringLiteral("Not gated")));
    // The newest commit is stored; the three others find no server any more.
    const Outcome lost = loseServer(commandFor(
        QStringLiteral("backfill"), {QStringLiteral("main")}, made, store,
        {QStringLiteral("--cold"), QStringLiteral("0"), QStringLiteral("--runs"), QStringLiteral("2")}));
    QVERIFY2(lost.status == 0, qPrintable(lost.errors));
    QVERIFY2(lost.errors.contains(u"3 runs wait in "), qPrintable(lost.errors));
    QVERIFY(!lost.errors.contains(u"sea"));
    QCOMPARE(lost.output.count(u"finished"), qsizetype(4));
    // Without the server nobody knows what it has.
    const Outcome away = backfill(QStringLiteral("main"), made, store);
    QCOMPARE(away.status, 1);
    QVERIFY2(away.errors.contains(u"the server cannot be reached"), qPrintable(away.errors));
    // It is back, and knows of one commit only: the others wait, and lack nothing either.
    QCOMPARE(m_server.start(), QString());
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    WorkloadRegistry registry;
    PERIHELION_VERIFY_RESULT(project->addTo(registry));
    registry.loadScenarios(QString());
    const auto scenario = registry.resolve(QStringLiteral("steps"));
    PERIHELION_VERIFY_RESULT(scenario);
    BackfillRequest request;
    request.range = QStringLiteral("main");
    request.scenarios = {*scenario};
    {
        const RunStore waiting(*location, path("share/perihelion/runs.sqlite"));
        QCOMPARE(waiting.recentRuns()->size(), std::size_t(1));
        QCOMPARE(waiting.waitingRuns().size(), std::size_t(3));
        const auto plan = planBackfill(*project, request, &waiting, ProfileEnvironment().machine(), {});
        PERIHELION_VERIFY_RESULT(plan);
        QVERIFY(plan->commits.empty());
        QCOMPARE(plan->kept.size(), std::size_t(4));
    }
    // Asked again, nothing is measured a second time.
    const Outcome again = backfill(QStringLiteral("main"), made, store);
    QVERIFY2(again.status == 0, qPrintable(again.errors));
    QVERIFY2(again.errors.contains(u"3 runs that had waited were sent"), qPrintable(again.errors));
    QVERIFY2(again.errors.contains(u"0 of 4 commits to measure; 4 are kept"), qPrintable(again.errors));
    const auto runs = RunStore(*location, path("here.sqlite")).recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QCOMPARE(runs->size(), std::size_t(4));
}

void TestCliBackfill::bisectsWhileAServerIsLost()
{
    PERIHELION_POSTGRES_OR_SKIP()
    const auto location = m_server.newDatabase(false);
    QVERIFY(location.has_value());
    MadeProject made(path("lost_bisection"));
    QVERIFY(made.init() && made.makeHistory({100, 101, 130}));
    QVERIFY(made.write(QStringLiteral("gated"), "gated\n") && made.commit(QStringLiteral("Gated")));
    const Outcome found =
        loseServer(commandFor(QStringLiteral("bisect"), {made.commits().at(0), QStringLiteral("main")}, made,
                              PostgresServer::urlOf(*location),
                              {QStringLiteral("--runs"), QStringLiteral("9"), QStringLiteral("--batches"),
                               QStringLiteral("3"), QStringLiteral("--phase"), QStringLiteral("parse")}));
    QVERIFY2(found.status == 0, qPrintable(found.errors));
    QVERIFY2(found.output.contains(QString(made.commits().at(2).left(12) % u" (Commit 2) is the first bad")),
             qPrintable(found.output));
    QVERIFY2(found.errors.contains(u"to the run store later"), qPrintable(found.errors));
    QCOMPARE(m_server.start(), QString());
    RunStore store(*location, path("share/perihelion/runs.sqlite"));
    const OutboxState before = store.outbox();
    QVERIFY(before.waiting > 0);
    PERIHELION_VERIFY_RESULT(store.open());
    QCOMPARE(store.outbox().waiting, 0);
    const auto runs = store.recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QVERIFY(runs->size() >= static_cast<std::size_t>(before.waiting));
    QSet<QString> commits;
    for (const RunListing& run : *runs) {
        commits.insert(run.commit);
    }
    QVERIFY(commits.contains(made.commits().at(2)) && commits.contains(made.commits().at(3)));
}

void TestCliBackfill::namesMistakes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    const QString project = path("mistakes");
    const QString empty = path("empty");
    const auto row = [](const char* name, const QStringList& arguments, int status, const char* says) {
        QTest::newRow(name) << arguments << status << QString::fromUtf8(says);
    };
    const QStringList backfill{QStringLiteral("backfill"), QStringLiteral("--project"), project};
    row("no range", backfill, 2, "RANGE");
    row("unknown range", backfill + QStringList{QStringLiteral("nowhere..main")}, 1,
        "no commit, branch or tag");
    row("three dots", backfill + QStringList{QStringLiteral("a...b")}, 2, "A..B");
    row("no store",
        backfill + QStringList{QStringLiteral("main"), QStringLiteral("--store"), QStringLiteral("none")}, 2,
        "--store none");
    row("order",
        backfill + QStringList{QStringLiteral("main"), QStringLiteral("--order"), QStringLiteral("oldest")},
        2, "--order");
    row("not of the project",
        backfill +
            QStringList{QStringLiteral("main"), QStringLiteral("--workload"), QStringLiteral("simulation")},
        2, "no workload of the project");
    row("no project file",
        {QStringLiteral("backfill"), QStringLiteral("main"), QStringLiteral("--project"), empty}, 1,
        "has no perihelion.json");
    row("no repository",
        {QStringLiteral("backfill"), QStringLiteral("main"), QStringLiteral("--project"), m_folder.path()}, 1,
        "no git repository");
    row("all fail", backfill + QStringList{QStringLiteral("main")}, 1, "None of 1 commits could be measured");
}

void TestCliBackfill::namesMistakes()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const int, status);
    QFETCH(const QString, says);
    MadeProject made(path("mistakes"));
    MadeProject empty(path("empty"));
    if (!QFile::exists(made.folder())) {
        QVERIFY(made.init() && made.makeHistory({100}, {0}));
        QVERIFY(empty.init() && empty.commit(QStringLiteral("Nothing")));
    }
    QStringList whole = arguments;
    if (!whole.contains(QStringLiteral("--store"))) {
        whole += {QStringLiteral("--store"), path("mistakes.sqlite")};
    }
    const Outcome outcome = runCli(whole);
    QCOMPARE(outcome.status, status);
    QVERIFY2(outcome.errors.contains(says), qPrintable(outcome.errors));
}

QTEST_GUILESS_MAIN(TestCliBackfill)
#include "tst_cli_backfill.moc"
