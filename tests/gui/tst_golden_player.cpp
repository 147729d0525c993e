// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "tests/gui/golden_picture.h"
#include "tests/gui/player_bench.h"
#include "widgets/views/event_canvas.h"
#include "widgets/views/phase_bar.h"
#include "widgets/views/player_side_panel.h"
#include "widgets/views/section_label.h"

#include <QtTest>

using namespace perihelion;
using namespace perihelion::test;

class TestGoldenPlayer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void looksAsItShould_data();
    void looksAsItShould();
    void notGoldenIsNoticed();
};

void TestGoldenPlayer::looksAsItShould_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::addRow("player_dark") << true << QSize(1364, 870);
    QTest::addRow("player_light_narrow") << false << QSize(948, 674);
}

void TestGoldenPlayer::looksAsItShould()
{
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    AppFixture app;
    app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    GeneratorOptions options;
    options.kind = SceneKind::Drone;
    options.events = 300'000;
    options.eventsPerSecond = 1e6;
    options.seed = 3;
    const auto made = generateRecording(QString(app.folder() % u"/drone_idle.h5"), options);
    QVERIFY(made.hasValue());
    PlayerBench bench(app, size);
    QSignalSpy complete(&bench.page.session(), &PlayerSession::metadataChanged);
    QVERIFY(bench.open(made->path));
    QVERIFY(complete.count() > 0 || complete.wait(kPatienceMillis));
    bench.page.session().seek(EventTime(100'000));
    bench.key(Qt::Key_B);
    QVERIFY(bench.settled());
    QTRY_COMPARE(bench.child<PlayerSidePanel>().value(QStringLiteral("events")),
                 formatCount(bench.page.session().frame()->frame.events));

    const auto place = [&](const QWidget* widget) {
        return QRect(widget->mapTo(&bench.page, QPoint(0, 0)), widget->size());
    };
    QList<QRect> timings;
    for (const QWidget* widget : bench.page.findChildren<PhaseBar*>()) {
        timings << place(widget);
    }
    timings << place(bench.child<PlayerSidePanel>().findChild<SectionLabel*>());
    const QString difference =
        compareWithGolden(bench.page, QString::fromLatin1(QTest::currentDataTag()), timings);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

void TestGoldenPlayer::notGoldenIsNoticed()
{
    if (qEnvironmentVariableIsSet("PERIHELION_UPDATE_GOLDEN")) {
        QSKIP("the kept pictures are being replaced");
    }
    QImage wrong(1364, 870, QImage::Format_RGB32);
    wrong.fill(Qt::black);
    QVERIFY(!compareWithGolden(wrong, QStringLiteral("player_dark")).isEmpty());
    QVERIFY(!compareWithGolden(wrong.scaled(10, 10), QStringLiteral("player_dark")).isEmpty());
}

QTEST_MAIN(TestGoldenPlayer)
#include "tst_golden_player.moc"
