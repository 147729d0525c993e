// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli compare as a process, on a run store that the test fills.
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

#include <cmath>

using namespace perihelion;
using perihelion::test::MadeProject;
using perihelion::test::Outcome;

namespace {

const QString kOld = QStringLiteral("aaaa111122223333444455556666777788889999");
const QString kNew = QStringLiteral("bbbb111122223333444455556666777788889999");

/// Ten warm iterations around 100 µs × factor, with a phase of nine tenths of it.
RunRecord run(const QString& commit, double factor, qint64 startedMillis)
{
    RunRecord made;
    made.uuid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    made.workload = QStringLiteral("toy");
    made.scenario = QStringLiteral("plain");
    made.scenarioHash = QStringLiteral("0123456789abcdef");
    made.started = QDateTime::fromMSecsSinceEpoch(startedMillis, Qt::UTC);
    made.finished = made.started.addMSecs(900);
    made.commit = commit;
    made.plan = RunPlan{0, 10, 2, 1};
    made.machine.host = QStringLiteral("bench");
    made.machine.cpu = QStringLiteral("Abacus 9");
    made.phases = {{QStringLiteral("sum"), -1, false}};
    made.processes = {{0, IterationMode::Warm, 0, 0, QString(), std::nullopt, std::nullopt},
                      {1, IterationMode::Warm, 0, 0, QString(), std::nullopt, std::nullopt}};
    for (int i = 0; i < 10; ++i) {
        RunIteration each;
        each.process = i / 5;
        each.number = i % 5;
        each.mode = IterationMode::Warm;
        const auto nanos = static_cast<std::int64_t>((100'000 + 37 * i) * factor);
        each.elapsed = Nanoseconds(nanos);
        each.unattributed = Nanoseconds(nanos / 10);
        each.phases = {{0, Nanoseconds(nanos - nanos / 10), Nanoseconds(nanos - nanos / 10), 1}};
        each.metrics = {
            {QStringLiteral("payload_bytes"), factor > 1.5 ? 2000.0 : 1000.0, QStringLiteral("B")}};
        made.iterations.push_back(each);
    }
    return made;
}

} // namespace

class TestCliCompare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void runsById();
    void runsByCommit();
    void jsonOfEverything();
    void failsOnRegression();
    void failsWhereAWorkloadFailed();
    void floorDecides();
    void importedRunsAreCompared();
    void measuresAgain();
    void tellsWhatCannotBeMeasuredAgain();
    void wrongUse_data();
    void wrongUse();

private:
    Outcome compare(const QStringList& arguments)
    {
        return perihelion::test::runCli(
            QStringList{QStringLiteral("compare"), QStringLiteral("--store"), m_file} + arguments);
    }

    QTemporaryDir m_folder;
    QString m_file;
    QString m_old;
    QString m_new;
    QString m_large;
    QString m_other;
};

void TestCliCompare::initTestCase()
{
    qputenv("XDG_CACHE_HOME", m_folder.filePath(QStringLiteral("cache")).toLocal8Bit());
    qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("share")).toLocal8Bit());
    m_file = m_folder.filePath(QStringLiteral("runs.sqlite"));
    RunStore store(m_file);
    const auto keep = [&store](const RunRecord& record) {
        const auto id = store.recordRun(record);
        return id ? QString::number(*id) : QString();
    };
    m_old = keep(run(kOld, 1, 1'700'000'000'000));
    m_new = keep(run(kNew, 1.1, 1'700'000'100'000));
    m_large = keep(run(QStringLiteral("cccc1111"), 2, 1'700'000'200'000));
    RunRecord other = run(kOld, 1, 1'700'000'300'000);
    other.workload = QStringLiteral("another");
    m_other = keep(other);
    QVERIFY(!m_old.isEmpty() && !m_new.isEmpty() && !m_large.isEmpty() && !m_other.isEmpty());
}

void TestCliCompare::runsById()
{
    const Outcome worse = compare({m_old, m_new});
    QCOMPARE(worse.status, 0);
    QVERIFY(worse.errors.isEmpty());
    QVERIFY2(worse.output.contains(u"toy/plain") && worse.output.contains(u"slower") &&
                 worse.output.contains(u"+10.0 %") && worse.output.contains(u"exceeds the floor of 2 %"),
             qPrintable(worse.output));
    const Outcome better = compare({m_new, m_old});
    QVERIFY(better.output.contains(u"faster") && !better.output.contains(u"slower"));
    const Outcome same = compare({m_old, m_old});
    QVERIFY(same.output.contains(u"no change") && !same.output.contains(u"slower"));
}

void TestCliCompare::runsByCommit()
{
    const Outcome whole = compare({kOld, kNew});
    QCOMPARE(whole.status, 0);
    QVERIFY2(whole.output.contains(QString(u"run " % m_old % u" of aaaa111122 → run " % m_new)),
             qPrintable(whole.output));
    // Measured at one of the commits alone: said, and not compared.
    QVERIFY(whole.output.contains(QString(u"Note: another/plain of run " % m_other)));
    QVERIFY(whole.output.contains(u"has no counterpart on the other side"));
    QCOMPARE(whole.output.count(u"another"), 1);
    const Outcome beginning = compare({kOld.left(6), kNew.left(4)});
    QCOMPARE(beginning.output, whole.output);
}

void TestCliCompare::jsonOfEverything()
{
    const Outcome outcome = compare({m_old, m_large, QStringLiteral("--json")});
    QCOMPARE(outcome.status, 0);
    const QJsonObject root = outcome.json().object();
    QCOMPARE(root.value(u"a").toString(), m_old);
    QCOMPARE(root.value(u"b").toString(), m_large);
    const QJsonArray phases = root.value(u"phases").toArray();
    QVERIFY(phases.size() >= 3);
    bool seen = false;
    for (const auto value : phases) {
        const QJsonObject row = value.toObject();
        if (row.value(u"phase").toString() != u"sum") {
            continue;
        }
        seen = true;
        QCOMPARE(row.value(u"mode").toString(), QStringLiteral("warm"));
        QVERIFY(std::abs(row.value(u"a_median_ms").toDouble() - 0.0902) < 0.001);
        QVERIFY(std::abs(row.value(u"ratio").toDouble() - 2) < 0.01);
        QVERIFY(row.value(u"ci_low").toDouble() > 1.9 && row.value(u"ci_high").toDouble() < 2.1);
        QVERIFY(row.value(u"p").toDouble() < 0.001);
        QCOMPARE(row.value(u"a_n").toInt(), 10);
        QCOMPARE(row.value(u"verdict").toString(), QStringLiteral("slower"));
        QVERIFY(row.value(u"sentence").toString().contains(u"Median"));
        QCOMPARE(row.value(u"workload").toString(), QStringLiteral("toy"));
    }
    QVERIFY(seen);
    const QJsonObject payload = root.value(u"metrics").toArray().at(0).toObject();
    QCOMPARE(payload.value(u"metric").toString(), QStringLiteral("payload_bytes"));
    QCOMPARE(payload.value(u"b_median").toDouble(), 2000.0);
    QCOMPARE(payload.value(u"verdict").toString(), QStringLiteral("slower"));
    QVERIFY(root.value(u"warnings").isArray());
}

void TestCliCompare::failsOnRegression()
{
    const Outcome worse = compare({m_old, m_new, QStringLiteral("--fail-on-regression")});
    QCOMPARE(worse.status, 3);
    QVERIFY(worse.hasOneSentence());
    QVERIFY2(worse.errors.startsWith(u"perihelion-cli: Regression in toy/plain"), qPrintable(worse.errors));
    QCOMPARE(compare({m_new, m_old, QStringLiteral("--fail-on-regression")}).status, 0);
    QCOMPARE(compare({m_old, m_old, QStringLiteral("--fail-on-regression")}).status, 0);
    const Outcome json =
        compare({m_old, m_new, QStringLiteral("--fail-on-regression"), QStringLiteral("--json")});
    QCOMPARE(json.status, 3);
    QVERIFY(json.json().isObject());
}

void TestCliCompare::failsWhereAWorkloadFailed()
{
    const QString broken = QStringLiteral("dddd1111");
    RunStore store(m_file);
    PERIHELION_VERIFY_RESULT(store.recordRun(run(broken, 1, 1'700'000'400'000)));
    RunRecord failed = run(broken, 1, 1'700'000'500'000);
    failed.workload = QStringLiteral("another");
    failed.state = RunState::Failed;
    failed.failure = QStringLiteral("The command ended with status 1");
    failed.iterations.clear();
    PERIHELION_VERIFY_RESULT(store.recordRun(failed));
    const Outcome outcome = compare({kOld, broken, QStringLiteral("--fail-on-regression")});
    QCOMPARE(outcome.status, 3);
    QVERIFY(outcome.hasOneSentence());
    QVERIFY2(outcome.errors.contains(u"another/plain failed at dddd1111: The command ended"),
             qPrintable(outcome.errors));
    QVERIFY(outcome.output.contains(u"Note: another/plain failed at dddd1111"));
    QCOMPARE(compare({kOld, broken}).status, 0);
}

void TestCliCompare::floorDecides()
{
    const Outcome tolerant = compare({m_old, m_new, QStringLiteral("--floor"), QStringLiteral("15"),
                                      QStringLiteral("--fail-on-regression")});
    QCOMPARE(tolerant.status, 0);
    QVERIFY(tolerant.output.contains(u"floor of 15 %"));
}

void TestCliCompare::importedRunsAreCompared()
{
    const QString file = m_folder.filePath(QStringLiteral("imported.sqlite"));
    RunStore store(file);
    const auto imported = [&store](const QString& commit, double factor, const QString& host) {
        RunRecord made = run(commit, 1, 1'700'000'000'000);
        made.origin = QStringLiteral("Google Benchmark");
        made.machine.host = host;
        made.scenarioHash = host.leftJustified(16, u'0');
        made.phases.clear();
        made.higherIsBetter = {QStringLiteral("rate")};
        for (RunIteration& each : made.iterations) {
            const double wobble = 1 + 0.0004 * each.number + 0.0001 * each.process;
            each.elapsed = each.unattributed = Nanoseconds(0);
            each.phases.clear();
            each.metrics = {
                {QStringLiteral("BM_a"), 0.5 * factor * wobble, QStringLiteral("s")},
                {QStringLiteral("rate"), 100 * factor * wobble, QStringLiteral("1/s")},
                {QStringLiteral("size"), 7, factor > 1 ? QStringLiteral("B") : QStringLiteral("kB")}};
        }
        return store.recordRun(made).hasValue();
    };
    QVERIFY(imported(kOld, 1, QStringLiteral("box")) && imported(kNew, 1.2, QStringLiteral("box")));
    QVERIFY(imported(QStringLiteral("dddd1111"), 1, QStringLiteral("other")));
    const auto compared = [&file](const QString& a, const QString& b) {
        return perihelion::test::runCli({QStringLiteral("compare"), QStringLiteral("--store"), file, a, b,
                                         QStringLiteral("--fail-on-regression"), QStringLiteral("--json")});
    };
    const Outcome worse = compared(kOld, kNew);
    QCOMPARE(worse.status, 3);
    QVERIFY2(worse.errors.contains(u"Regression in toy/plain, BM_a: "), qPrintable(worse.errors));
    const QJsonArray metrics = worse.json().object().value(u"metrics").toArray();
    QCOMPARE(metrics.size(), 2);
    QCOMPARE(metrics.at(0)[u"metric"].toString(), QStringLiteral("BM_a"));
    QCOMPARE(metrics.at(0)[u"verdict"].toString(), QStringLiteral("slower"));
    QCOMPARE(metrics.at(1)[u"metric"].toString(), QStringLiteral("rate"));
    QCOMPARE(metrics.at(1)[u"verdict"].toString(), QStringLiteral("faster"));
    QVERIFY(worse.json().object().value(u"phases").toArray().isEmpty());

    const Outcome elsewhere = compared(kOld, QStringLiteral("dddd1111"));
    QCOMPARE(elsewhere.status, 0);
    QVERIFY(elsewhere.json()
                .object()
                .value(u"warnings")
                .toArray()
                .at(0)
                .toString()
                .contains(u"different machines"));
}

void TestCliCompare::measuresAgain()
{
    MadeProject made(m_folder.filePath(QStringLiteral("made")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    const QByteArray state = made.state();
    const QString store = m_folder.filePath(QStringLiteral("again.sqlite"));
    const auto again = [&](const QString& a, const QString& b, const QStringList& more) {
        return perihelion::test::runCli(QStringList{QStringLiteral("compare"), a, b,
                                                    QStringLiteral("--again"), QStringLiteral("--rounds"),
                                                    QStringLiteral("6"), QStringLiteral("--project"),
                                                    made.folder(), QStringLiteral("--store"), store} +
                                        more);
    };
    const Outcome slower = again(QStringLiteral("main~1"), QStringLiteral("main"),
                                 {QStringLiteral("--json"), QStringLiteral("--fail-on-regression")});
    QVERIFY2(slower.status == 3, qPrintable(slower.errors));
    QVERIFY(slower.errors.contains(u"Regression in steps/default, ") &&
            slower.errors.contains(u"In 6 interleaved rounds"));
    const QJsonArray phases = slower.json().object().value(u"phases").toArray();
    bool seen = false;
    for (const auto value : phases) {
        if (value[u"phase"].toString() == u"parse" && value[u"mode"].toString() == u"warm") {
            const QJsonObject paired = value[u"paired"].toObject();
            QCOMPARE(paired.value(u"rounds").toInt(), 6);
            QCOMPARE(paired.value(u"dropped_rounds").toInt(), 0);
            QCOMPARE(paired.value(u"more_rounds").toInt(), 0);
            QVERIFY(std::abs(paired.value(u"ratio").toDouble() - 1.3) < 0.02);
            QVERIFY(paired.value(u"ci_low").toDouble() > 1.2 && paired.value(u"ci_high").toDouble() < 1.4);
            QCOMPARE(paired.value(u"verdict").toString(), QStringLiteral("slower"));
            seen = true;
        }
    }
    QVERIFY(seen);
    QCOMPARE(made.state(), state);
    // The other way round, now by the ids of the runs, whose settings are taken.
    const QString a = QString::number(phases.at(0)[u"a_run"].toInt());
    const QString b = QString::number(phases.at(0)[u"b_run"].toInt());
    const Outcome faster = again(b, a, {});
    QVERIFY2(faster.status == 0, qPrintable(faster.errors));
    QVERIFY2(faster.output.contains(u"measured in turn") && faster.output.contains(u"pair  faster"),
             qPrintable(faster.output));
    QCOMPARE(RunStore(store).recentRuns()->size(), std::size_t(4));
}

void TestCliCompare::tellsWhatCannotBeMeasuredAgain()
{
    MadeProject made(m_folder.filePath(QStringLiteral("cannot")));
    QVERIFY(made.init() && made.makeHistory({100, 130}, {1}));
    const auto refusal = [&](const QStringList& arguments) {
        const Outcome outcome = compare(arguments + QStringList{QStringLiteral("--project"), made.folder()});
        return outcome.hasOneSentence() && outcome.status > 0 && outcome.output.isEmpty() ? outcome.errors
                                                                                          : QString();
    };
    const QString again = QStringLiteral("--again");
    const QString main = QStringLiteral("main");
    QVERIFY(refusal({main, QStringLiteral("main~1"), again}).contains(u"no rule to make it"));
    QVERIFY(refusal({main, QStringLiteral("nowhere"), again}).contains(u"no commit, branch or tag"));
    QVERIFY(refusal({main, main, again}).contains(u"same commit"));
    QVERIFY(refusal({m_old, m_new, again}).contains(u"cannot rebuild another commit"));
    QVERIFY(refusal({main, QStringLiteral("main~1"), again, QStringLiteral("--workload"),
                     QStringLiteral("nothing")})
                .contains(u"nothing"));
    QVERIFY(refusal({main, QStringLiteral("main~1"), again, QStringLiteral("--rounds"), QStringLiteral("5")})
                .contains(u"--rounds"));
    QVERIFY(refusal({m_old, m_new}).contains(u"add --again"));
}

void TestCliCompare::wrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::newRow("one") << QStringList{QStringLiteral("1")} << 2;
    QTest::newRow("short commit") << QStringList{QStringLiteral("abc"), QStringLiteral("1")} << 2;
    QTest::newRow("floor") << QStringList{QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("--floor"),
                                          QStringLiteral("x")}
                           << 2;
    QTest::newRow("no such run") << QStringList{QStringLiteral("99"), QStringLiteral("1")} << 1;
    QTest::newRow("no such commit") << QStringList{QStringLiteral("1"), QStringLiteral("dddddd")} << 1;
    QTest::newRow("other workload") << QStringList{QStringLiteral("1"), QStringLiteral("4")} << 2;
    QTest::newRow("no store") << QStringList{QStringLiteral("1"), QStringLiteral("2"),
                                             QStringLiteral("--store"), QStringLiteral("nowhere.sqlite")}
                              << 1;
}

void TestCliCompare::wrongUse()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    const Outcome outcome = compare(arguments);
    QCOMPARE(outcome.status, status);
    QVERIFY2(outcome.hasOneSentence() && outcome.output.isEmpty(), qPrintable(outcome.errors));
}

QTEST_GUILESS_MAIN(TestCliCompare)
#include "tst_cli_compare.moc"
