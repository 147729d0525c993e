// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli workloads and profile as processes: the table, the JSON that scripts rely on, where runs are
// kept, and every kind of wrong usage.
#include "core/runs/csv_trace.h"
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// As few runs as give a result, of a small recording.
const QStringList kSmall{QStringLiteral("--cold"), QStringLiteral("1"),           QStringLiteral("--runs"),
                         QStringLiteral("3"),      QStringLiteral("--processes"), QStringLiteral("2"),
                         QStringLiteral("--set"),  QStringLiteral("events=2000")};

QStringList profile(const QString& what, const QStringList& more = {})
{
    return QStringList{QStringLiteral("profile"), what} + kSmall + more;
}

QStringList keysOf(const QJsonValue& value)
{
    return value.toObject().keys();
}

} // namespace

class CliProfileTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_home;
    QString m_store;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.filePath(QStringLiteral("data"))));
        qputenv("XDG_CACHE_HOME", QFile::encodeName(m_home.filePath(QStringLiteral("cache"))));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.filePath(QStringLiteral("config"))));
        m_store = m_home.filePath(QStringLiteral("data/perihelion/runs.sqlite"));
    }

    void listsWorkloads()
    {
        const Outcome text = runCli({QStringLiteral("workloads")});
        QCOMPARE(text.status, 0);
        QVERIFY(text.errors.isEmpty());
        QVERIFY(text.output.contains(u"dataset-load: ") && text.output.contains(u"kept_index"));
        const Outcome json = runCli({QStringLiteral("workloads"), QStringLiteral("--json")});
        QCOMPARE(json.status, 0);
        const QJsonArray workloads = json.json().array();
        bool found = false;
        for (const auto workload : workloads) {
            QCOMPARE(
                keysOf(workload).join(u' '),
                QStringLiteral("default_scenario description parameters phases scenarios version workload"));
            QVERIFY(!workload[u"scenarios"].toArray().isEmpty());
            found = found || workload[u"workload"] == QStringLiteral("dataset-load");
        }
        QVERIFY(found);
        QCOMPARE(runCli({QStringLiteral("workloads"), QStringLiteral("more")}).status, 2);
    }

    void printsATable()
    {
        const Outcome outcome = runCli(profile(QStringLiteral("dataset-load/cold_file")));
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        QVERIFY(outcome.output.startsWith(u"dataset-load/cold_file, run 1"));
        for (const char* word :
             {"spawn", "ready", "open", "index", "decode", "accumulate", "first frame", "unattributed",
              "total", "Peak memory", "Hotspots", "put out of memory", "* p95 of fewer than 20 values"}) {
            QVERIFY2(outcome.output.contains(QLatin1String(word)), word);
        }
        // The second run has a baseline, in the same store.
        const Outcome again = runCli(profile(QStringLiteral("dataset-load/cold_file")));
        QCOMPARE(again.status, 0);
        QVERIFY2(again.output.contains(u"Against run 1, warm: "), qPrintable(again.output));
        RunStore store(m_store);
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{2});
        QCOMPARE(runs->front().series, runs->back().series);
        QCOMPARE(runs->front().iterations, 4);
    }

    void printsJson()
    {
        const QString csv = m_home.filePath(QStringLiteral("profiling_runs.csv"));
        const QString own = m_home.filePath(QStringLiteral("own.sqlite"));
        const QStringList arguments = profile(QStringLiteral("dataset-load"),
                                              {QStringLiteral("--json"), QStringLiteral("--store"),
                                               QString(u"sqlite:" % own), QStringLiteral("--csv"), csv});
        const Outcome outcome = runCli(arguments);
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonObject json = outcome.json().object();
        QCOMPARE(
            json.keys().join(u' '),
            QStringLiteral("baseline cold commit dirty failures finished hotspots machine metrics notes "
                           "parameters payload_bytes payload_gzip_bytes peak_rss_bytes plan residency run_id "
                           "scenario scenario_hash started state timing_cost_ns_per_scope uuid warm warnings "
                           "workload workload_version"));
        QCOMPARE(json[u"workload"].toString(), QStringLiteral("dataset-load"));
        QCOMPARE(json[u"scenario"].toString(), QStringLiteral("kept_index"));
        QCOMPARE(json[u"run_id"].toInt(), 1);
        QCOMPARE(json[u"state"].toString(), QStringLiteral("finished"));
        QCOMPARE(json[u"cold"][u"n"].toInt(), 1);
        QCOMPARE(json[u"warm"][u"n"].toInt(), 3);
        QVERIFY(json[u"payload_bytes"].isNull());
        QVERIFY(json[u"peak_rss_bytes"].toInteger() > 1'000'000);
        QVERIFY(json[u"baseline"].isNull());
        QCOMPARE(json[u"residency"].toArray().size(), 1);
        QCOMPARE(keysOf(json[u"cold"]).join(u' '), QStringLiteral("failed n phases"));
        QCOMPARE(keysOf(json[u"cold"][u"phases"]).join(u','),
                 QStringLiteral("accumulate,decode,first frame,index,open,ready,spawn,total,unattributed"));
        QCOMPARE(keysOf(json[u"warm"][u"phases"]).join(u','),
                 QStringLiteral("accumulate,decode,first frame,index,open,total,unattributed"));
        const QJsonValue decode = json[u"warm"][u"phases"][u"decode"];
        QCOMPARE(keysOf(decode).join(u' '),
                 QStringLiteral("max_ms min_ms n p50_ms p95_interpolated p95_ms processes samples_ms"));
        QCOMPARE(decode[u"samples_ms"].toArray().size(), 3);
        QVERIFY(decode[u"min_ms"].toDouble() <= decode[u"p50_ms"].toDouble());
        QVERIFY(decode[u"p95_ms"].toDouble() <= decode[u"max_ms"].toDouble());
        for (const char* key : {"host", "cpu", "governor", "load", "compiler", "build_type", "virtualisation",
                                "cgroup_cores", "on_battery", "fingerprint"}) {
            QVERIFY2(json[u"machine"].toObject().contains(QLatin1String(key)), key);
        }
        // Nothing is missing from the whole: the phases and the rest are the total.
        double sum = json[u"cold"][u"phases"][u"unattributed"][u"p50_ms"].toDouble();
        for (const char* phase : {"open", "index", "decode", "accumulate", "first frame"}) {
            sum += json[u"cold"][u"phases"][QLatin1String(phase)][u"p50_ms"].toDouble();
        }
        QVERIFY(std::abs(sum - json[u"cold"][u"phases"][u"total"][u"p50_ms"].toDouble()) < 1e-4);

        QFile trace(csv);
        QVERIFY(trace.open(QIODevice::ReadOnly));
        const auto runs = runsFromCsvTrace(trace.readAll(), csv);
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        QCOMPARE(runs->front().iterations.size(), std::size_t{4});
    }

    void walksTheLadder_data()
    {
        QTest::addColumn<QString>("scenario");
        for (const char* scenario :
             {"cold_file", "cache_off", "cache_miss", "cache_hit", "contiguous_cold_file",
              "contiguous_kept_index", "contiguous_cache_hit"}) {
            QTest::newRow(scenario) << QString::fromLatin1(scenario);
        }
    }

    void walksTheLadder()
    {
        QFETCH(const QString, scenario);
        const Outcome outcome =
            runCli({QStringLiteral("profile"), QString(u"dataset-load/" % scenario), QStringLiteral("--cold"),
                    QStringLiteral("0"), QStringLiteral("--runs"), QStringLiteral("2"),
                    QStringLiteral("--processes"), QStringLiteral("1"), QStringLiteral("--set"),
                    QStringLiteral("events=5000"), QStringLiteral("--json"), QStringLiteral("--store"),
                    QStringLiteral("none")});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonObject json = outcome.json().object();
        // A kept index or cache that was not in the state asked for would be noted.
        QCOMPARE(json[u"notes"].toArray(), QJsonArray());
        QCOMPARE(json[u"warm"][u"n"].toInt(), 2);
        QCOMPARE(json[u"metrics"][u"events"].toInt(), 5000);
        const bool fromCache = scenario.endsWith(u"hit");
        QCOMPARE(json[u"metrics"][u"bytes_read"].toInteger() == 0, fromCache);
    }

    void measuresTheSimulation()
    {
        const QString trace = m_home.filePath(QStringLiteral("simulation.csv"));
        const Outcome outcome =
            runCli({QStringLiteral("profile"), QStringLiteral("simulation"), QStringLiteral("--cold"),
                    QStringLiteral("1"), QStringLiteral("--runs"), QStringLiteral("2"),
                    QStringLiteral("--processes"), QStringLiteral("1"), QStringLiteral("--set"),
                    QStringLiteral("duration=2"), QStringLiteral("--json"), QStringLiteral("--csv"), trace});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonObject json = outcome.json().object();
        QCOMPARE(json[u"scenario"].toString(), QStringLiteral("baseline_10_planets"));
        QVERIFY(json[u"payload_bytes"].toInt() > json[u"payload_gzip_bytes"].toInt());
        QVERIFY(json[u"payload_gzip_bytes"].toInt() > 0);
        for (const char* phase : {"physics samples", "music events", "serialize json", "gzip", "decode"}) {
            QVERIFY2(json[u"warm"][u"phases"].toObject().contains(QLatin1String(phase)), phase);
        }
        QFile file(trace);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto runs = runsFromCsvTrace(file.readAll(), trace);
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->front().title(), QStringLiteral("simulation/baseline_10_planets"));
        QCOMPARE(metricValue(runs->front().iterations.front().metrics, metric::kPlanets),
                 std::optional(10.0));
    }

    void measuresSeveral()
    {
        const QString a = m_home.filePath(QStringLiteral("a.h5"));
        const QString b = m_home.filePath(QStringLiteral("b.h5"));
        for (const QString& path : {a, b}) {
            QCOMPARE(runCli({QStringLiteral("generate"), QStringLiteral("fan"), path,
                             QStringLiteral("--events"), QStringLiteral("3000")})
                         .status,
                     0);
        }
        const Outcome outcome =
            runCli(profile(QStringLiteral("dataset-load/cold_file"),
                           {QStringLiteral("--file"), a, QStringLiteral("--file"), b,
                            QStringLiteral("--json"), QStringLiteral("--store"), QStringLiteral("none")}));
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonArray runs = outcome.json().array();
        QCOMPARE(runs.size(), 2);
        QCOMPARE(runs.at(1)[u"parameters"][u"files"].toArray(), QJsonArray{b});
        QVERIFY(runs.at(0)[u"run_id"].isNull());
        QCOMPARE(runs.at(0)[u"metrics"][u"events"].toInt(), 3000);
    }

    void readsOwnScenarios()
    {
        const QString folder = m_home.filePath(QStringLiteral("data/perihelion/scenarios"));
        QVERIFY(QDir().mkpath(folder));
        const auto write = [](const QString& path, const QByteArray& text) {
            QFile file(path);
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        QVERIFY(write(
            QDir(folder).filePath(QStringLiteral("mine.json")),
            "{\"workload\": \"dataset-load\", \"name\": \"mine\", \"parameters\": {\"index\": \"built\"}}"));
        QVERIFY(write(QDir(folder).filePath(QStringLiteral("wrong.json")),
                      "{\"workload\": \"dataset-load\", \"name\": \"wrong\",\n\"parameters\": {\"events\": "
                      "\"many\"}}"));
        const Outcome outcome = runCli({QStringLiteral("workloads")});
        QCOMPARE(outcome.status, 0);
        QVERIFY(outcome.output.contains(u"mine"));
        QVERIFY2(outcome.errors.contains(u"key parameters.events is wrong") &&
                     outcome.errors.contains(u"wrong.json:2"),
                 qPrintable(outcome.errors));
        QVERIFY(QFile::remove(QDir(folder).filePath(QStringLiteral("wrong.json"))));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("named");
        const auto add = [](const char* name, const char* line, int status, const char* named) {
            QTest::newRow(name) << QString::fromLatin1(line) << status << QString::fromLatin1(named);
        };
        add("nothing", "profile", 2, "Too few arguments");
        add("unknown workload", "profile nothing", 2, "There is no workload nothing; known are");
        add("unknown scenario", "profile dataset-load/nothing", 2, "has no scenario nothing; known are");
        add("all of nothing", "profile nothing/all", 2, "There is no workload");
        add("no runs", "profile dataset-load --runs 0 --cold 0", 2, "cannot both be 0");
        add("negative runs", "profile dataset-load --runs=-1", 2, "--runs takes a whole number from 0");
        add("no process", "profile dataset-load --processes 0", 2, "--processes takes");
        add("a fraction", "profile dataset-load --cold 1.5", 2, "--cold takes");
        add("warm-up", "profile dataset-load --warm-up x", 2, "--warm-up takes");
        add("no value", "profile dataset-load --set events", 2, "--set takes NAME=VALUE");
        add("no parameter", "profile dataset-load --set nothing=1", 2, "has no parameter nothing");
        add("a wrong value", "profile dataset-load --set events=5", 2, "a whole number from 1000");
        add("a billion", "profile dataset-load --set events=1000000000", 2, "a whole number from 1000");
        add("a store of no kind", "profile dataset-load --store mysql://ada:hidden@host/db", 2,
            "A run store is the path of a SQLite file");
        add("a server without a database", "profile dataset-load --store postgresql://ada:hidden@host", 2,
            "does not name one database");
        add("a server that is away", "profile dataset-load --store postgresql://ada:hidden@127.0.0.1:1/db", 1,
            "postgresql://ada@127.0.0.1:1/db");
        add("a missing file", "profile dataset-load --file /no/such.h5", 1, "There is no such file");
        add("baseline", "profile dataset-load --baseline 999 --runs 1 --cold 0 --set events=2000", 1,
            "There is no run 999");
    }

    void refuses()
    {
        QFETCH(const QString, line);
        QFETCH(const int, status);
        QFETCH(const QString, named);
        const Outcome outcome = runCli(line.split(u' '));
        QCOMPARE(outcome.status, status);
        QVERIFY2(outcome.errors.contains(named), qPrintable(outcome.errors));
        QVERIFY(outcome.output.isEmpty());
    }

    void refusesAStoreItCannotUse()
    {
        const QString newer = m_home.filePath(QStringLiteral("newer.sqlite"));
        {
            RunStore store(newer);
            PERIHELION_VERIFY_RESULT(store.open());
        }
        QFile file(newer);
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(60); // The user version in SQLite's header, most significant byte first.
        file.write(QByteArray::fromHex("00000063"));
        file.close();
        const Outcome outcome =
            runCli(profile(QStringLiteral("dataset-load"), {QStringLiteral("--store"), newer}));
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.hasOneSentence() && outcome.errors.contains(u"newer version"),
                 qPrintable(outcome.errors));
    }

    void noRecordingIsNoRun()
    {
        const QString path = m_home.filePath(QStringLiteral("text.h5"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no recording");
        file.close();
        const Outcome outcome =
            runCli(profile(QStringLiteral("dataset-load"), {QStringLiteral("--file"), path}));
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
    }

    void interruptStoresNothing()
    {
        const QString own = m_home.filePath(QStringLiteral("interrupted.sqlite"));
        QProcess process;
        process.start(QStringLiteral(PERIHELION_CLI),
                      {QStringLiteral("profile"), QStringLiteral("dataset-load"), QStringLiteral("--cold"),
                       QStringLiteral("100000"), QStringLiteral("--store"), own, QStringLiteral("--set"),
                       QStringLiteral("events=2000")});
        QVERIFY(process.waitForStarted());
        // The store is opened when everything was accepted and the handlers are installed.
        QTRY_VERIFY(QFile::exists(own));
        QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(20'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(QString::fromUtf8(process.readAllStandardError()).contains(u"cancelled"));
        RunStore store(own);
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QVERIFY(runs->empty());
    }

    void measureRefusesStrangers()
    {
        QProcess process;
        process.start(QStringLiteral(PERIHELION_CLI), {QStringLiteral("measure")});
        process.write("hello\n");
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(20'000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardOutput().contains("\"failure\""));
    }
};

QTEST_GUILESS_MAIN(CliProfileTest)

#include "tst_cli_profile.moc"
