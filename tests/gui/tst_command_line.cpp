// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion as a process: its command line, exit statuses and pictures, without a display.
#include "tests/gui/app_fixture.h"
#include "tests/support/test_support.h"

#include <QImage>
#include <QProcess>
#include <QTemporaryDir>

using perihelion::test::AppFixture;

namespace {

struct Run {
    int status = -1;
    QString out;
    QString err;
};

Run run(const QString& home, const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    for (const char* variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"}) {
        environment.insert(QLatin1String(variable), QString(home % u'/' % QLatin1String(variable)));
    }
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(PERIHELION_PROGRAM), arguments);
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void helpAndVersion();
    void wrongUsage_data();
    void wrongUsage();
    void pictures_data();
    void pictures();
    void pictureOfAMissingRecordingFails();
    void pictureThatCannotBeWrittenFails();
};

void TestCommandLine::helpAndVersion()
{
    const QTemporaryDir home;
    const Run help = run(home.path(), {QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    QVERIFY(help.out.startsWith(u"Usage: perihelion"));
    const Run version = run(home.path(), {QStringLiteral("--version")});
    QCOMPARE(version.status, 0);
    QCOMPARE(version.out, QStringLiteral("perihelion " PERIHELION_VERSION "\n"));
}

void TestCommandLine::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name, const QStringList& arguments, const char16_t* named) {
        QTest::newRow(name) << arguments << QString::fromUtf16(named);
    };
    row("unknown option", {QStringLiteral("--frobnicate")}, u"frobnicate");
    row("unknown page", {QStringLiteral("--page"), QStringLiteral("attic")}, u"attic");
    row("size without a number", {QStringLiteral("--size"), QStringLiteral("big")}, u"big");
    row("absurd size", {QStringLiteral("--size"), QStringLiteral("90000x90000")}, u"90000x90000");
    row("unknown theme", {QStringLiteral("--theme"), QStringLiteral("pink")}, u"pink");
    row("cache on and off", {QStringLiteral("--enable-cache"), QStringLiteral("--no-cache")}, u"--no-cache");
    row("no value", {QStringLiteral("--screenshot")}, u"screenshot");
}

void TestCommandLine::wrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, named);
    const QTemporaryDir home;
    const Run answer = run(home.path(), arguments);
    QCOMPARE(answer.status, 2);
    QCOMPARE(answer.err.count(u'\n'), 1);
    QVERIFY2(answer.err.contains(named), qPrintable(answer.err));
    QVERIFY(answer.out.isEmpty());
}

void TestCommandLine::pictures_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<bool>("withRecording");
    QTest::addColumn<QSize>("size");
    QTest::newRow("first start") << QStringList() << false << QSize(1440, 900);
    QTest::newRow("menu") << QStringList{QStringLiteral("--page"), QStringLiteral("datasets")} << true
                          << QSize(1440, 900);
    QTest::newRow("player of a single recording")
        << QStringList{QStringLiteral("--theme"), QStringLiteral("light")} << true << QSize(1440, 900);
    QTest::newRow("player, small") << QStringList{QStringLiteral("--page"), QStringLiteral("player"),
                                                  QStringLiteral("--size"), QStringLiteral("1024x700")}
                                   << true << QSize(1024, 700);
    QTest::newRow("metrics") << QStringList{QStringLiteral("--page"), QStringLiteral("metrics")} << true
                             << QSize(1440, 900);
    QTest::newRow("settings") << QStringList{QStringLiteral("--page"), QStringLiteral("settings")} << false
                              << QSize(1440, 900);
}

void TestCommandLine::pictures()
{
    QFETCH(QStringList, arguments);
    QFETCH(bool, withRecording);
    QFETCH(QSize, size);
    AppFixture app;
    if (withRecording) {
        arguments.append(app.makeRecording(QStringLiteral("in/a.h5"), 30'000));
    }
    const QString picture = QString(app.folder() % u"/picture.png");
    const Run answer = run(app.folder(), arguments + QStringList{QStringLiteral("--screenshot"), picture});
    QVERIFY2(answer.status == 0, qPrintable(answer.err));
    QCOMPARE(QImage(picture).size(), size);
    QVERIFY(!QFile::exists(QString(app.folder() % u"/XDG_CONFIG_HOME/perihelion/settings.ini")));
}

void TestCommandLine::pictureOfAMissingRecordingFails()
{
    AppFixture app;
    const QString picture = QString(app.folder() % u"/picture.png");
    const Run answer = run(app.folder(), {QString(app.folder() % u"/gone.h5"), QStringLiteral("--page"),
                                          QStringLiteral("player"), QStringLiteral("--screenshot"), picture});
    QCOMPARE(answer.status, 1);
    QVERIFY2(answer.err.contains(u"gone.h5"), qPrintable(answer.err));
    const Run none = run(app.folder(), {QStringLiteral("--page"), QStringLiteral("player"),
                                        QStringLiteral("--screenshot"), picture});
    QCOMPARE(none.status, 1);
    QVERIFY(none.err.contains(u"no recording to play"));
}

void TestCommandLine::pictureThatCannotBeWrittenFails()
{
    AppFixture app;
    const Run answer =
        run(app.folder(), {QStringLiteral("--screenshot"), QString(app.folder() % u"/nowhere/picture.png")});
    QCOMPARE(answer.status, 1);
    QVERIFY(answer.err.contains(u"nowhere/picture.png"));
}

QTEST_MAIN(TestCommandLine)
#include "tst_command_line.moc"
