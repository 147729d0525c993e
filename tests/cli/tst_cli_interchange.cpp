// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli export and import as processes, on a run store that the test fills.
#include "core/interchange/run_export.h"
#include "core/runs/run_json.h"
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace perihelion;
using perihelion::test::Outcome;

namespace {

const QString kOld = QStringLiteral("aaaa111122223333444455556666777788889999");
const QString kNew = QStringLiteral("bbbb111122223333444455556666777788889999");

/// Ten warm iterations around 100 µs × factor, with a phase of nine tenths of it.
RunRecord keptRun(const QString& commit, double factor, int second)
{
    RunRecord made;
    made.uuid = QStringLiteral("00000000-0000-4000-8000-%1").arg(second, 12, 10, QLatin1Char('0'));
    made.workload = QStringLiteral("toy");
    made.scenario = QStringLiteral("plain");
    made.scenarioHash = QStringLiteral("0123456789abcdef");
    made.started = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000 + 1000LL * second, Qt::UTC);
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
        const auto nanos = static_cast<std::int64_t>((100'000 + 37 * i) * factor);
        each.elapsed = Nanoseconds(nanos);
        each.unattributed = Nanoseconds(nanos / 10);
        each.phases = {{0, Nanoseconds(nanos - nanos / 10), Nanoseconds(nanos - nanos / 10), 1}};
        each.metrics = {{QStringLiteral("payload_bytes"), 1000.0, QStringLiteral("B")}};
        made.iterations.push_back(each);
    }
    return made;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCliInterchange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyFormatIsWritten_data();
    void everyFormatIsWritten();
    void runsAreChosen();
    void filesAreWrittenWhole();
    void runsWithoutTimesAreCounted();
    void regressionsFailInJUnit();
    void wrongExports_data();
    void wrongExports();
    void importShowsAndStores();
    void exportedRunsComeBack_data();
    void exportedRunsComeBack();
    void wrongImports_data();
    void wrongImports();

private:
    Outcome exported(const QStringList& arguments)
    {
        return perihelion::test::runCli(
            QStringList{QStringLiteral("export"), QStringLiteral("--store"), m_file} + arguments);
    }

    QTemporaryDir m_folder;
    QString m_file;
    std::vector<RunRecord> m_runs;
};

void TestCliInterchange::initTestCase()
{
    m_file = m_folder.filePath(QStringLiteral("runs.sqlite"));
    RunStore store(m_file);
    m_runs = {keptRun(kOld, 1, 0), keptRun(kNew, 1.1, 100)};
    m_runs.push_back(keptRun(kNew, 1, 200));
    m_runs.back().workload = QStringLiteral("another");
    for (RunRecord& run : m_runs) {
        const auto id = store.recordRun(run);
        QVERIFY(id);
        run.id = *id;
    }
}

void TestCliInterchange::everyFormatIsWritten_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : exportFormatNames()) {
        QTest::newRow(qPrintable(name)) << name;
    }
}

void TestCliInterchange::everyFormatIsWritten()
{
    QFETCH(QString, name);
    const ExportFormat format = *exportFormatFromName(name);
    QStringList arguments{QStringLiteral("--format"), name};
    std::vector<RunRecord> runs = m_runs;
    if (!fitsFormat(runs, format)) {
        const Outcome refused = exported(arguments);
        QCOMPARE(refused.status, 2);
        QVERIFY(refused.hasOneSentence() && refused.output.isEmpty());
        arguments += {QStringLiteral("--commit"), kNew};
        runs.erase(runs.begin());
    }
    const Outcome outcome = exported(arguments);
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.errors.isEmpty());
    const QByteArray expected = exportRuns(runs, format);
    QVERIFY(outcome.output.toUtf8() == expected);
}

void TestCliInterchange::runsAreChosen()
{
    const auto uuids = [this](const QStringList& arguments) {
        const QJsonDocument json = exported(arguments).json();
        QStringList found;
        const QJsonArray runs = json.isArray() ? json.array() : QJsonArray{json.object()};
        for (const auto run : runs) {
            found.append(run[u"uuid"].toString());
        }
        return found;
    };
    const QString first = QString::number(m_runs[0].id);
    QCOMPARE(uuids({first}), QStringList{m_runs[0].uuid});
    QCOMPARE(uuids({first, kOld, first}), QStringList{m_runs[0].uuid});
    QCOMPARE(uuids({kNew.left(8), first}), (QStringList{m_runs[0].uuid, m_runs[1].uuid, m_runs[2].uuid}));
    QCOMPARE(uuids({QStringLiteral("--series"), QStringLiteral("toy")}),
             (QStringList{m_runs[0].uuid, m_runs[1].uuid}));
    QCOMPARE(uuids({QStringLiteral("--series"), QStringLiteral("toy/plain"), QStringLiteral("--commit"),
                    kNew.left(6)}),
             QStringList{m_runs[1].uuid});
    QCOMPARE(uuids({QStringLiteral("--newest"), QStringLiteral("1")}), QStringList{m_runs[2].uuid});

    const Outcome own = exported({first});
    const auto back = runFromJson(own.output.toUtf8(), QStringLiteral("run.json"));
    QVERIFY(back);
    RunRecord expected = m_runs[0];
    expected.id = 0;
    QVERIFY(*back == expected);
}

void TestCliInterchange::filesAreWrittenWhole()
{
    const QString file = m_folder.filePath(QStringLiteral("new/folder/runs.csv"));
    const Outcome outcome =
        exported({QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--output"), file});
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.isEmpty());
    QCOMPARE(outcome.errors, QString(u"3 runs written to " % file % u'\n'));
    QCOMPARE(contentOf(file), runsAsCsv(m_runs));

    const Outcome blocked = exported({QStringLiteral("--output"), QString(file % u"/below.json")});
    QCOMPARE(blocked.status, 1);
    QVERIFY(blocked.hasOneSentence());
}

void TestCliInterchange::runsWithoutTimesAreCounted()
{
    const QString store = m_folder.filePath(QStringLiteral("mixed.sqlite"));
    RunRecord timed = keptRun(kOld, 1, 300);
    RunRecord untimed = keptRun(kNew, 1, 301);
    for (RunIteration& each : untimed.iterations) {
        each.elapsed = Nanoseconds(0);
        each.unattributed = Nanoseconds(0);
        each.phases.clear();
    }
    RunRecord gap = keptRun(kNew, 1, 302);
    gap.workload = QStringLiteral("gone");
    gap.state = RunState::BuildFailed;
    gap.failure = QStringLiteral("Building it failed");
    gap.iterations.clear();
    gap.processes.clear();
    {
        RunStore kept(store);
        for (const RunRecord& run : {timed, untimed, gap}) {
            const auto stored = kept.recordRun(run);
            QVERIFY2(stored, qPrintable(stored ? QString() : stored.error().sentence()));
        }
    }
    const auto write = [&](const QStringList& arguments) {
        return perihelion::test::runCli(
            QStringList{QStringLiteral("export"), QStringLiteral("--store"), store} + arguments);
    };
    const QString file = m_folder.filePath(QStringLiteral("mixed.out"));
    const Outcome some =
        write({QStringLiteral("--format"), QStringLiteral("speedscope"), QStringLiteral("--output"), file});
    QCOMPARE(some.status, 0);
    QCOMPARE(some.errors,
             QString(u"2 runs have no times that speedscope can show and were left out\n1 run written to " %
                     file % u'\n'));
    const Outcome none =
        write({QStringLiteral("--format"), QStringLiteral("speedscope"), QStringLiteral("--commit"), kNew});
    QCOMPARE(none.status, 1);
    QVERIFY2(none.hasOneSentence(), qPrintable(none.errors));
    // The table holds them all, and they come back.
    QCOMPARE(
        write({QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--output"), file}).errors,
        QString(u"3 runs written to " % file % u'\n'));
    const Outcome back = perihelion::test::runCli({QStringLiteral("import"), file, QStringLiteral("--store"),
                                                   m_folder.filePath(QStringLiteral("mixed-back.sqlite"))});
    QVERIFY2(back.output.endsWith(u"3 runs stored\n"), qPrintable(back.output + back.errors));
}

void TestCliInterchange::regressionsFailInJUnit()
{
    const auto failuresOf = [this](const QStringList& more) {
        const Outcome outcome = exported(
            QStringList{QString::number(m_runs[1].id), QStringLiteral("--format"), QStringLiteral("junit")} +
            more);
        QXmlStreamReader xml(outcome.output);
        QStringList failing;
        QString name;
        while (!xml.atEnd()) {
            xml.readNext();
            if (xml.isStartElement() && xml.name() == u"testcase") {
                name = xml.attributes().value(QLatin1String("name")).toString();
            } else if (xml.isStartElement() && xml.name() == u"failure") {
                failing.append(name);
            }
        }
        return xml.hasError() ? QStringList{xml.errorString()} : failing;
    };
    QCOMPARE(failuresOf({}), QStringList());
    const QStringList against{QStringLiteral("--baseline"), kOld.left(10)};
    QCOMPARE(failuresOf(against),
             (QStringList{QStringLiteral("sum (warm)"), QStringLiteral("unattributed (warm)"),
                          QStringLiteral("total (warm)")}));
    QCOMPARE(failuresOf(against + QStringList{QStringLiteral("--floor"), QStringLiteral("15")}),
             QStringList());
}

void TestCliInterchange::wrongExports_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::newRow("unknown format") << QStringList{QStringLiteral("--format"), QStringLiteral("xlsx")} << 2;
    QTest::newRow("unknown run") << QStringList{QStringLiteral("999")} << 1;
    QTest::newRow("unknown commit") << QStringList{QStringLiteral("dddd1111")} << 1;
    QTest::newRow("short commit") << QStringList{QStringLiteral("abc")} << 2;
    QTest::newRow("both ways") << QStringList{QStringLiteral("1"), QStringLiteral("--newest"),
                                              QStringLiteral("1")}
                               << 2;
    QTest::newRow("baseline of csv") << QStringList{QStringLiteral("--format"), QStringLiteral("csv"),
                                                    QStringLiteral("--baseline"), QStringLiteral("1")}
                                     << 2;
    QTest::newRow("nothing like it") << QStringList{QStringLiteral("--series"), QStringLiteral("none/such")}
                                     << 1;
    QTest::newRow("no store") << QStringList{QStringLiteral("--store"),
                                             QStringLiteral("/nowhere/runs.sqlite")}
                              << 1;
}

void TestCliInterchange::wrongExports()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    const Outcome outcome = exported(arguments);
    QCOMPARE(outcome.status, status);
    QVERIFY(outcome.output.isEmpty());
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
}

void TestCliInterchange::importShowsAndStores()
{
    const QString results = m_folder.filePath(QStringLiteral("results.json"));
    QFile file(results);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"results":[{"command":"sleep 1","times":[1,2,3],"memory_usage_byte":[10,20,30]}]})");
    file.close();
    const QString store = m_folder.filePath(QStringLiteral("imported.sqlite"));
    const auto import = [&](const QStringList& more) {
        return perihelion::test::runCli(QStringList{QStringLiteral("import"), results,
                                                    QStringLiteral("--store"), store,
                                                    QStringLiteral("--project"), QStringLiteral("naps")} +
                                        more);
    };
    const Outcome preview = import({QStringLiteral("--dry-run")});
    QCOMPARE(preview.status, 0);
    QVERIFY(!QFile::exists(store));
    for (const QStringView part :
         {u"hyperfine: 1 run of 0 commits", u"hyperfine/default, project naps", u"sleep 1 ",
          u"sleep 1, peak memory", u"less is better", u"3 samples", u"Note: "}) {
        QVERIFY2(preview.output.contains(part), qPrintable(preview.output));
    }
    QVERIFY(!preview.output.contains(u"stored"));

    const QJsonObject stored = import({QStringLiteral("--json")}).json().object();
    QCOMPARE(stored[u"stored"].toInt(), 1);
    QCOMPARE(stored[u"already_there"].toInt(), 0);
    QCOMPARE(stored[u"dry_run"].toBool(), false);
    QCOMPARE(stored[u"formats"].toArray(), QJsonArray{QStringLiteral("hyperfine")});
    QCOMPARE(stored[u"samples"].toInt(), 6);
    const QJsonObject first = stored[u"series"][0].toObject();
    const QJsonObject expected{{QStringLiteral("project"), QStringLiteral("naps")},
                               {QStringLiteral("workload"), QStringLiteral("hyperfine")},
                               {QStringLiteral("scenario"), QStringLiteral("default")},
                               {QStringLiteral("machine"), QString()},
                               {QStringLiteral("origin"), QStringLiteral("hyperfine")},
                               {QStringLiteral("name"), QStringLiteral("sleep 1")},
                               {QStringLiteral("kind"), QStringLiteral("metric")},
                               {QStringLiteral("unit"), QStringLiteral("s")},
                               {QStringLiteral("better"), QStringLiteral("lower")},
                               {QStringLiteral("runs"), 1},
                               {QStringLiteral("commits"), 0},
                               {QStringLiteral("samples"), 3}};
    QCOMPARE(first, expected);
    const Outcome again = import({});
    QVERIFY2(again.output.endsWith(u"0 runs stored, 1 was there already\n"), qPrintable(again.output));
}

void TestCliInterchange::exportedRunsComeBack_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("json") << QStringLiteral("json");
    QTest::newRow("csv") << QStringLiteral("csv");
}

void TestCliInterchange::exportedRunsComeBack()
{
    QFETCH(QString, format);
    const QString file = m_folder.filePath(QString(u"back." % format));
    const QString store = m_folder.filePath(QString(format % u"-back.sqlite"));
    QCOMPARE(exported({QStringLiteral("--format"), format, QStringLiteral("--output"), file}).status, 0);
    const Outcome outcome =
        perihelion::test::runCli({QStringLiteral("import"), file, QStringLiteral("--store"), store});
    QCOMPARE(outcome.status, 0);
    QVERIFY2(outcome.output.endsWith(u"3 runs stored\n"), qPrintable(outcome.output));
    const Outcome back = perihelion::test::runCli(
        {QStringLiteral("export"), QStringLiteral("--store"), store, QStringLiteral("--format"), format});
    QCOMPARE(back.output.toUtf8(), contentOf(file));
}

void TestCliInterchange::wrongImports_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::newRow("nothing") << QStringList{} << 2;
    QTest::newRow("no such file") << QStringList{QStringLiteral("/nowhere/results.json")} << 1;
    QTest::newRow("mapping") << QStringList{QStringLiteral("x.json"), QStringLiteral("--map"),
                                            QStringLiteral("a")}
                             << 2;
    QTest::newRow("pattern") << QStringList{QStringLiteral("x.json"), QStringLiteral("--higher-is-better"),
                                            QStringLiteral("(")}
                             << 2;
    QTest::newRow("half a commit") << QStringList{QStringLiteral("x.json"), QStringLiteral("--commit"),
                                                  QStringLiteral("zz")}
                                   << 2;
    QTest::newRow("endless") << QStringList{QStringLiteral("/dev/zero")} << 1;
    QTest::newRow("no store") << QStringList{QStringLiteral("x.json"), QStringLiteral("--store"),
                                             QStringLiteral("none")}
                              << 2;
}

void TestCliInterchange::wrongImports()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    const Outcome outcome =
        perihelion::test::runCli(QStringList{QStringLiteral("import"), QStringLiteral("--store"),
                                             m_folder.filePath(QStringLiteral("n.sqlite"))} +
                                 arguments);
    QCOMPARE(outcome.status, status);
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
}

QTEST_GUILESS_MAIN(TestCliInterchange)
#include "tst_cli_interchange.moc"
