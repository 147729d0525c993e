// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli as a process: help, wrong usage, exit statuses, and the generate command.
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>
#include <unistd.h>

using perihelion::test::Outcome;
using perihelion::test::runCli;

namespace {

QStringList entriesOf(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class TestCliGenerate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void helpAndVersion();
    void wrongUsage_data();
    void wrongUsage();
    void makesARecording();
    void jsonStandsAlone();
    void samplesThatExistAreKept();
    void refusesToOverwrite();
    void missingFolder();
    void fullDisk();
    void closedPipe();
    void interruptLeavesNothing();
};

void TestCliGenerate::helpAndVersion()
{
    const Outcome version = runCli({QStringLiteral("--version")});
    QCOMPARE(version.status, 0);
    QVERIFY(version.output.startsWith(u"perihelion-cli "));
    const Outcome help = runCli({QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    QVERIFY(help.output.contains(u"generate") && help.errors.isEmpty());
    QCOMPARE(runCli({QStringLiteral("help")}).output, help.output);
    const Outcome command = runCli({QStringLiteral("help"), QStringLiteral("generate")});
    QCOMPARE(command.status, 0);
    QVERIFY(command.output.contains(u"--chunk-events N") && command.output.contains(u"default 100000"));
    QCOMPARE(runCli({QStringLiteral("generate"), QStringLiteral("--help")}).output, command.output);
}

void TestCliGenerate::wrongUsage_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown command") << QStringLiteral("generrate") << QStringLiteral("known are");
    QTest::newRow("unknown help") << QStringLiteral("help nothing")
                                  << QStringLiteral("Unknown command nothing");
    QTest::newRow("unknown option") << QStringLiteral("generate fan o.h5 --event 5")
                                    << QStringLiteral("known are --help, --events");
    QTest::newRow("missing value") << QStringLiteral("generate fan o.h5 --events")
                                   << QStringLiteral("--events");
    QTest::newRow("missing events") << QStringLiteral("generate fan o.h5") << QStringLiteral("--events");
    QTest::newRow("missing file") << QStringLiteral("generate fan --events 5")
                                  << QStringLiteral("Too few arguments");
    QTest::newRow("too many") << QStringLiteral("generate fan a b --events 5")
                              << QStringLiteral("Too many arguments");
    QTest::newRow("unknown kind") << QStringLiteral("generate car o.h5 --events 5")
                                  << QStringLiteral("hot-pixels");
    const auto option = [](const char* name, const char* value) {
        QTest::addRow("%s %s", name, value) << QStringLiteral("generate fan o.h5 --events 5 --%1 %2")
                                                   .arg(QLatin1String(name), QLatin1String(value))
                                            << QString(u"--" + QLatin1String(name) + u" takes");
    };
    option("events", "0");
    option("events", "1e6");
    option("seed", "-1");
    option("storage", "tape");
    option("chunk-events", "0");
    option("filter", "gzip");
    option("level", "x");
    option("width", "5000");
    option("height", "1");
    option("rate", "nan");
    option("rpm", "-5");
    option("rpm-variation", "2");
    option("blades", "0");
    option("noise", "1.5");
    option("hot-pixels", "-1");
    QTest::newRow("samples with an option") << QStringLiteral("generate samples o.h5 --events 5")
                                            << QStringLiteral("--events does not go with samples");
    QTest::newRow("level too high for the filter")
        << QStringLiteral("generate fan o.h5 --events 5 --level 19") << QStringLiteral("option level");
}

void TestCliGenerate::wrongUsage()
{
    QFETCH(const QString, line);
    QFETCH(const QString, named);
    const QTemporaryDir folder;
    QStringList arguments = line.split(u' ');
    for (QString& argument : arguments) {
        argument.replace(QStringLiteral("o.h5"), folder.filePath(QStringLiteral("o.h5")));
    }
    const Outcome outcome = runCli(arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.errors.contains(named), qPrintable(outcome.errors));
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
    QVERIFY(outcome.output.isEmpty());
    QVERIFY(entriesOf(folder.path()).isEmpty());
}

void TestCliGenerate::makesARecording()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a b.h5"));
    const Outcome outcome =
        runCli({QStringLiteral("generate"), QStringLiteral("drone"), path, QStringLiteral("--events"),
                QStringLiteral("50000"), QStringLiteral("--storage"), QStringLiteral("contiguous")});
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.isEmpty());
    QVERIFY(outcome.errors.contains(path));
    QVERIFY(QFileInfo(path).size() > 13 * 50'000);
    QCOMPARE(entriesOf(folder.path()).size(), 1);
}

void TestCliGenerate::jsonStandsAlone()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("fan.h5"));
    const Outcome outcome = runCli(
        {QStringLiteral("generate"), QStringLiteral("fan"), path, QStringLiteral("--events=50000"),
         QStringLiteral("--json"), QStringLiteral("--chunk-events"), QStringLiteral("5000"),
         QStringLiteral("--filter"), QStringLiteral("lz4"), QStringLiteral("--level"), QStringLiteral("9")});
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.errors.isEmpty());
    QJsonParseError parsed;
    const QJsonObject json = QJsonDocument::fromJson(outcome.output.toUtf8(), &parsed).object();
    QCOMPARE(parsed.error, QJsonParseError::NoError);
    QCOMPARE(json.value(u"file").toString(), path);
    QCOMPARE(json.value(u"kind").toString(), QStringLiteral("fan"));
    QCOMPARE(json.value(u"events").toInteger(), 50'000);
    QCOMPARE(json.value(u"file_bytes").toInteger(), QFileInfo(path).size());
}

void TestCliGenerate::samplesThatExistAreKept()
{
    const QTemporaryDir folder;
    for (const char* name : {"fan_const_rpm", "fan_varying_rpm", "fan_varying_rpm_turning", "drone_idle",
                             "drone_moving", "events"}) {
        QFile present(folder.filePath(QString(QLatin1String(name) + u".h5")));
        QVERIFY(present.open(QIODevice::WriteOnly));
    }
    const Outcome outcome = runCli(
        {QStringLiteral("generate"), QStringLiteral("samples"), folder.path(), QStringLiteral("--json")});
    QCOMPARE(outcome.status, 0);
    const QJsonArray files =
        QJsonDocument::fromJson(outcome.output.toUtf8()).object().value(u"files").toArray();
    QCOMPARE(files.size(), 6);
    QCOMPARE(files.first().toString(), folder.filePath(QStringLiteral("fan_const_rpm.h5")));
    QCOMPARE(QFileInfo(files.first().toString()).size(), 0);
}

void TestCliGenerate::refusesToOverwrite()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("kept.h5"));
    QFile kept(path);
    QVERIFY(kept.open(QIODevice::WriteOnly) && kept.write("kept") == 4);
    kept.close();
    QStringList arguments{QStringLiteral("generate"), QStringLiteral("noise"), path,
                          QStringLiteral("--events"), QStringLiteral("100")};
    const Outcome refused = runCli(arguments);
    QCOMPARE(refused.status, 1);
    QVERIFY(refused.hasOneSentence() && refused.errors.contains(u"--force") && refused.errors.contains(path));
    QCOMPARE(QFileInfo(path).size(), 4);
    arguments.append(QStringLiteral("--force"));
    QCOMPARE(runCli(arguments).status, 0);
    QVERIFY(QFileInfo(path).size() > 4);
}

void TestCliGenerate::missingFolder()
{
    const QTemporaryDir folder;
    const Outcome outcome =
        runCli({QStringLiteral("generate"), QStringLiteral("fan"), folder.filePath(QStringLiteral("no/o.h5")),
                QStringLiteral("--events"), QStringLiteral("100")});
    QCOMPARE(outcome.status, 1);
    QVERIFY(outcome.hasOneSentence());
}

void TestCliGenerate::fullDisk()
{
    const QTemporaryDir folder;
    const Outcome outcome =
        runCli({QStringLiteral("generate"), QStringLiteral("fan"), folder.filePath(QStringLiteral("o.h5")),
                QStringLiteral("--events"), QStringLiteral("3000000")},
               [] {
                   const rlimit limit{2'000'000, 2'000'000};
                   setrlimit(RLIMIT_FSIZE, &limit);
               });
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
    QVERIFY(entriesOf(folder.path()).isEmpty());
}

void TestCliGenerate::closedPipe()
{
    const Outcome outcome = runCli({QStringLiteral("--help")}, perihelion::test::closeOutputPipe);
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
}

void TestCliGenerate::interruptLeavesNothing()
{
    const QTemporaryDir folder;
    QProcess process;
    process.start(QStringLiteral(PERIHELION_CLI),
                  {QStringLiteral("generate"), QStringLiteral("fan"), folder.filePath(QStringLiteral("o.h5")),
                   QStringLiteral("--events"), QStringLiteral("500000000")});
    QVERIFY(process.waitForStarted());
    // The temporary file says that the command is at work and its handlers are installed.
    QTRY_VERIFY(!entriesOf(folder.path()).isEmpty());
    QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(QString::fromUtf8(process.readAllStandardError()).contains(u"cancelled"));
    QVERIFY(entriesOf(folder.path()).isEmpty());
}

QTEST_GUILESS_MAIN(TestCliGenerate)
#include "tst_cli_generate.moc"
