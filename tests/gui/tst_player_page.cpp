// SPDX-License-Identifier: GPL-3.0-or-later
// Playing, seeking, views, numbers and pictures, by key and mouse; nothing waits for time to pass.
#include "tests/gui/player_bench.h"
#include "widgets/views/event_canvas.h"
#include "widgets/views/player_banner.h"
#include "widgets/views/player_controls.h"
#include "widgets/views/player_side_panel.h"
#include "widgets/views/timeline.h"

#include <QAbstractButton>
#include <QDialog>
#include <QLineEdit>
#include <QtTest>

using namespace perihelion;
using namespace perihelion::test;

class TestPlayerPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensAndPaintsTheFirstFrame();
    void playsAtOnceUnlessItIsAStill();
    void playsByTheClock();
    void dropsWhatComesTooLate();
    void stopsAtTheEndWithoutLoop();
    void seeksAndSteps();
    void newestSeekWins();
    void keysWorkWhileAButtonHasTheFocus();
    void viewsAndPolarity();
    void regionNumbersEqualACount();
    void hoverNumbersEqualACount();
    void zoomsAndPans();
    void savesSnapshots();
    void goesToTypedTimes();
    void showsTheRateOnceComplete();
    void indexThatCannotBeKeptIsOnlyATrouble();
};

void TestPlayerPage::opensAndPaintsTheFirstFrame()
{
    AppFixture app;
    PlayerBench bench(app);
    QSignalSpy complete(&bench.page.session(), &PlayerSession::metadataChanged);
    const QString path = smallFan(app);
    QVERIFY(bench.open(path));
    const auto record = bench.loads.at(0).at(0).value<LoadRecord>();
    QCOMPARE(record.path, path);
    QCOMPARE(record.events, 60'000);
    QCOMPARE(record.fileBytes, QFileInfo(path).size());
    QVERIFY(record.at.isValid());
    QVERIFY(record.phases.open.count() > 0);
    QVERIFY(record.phases.firstFrame.count() > 0);
    QVERIFY(record.chunksRead > 0);
    const Counted expected = bruteForce(everything(path), bench.page.session().clock().firstStart(),
                                        EventTime(10'000), {0, 0, 64, 48});
    QCOMPARE(bench.page.session().frame()->frame.events, expected.events);
    QCOMPARE(record.windowEvents, expected.events);
    QCOMPARE(bench.page.canvas().image().size(), QSize(64, 48));
    QCOMPARE(bench.child<PlayerSidePanel>().value(QStringLiteral("events")),
             QString::number(expected.events));
    // The second time the index is kept: it is complete and written once the metadata is.
    QVERIFY(complete.count() > 0 || complete.wait(kPatienceMillis));
    QVERIFY(bench.open(path));
    QCOMPARE(bench.loads.at(1).at(0).value<LoadRecord>().index, IndexState::Kept);
}

void TestPlayerPage::playsAtOnceUnlessItIsAStill()
{
    AppFixture app;
    PlayerBench bench(app);
    bench.page.setAutoplay(true);
    QVERIFY(bench.open(smallFan(app)));
    QVERIFY(bench.page.session().clock().isPlaying());
    const EventTime first = bench.page.session().clock().position();
    *bench.now += std::chrono::milliseconds(20);
    QTRY_VERIFY(bench.page.session().frame()->frame.windowStart > first);
    QVERIFY(bench.open(smallFan(app, QStringLiteral("still.h5"), 10)));
    QVERIFY(!bench.page.session().clock().isPlaying());
}

void TestPlayerPage::playsByTheClock()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    QSignalSpy frames(&bench.page.session(), &PlayerSession::frameReady);
    const EventTime first = bench.page.session().clock().position();
    bench.key(Qt::Key_Space);
    QVERIFY(bench.page.session().clock().isPlaying());
    for (int tick = 1; tick <= 10; ++tick) {
        *bench.now = Nanoseconds(tick * 1'000'000'000LL / 60 + 1'000'000);
        QVERIFY(frames.wait(kPatienceMillis));
        QCOMPARE((bench.page.session().frame()->frame.windowStart - first).count(),
                 std::llround(tick * 1e6 / 60));
    }
    QCOMPARE(bench.page.session().clock().lateFrames(), 0);
    bench.key(Qt::Key_Space);
    QVERIFY(!bench.page.session().clock().isPlaying());
}

void TestPlayerPage::dropsWhatComesTooLate()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    QSignalSpy frames(&bench.page.session(), &PlayerSession::frameReady);
    bench.key(Qt::Key_Space);
    *bench.now += std::chrono::milliseconds(101);
    QVERIFY(frames.wait(kPatienceMillis));
    QCOMPARE(bench.page.session().clock().lateFrames(), 5);
    bench.key(Qt::Key_Space);
    QCOMPARE(frames.count(), 1);
}

void TestPlayerPage::stopsAtTheEndWithoutLoop()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    bench.key(Qt::Key_L);
    QVERIFY(!bench.page.session().clock().isLooping());
    bench.key(Qt::Key_Space);
    *bench.now += std::chrono::seconds(5);
    QTRY_COMPARE(bench.page.session().clock().position(), bench.page.session().clock().lastStart());
    *bench.now += std::chrono::seconds(1);
    QTRY_VERIFY(!bench.page.session().clock().isPlaying());
    QVERIFY(bench.settled());
    // Backwards it starts over from there.
    bench.key(Qt::Key_Backspace);
    bench.key(Qt::Key_Space);
    *bench.now += std::chrono::milliseconds(51);
    QTRY_VERIFY(bench.page.session().clock().position() < bench.page.session().clock().lastStart());
    bench.key(Qt::Key_Space);
}

void TestPlayerPage::seeksAndSteps()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    auto& timeline = bench.child<Timeline>();
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, {timeline.width() / 2, 30});
    QVERIFY(bench.settled());
    const EventTime middle = bench.page.session().clock().position();
    QCOMPARE(middle, timeline.scale().toTime(timeline.width() / 2));
    bench.key(Qt::Key_Period);
    QVERIFY(bench.settled());
    QCOMPARE(bench.page.session().clock().position(), middle + EventTime(10'000));
    bench.key(Qt::Key_Comma);
    bench.key(Qt::Key_Comma);
    QVERIFY(bench.settled());
    QCOMPARE(bench.page.session().clock().position(), middle - EventTime(10'000));
    bench.key(Qt::Key_End);
    QVERIFY(bench.settled());
    QCOMPARE(bench.page.session().clock().position(), bench.page.session().clock().lastStart());
    bench.key(Qt::Key_Home);
    QVERIFY(bench.settled());
    QCOMPARE(bench.page.session().clock().position(), bench.page.session().clock().firstStart());
}

void TestPlayerPage::newestSeekWins()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    QList<EventTime> shown;
    connect(&bench.page.session(), &PlayerSession::frameReady, this,
            [&] { shown << bench.page.session().frame()->frame.windowStart; });
    for (int i = 1; i <= 20; ++i) {
        bench.page.session().seek(EventTime(i * 20'000));
    }
    QVERIFY(bench.settled());
    QCOMPARE(shown, QList<EventTime>{EventTime(400'000)});
    shown.clear();
    for (int i = 1; i <= 20; ++i) {
        bench.page.session().scrub(EventTime(i * 10'000));
    }
    QVERIFY(bench.settled());
    // Dragging may show what was under way, and then the newest; nothing between is queued.
    QVERIFY(shown.size() <= 2);
    QCOMPARE(shown.last(), EventTime(200'000));
}

void TestPlayerPage::keysWorkWhileAButtonHasTheFocus()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    const PlaybackClock& clock = bench.page.session().clock();
    for (QAbstractButton* button : bench.child<PlayerControls>().findChildren<QAbstractButton*>()) {
        button->setFocus();
        const double speed = clock.speed();
        const EventTime window = clock.window();
        QTest::keyClick(button, Qt::Key_Up);
        QVERIFY2(clock.speed() > speed, qPrintable(button->accessibleName()));
        QTest::keyClick(button, Qt::Key_Down);
        QCOMPARE(clock.speed(), speed);
        QTest::keyClick(button, Qt::Key_Right);
        QVERIFY(clock.window() > window);
        QTest::keyClick(button, Qt::Key_Left);
        QCOMPARE(clock.window(), window);
        QTest::keyClick(button, Qt::Key_Space);
        QVERIFY(clock.isPlaying());
        QTest::keyClick(button, Qt::Key_Space);
        QVERIFY(!clock.isPlaying());
    }
    // Enter presses the button that has the focus.
    auto* step = bench.child<PlayerControls>().findChildren<QAbstractButton*>().at(2);
    const EventTime before = clock.position();
    step->setFocus();
    QTest::keyClick(step, Qt::Key_Return);
    QVERIFY(clock.position() != before);
}

void TestPlayerPage::viewsAndPolarity()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    const std::int64_t both = bench.page.session().frame()->frame.events;
    const std::int64_t on = bench.page.session().frame()->frame.on;
    for (int i = 1; i <= 4; ++i) {
        bench.key(Qt::Key_V);
        QVERIFY(bench.settled());
        QCOMPARE(bench.page.session().view(), kFrameViews.at(static_cast<std::size_t>(i % 4)));
        QCOMPARE(bench.page.session().frame()->frame.events, both);
    }
    bench.page.session().setPolarity(PolarityFilter::On);
    QTRY_COMPARE(bench.page.session().frame()->frame.events, on);
    QCOMPARE(bench.page.session().frame()->frame.off, 0);
    // Another palette recolours the same frame at once.
    const QImage before = bench.page.canvas().image();
    const quint64 serial = bench.page.session().frame()->serial;
    bench.page.session().setStyle(FrameStyle::fromPalette(app.theme().framePalette(u"classic")));
    QCOMPARE(bench.page.session().frame()->serial, serial);
    QVERIFY(bench.page.canvas().image() != before);
}

void TestPlayerPage::regionNumbersEqualACount()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = smallFan(app);
    QVERIFY(bench.open(path));
    EventCanvas& canvas = bench.page.canvas();
    QSignalSpy counted(&bench.page.session(), &PlayerSession::regionCounted);
    bench.key(Qt::Key_R);
    QVERIFY(canvas.isRegionMode());
    const QRect wanted(20, 12, 17, 9);
    const QRectF place = canvas.transform().widgetRect(wanted);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, (place.topLeft() + QPointF(1, 1)).toPoint());
    QTest::mouseMove(&canvas, place.center().toPoint());
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, (place.bottomRight() - QPointF(1, 1)).toPoint());
    QVERIFY(!canvas.isRegionMode());
    QCOMPARE(canvas.region(), std::optional(wanted));
    QVERIFY(counted.count() > 0 || counted.wait(kPatienceMillis));

    const EventBatch all = everything(path);
    const PlaybackClock& clock = bench.page.session().clock();
    Counted expected = bruteForce(all, clock.position(), clock.window(), wanted);
    auto numbers = counted.last().at(0).value<RegionNumbers>();
    QVERIFY(expected.events > 0);
    QCOMPARE(numbers.events, expected.events);
    QCOMPARE(numbers.on, expected.on);
    QCOMPARE(numbers.off, expected.events - expected.on);
    QCOMPARE(bench.child<PlayerSidePanel>().value(QStringLiteral("region events")),
             QString::number(expected.events));

    // They follow the window.
    counted.clear();
    bench.page.session().seek(clock.firstStart() + EventTime(123'456));
    QVERIFY(counted.wait(kPatienceMillis));
    expected = bruteForce(all, clock.position(), clock.window(), wanted);
    numbers = counted.last().at(0).value<RegionNumbers>();
    QCOMPARE(numbers.events, expected.events);
    QCOMPARE(numbers.on, expected.on);
}

void TestPlayerPage::hoverNumbersEqualACount()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = smallFan(app);
    QVERIFY(bench.open(path));
    bench.page.session().setWindow(EventTime(100'000));
    QVERIFY(bench.settled());
    EventCanvas& canvas = bench.page.canvas();
    const EventBatch all = everything(path);
    QSignalSpy counted(&bench.page.session(), &PlayerSession::pixelCounted);
    // The pixel of some event in the window certainly has one.
    const QPoint busy(all.x.at(50), all.y.at(50));
    QTest::mouseMove(&canvas, canvas.transform().widgetRect(QRect(busy, QSize(1, 1))).center().toPoint());
    QVERIFY(counted.count() > 0 || counted.wait(kPatienceMillis));
    const auto numbers = counted.last().at(0).value<PixelNumbers>();
    QCOMPARE(numbers.pixel, busy);
    const Counted expected = bruteForce(all, bench.page.session().clock().position(), EventTime(100'000),
                                        QRect(busy, QSize(1, 1)));
    QVERIFY(expected.events > 0);
    QCOMPARE(numbers.on, expected.on);
    QCOMPARE(numbers.off, expected.events - expected.on);
    QCOMPARE(numbers.last, std::optional(EventTime(expected.last)));
}

void TestPlayerPage::zoomsAndPans()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    EventCanvas& canvas = bench.page.canvas();
    const double fitted = canvas.transform().scale();
    QVERIFY(fitted >= 1.0);
    bench.key(Qt::Key_1);
    QCOMPARE(canvas.transform().scale(), 1.0);
    bench.key(Qt::Key_Plus);
    QCOMPARE(canvas.transform().scale(), 2.0);
    bench.key(Qt::Key_Minus);
    QCOMPARE(canvas.transform().scale(), 1.0);
    const QPointF middle = QRectF(canvas.rect()).center();
    QWheelEvent wheel(middle, canvas.mapToGlobal(middle), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&canvas, &wheel);
    QCOMPARE(canvas.transform().scale(), 3.0);
    QTest::mouseDClick(&canvas, Qt::LeftButton, {}, middle.toPoint());
    QCOMPARE(canvas.transform().scale(), fitted);
    QVERIFY(canvas.transform().isFitted());
    // A sensor pixel is drawn as a sharp square of its colour.
    const QImage shot = canvas.grab().toImage();
    const QRgb corner = bench.page.canvas().image().pixel(32, 24);
    const QRectF square = canvas.transform().widgetRect({32, 24, 1, 1});
    QCOMPARE(shot.pixel((square.topLeft() + QPointF(0.5, 0.5)).toPoint()), corner);
    QCOMPARE(shot.pixel((square.bottomRight() - QPointF(1.5, 1.5)).toPoint()), corner);
}

void TestPlayerPage::savesSnapshots()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    bench.page.setSnapshotFolder(QString(app.folder() % u"/pictures"));
    QSignalSpy saved(&bench.page, &PlayerPage::snapshotSaved);
    bench.key(Qt::Key_S, Qt::ControlModifier);
    QVERIFY(saved.wait(kPatienceMillis));
    const QString path = saved.at(0).at(0).toString();
    QCOMPARE(QFileInfo(path).fileName(), QStringLiteral("fan_0.000000s_10ms.png"));
    QCOMPARE(QImage(path).convertToFormat(QImage::Format_RGB32), bench.page.session().frame()->image);
    // The next one leaves it alone.
    bench.key(Qt::Key_S, Qt::ControlModifier);
    QVERIFY(saved.wait(kPatienceMillis));
    QVERIFY(saved.at(1).at(0).toString() != path);
    // A folder that cannot be made is a sentence on the page.
    bench.page.setSnapshotFolder(QString(path % u"/below"));
    bench.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(bench.child<PlayerBanner>().isVisible());
    QVERIFY(bench.child<PlayerBanner>().text().contains(QStringLiteral("snapshot")));
}

void TestPlayerPage::goesToTypedTimes()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    const EventTime first = bench.page.session().clock().firstStart();
    bench.key(Qt::Key_G, Qt::ControlModifier);
    auto* dialog = bench.page.findChild<QDialog*>();
    QVERIFY(dialog != nullptr);
    auto* field = dialog->findChild<QLineEdit*>();
    QTest::keyClicks(field, QStringLiteral("nonsense"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(dialog->isVisible());
    field->clear();
    QTest::keyClicks(field, QStringLiteral("250 ms"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(bench.page.session().clock().position(), first + EventTime(250'000));
    QVERIFY(bench.settled());
}

void TestPlayerPage::showsTheRateOnceComplete()
{
    AppFixture app;
    PlayerBench bench(app);
    QSignalSpy complete(&bench.page.session(), &PlayerSession::metadataChanged);
    QVERIFY(bench.open(smallFan(app)));
    QVERIFY(complete.count() > 0 || complete.wait(kPatienceMillis));
    QVERIFY(bench.page.session().metadata().complete);
    QVERIFY(!bench.page.session().metadata().rate.eventsPerBin.empty());
}

void TestPlayerPage::indexThatCannotBeKeptIsOnlyATrouble()
{
    AppFixture app;
    QVERIFY(QDir().mkpath(QFileInfo(app.services().paths.indexDir()).path()));
    QFile inTheWay(app.services().paths.indexDir()); // No folder can be made here, as on a full disk.
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    PlayerBench bench(app);
    QSignalSpy complete(&bench.page.session(), &PlayerSession::metadataChanged);
    QSignalSpy troubled(&bench.page.session(), &PlayerSession::troubled);
    QVERIFY(bench.open(smallFan(app)));
    QVERIFY(complete.count() > 0 || complete.wait(kPatienceMillis));
    QVERIFY(!bench.page.session().metadata().rate.eventsPerBin.empty());
    QTRY_VERIFY(!troubled.isEmpty());
    QVERIFY(troubled.at(0).at(0).value<Error>().sentence().contains(u"index"));
}

QTEST_MAIN(TestPlayerPage)
#include "tst_player_page.moc"
