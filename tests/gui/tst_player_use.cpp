// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept, what goes wrong and how the player page answers: restarts, odd recordings, files that vanish.
#include "core/settings/bookmarks.h"
#include "tests/gui/player_bench.h"
#include "tests/support/test_support.h"
#include "widgets/views/event_canvas.h"
#include "widgets/views/key_help.h"
#include "widgets/views/player_banner.h"
#include "widgets/views/player_notice.h"
#include "widgets/views/player_side_panel.h"
#include "widgets/views/player_title_bar.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QFile>
#include <QListView>
#include <QPushButton>
#include <QtTest>

using namespace perihelion;
using namespace perihelion::test;

class TestPlayerUse : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsBookmarks();
    void remembersHowItWasUsed();
    void escapeClearsTheRegionBeforeItLeaves();
    void loadingCanBeCancelled();
    void badFilesAreASentence();
    void standsAtTheFrameThatIsShown();
    void missingFileCanBeRetried();
    void noticesThatTheFileIsGone();
    void oneEventAndShorterThanAWindow();
    void choosesAmongStreams();
    void foldsTheSidePanelWhenNarrow();
    void everyControlHasANameAndATip();
    void helpListsTheKeys();
    void survivesClosingAtAnyTime();
};

void TestPlayerUse::keepsBookmarks()
{
    AppFixture app;
    const QString path = smallFan(app);
    {
        PlayerBench bench(app);
        QVERIFY(bench.open(path));
        bench.page.session().seek(EventTime(200'000));
        bench.key(Qt::Key_B);
        bench.page.session().seek(EventTime(100'000));
        bench.key(Qt::Key_B);
    }
    app.restart();
    PlayerBench bench(app);
    QVERIFY(bench.open(path));
    QListView* list = bench.child<PlayerSidePanel>().bookmarkList();
    QTRY_COMPARE(list->model()->rowCount(), 2);
    list->setFocus();
    list->setCurrentIndex(list->model()->index(0, 0));
    // In the list the arrows walk along it and do not change the speed.
    const double speed = bench.page.session().clock().speed();
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(list->currentIndex().row(), 1);
    QCOMPARE(bench.page.session().clock().speed(), speed);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(bench.page.session().clock().position(), EventTime(200'000));
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(list->model()->rowCount(), 1);
}

void TestPlayerUse::remembersHowItWasUsed()
{
    AppFixture app;
    const QString path = smallFan(app);
    {
        PlayerBench bench(app);
        QVERIFY(bench.open(path));
        bench.key(Qt::Key_Up);
        bench.key(Qt::Key_Right);
        bench.key(Qt::Key_V);
        bench.key(Qt::Key_L);
        bench.key(Qt::Key_2);
        for (QAction* action : bench.child<PlayerTitleBar>().findChildren<QAction*>()) {
            if (action->text() == u"Logarithmic counts" || action->text() == u"20 ms") {
                action->trigger();
            }
        }
        QVERIFY(!bench.page.session().style().logScale);
        QCOMPARE(bench.page.session().style().decay, EventTime(20'000));
    }
    app.restart();
    PlayerBench bench(app);
    const PlaybackClock& clock = bench.page.session().clock();
    QCOMPARE(clock.speed(), 2.0);
    QCOMPARE(clock.window(), EventTime(15'000));
    QCOMPARE(bench.page.session().view(), FrameView::SignedCount);
    QVERIFY(!clock.isLooping());
    QVERIFY(!bench.page.canvas().isHudVisible());
    QVERIFY(!bench.page.session().style().logScale);
    QCOMPARE(bench.page.session().style().decay, EventTime(20'000));
    for (const QAction* action : bench.child<PlayerTitleBar>().findChildren<QAction*>()) {
        QVERIFY(action->text() != u"Logarithmic counts" || !action->isChecked());
        QVERIFY(action->text() != u"20 ms" || action->isChecked());
    }
    QVERIFY(bench.open(path));
    QCOMPARE(bench.page.session().frame()->frame.mode, AccumulateMode::SignedCount);
    QCOMPARE(bench.page.session().frame()->frame.windowLength, EventTime(15'000));
}

void TestPlayerUse::escapeClearsTheRegionBeforeItLeaves()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    Q_EMIT bench.page.canvas().regionChosen({1, 1, 5, 5});
    QVERIFY(bench.page.session().region().has_value());
    bench.key(Qt::Key_Escape);
    QVERIFY(!bench.page.session().region().has_value());
    QCOMPARE(bench.backs.count(), 0);
    bench.key(Qt::Key_Space);
    bench.key(Qt::Key_Escape);
    QCOMPARE(bench.backs.count(), 1);
    QVERIFY(!bench.page.session().clock().isPlaying());
}

void TestPlayerUse::loadingCanBeCancelled()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = smallFan(app);
    bench.page.openRecording(path);
    QVERIFY(bench.page.session().isLoading());
    bench.key(Qt::Key_Escape);
    QCOMPARE(bench.backs.count(), 1);
    QVERIFY(!bench.page.session().isLoading());
    // Opening again works, and only that load is told.
    QVERIFY(bench.open(path));
    QCOMPARE(bench.loads.count(), 1);
}

void TestPlayerUse::badFilesAreASentence()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = app.makeTextFile(QStringLiteral("text.h5"));
    QVERIFY(!bench.open(path));
    auto& notice = bench.child<PlayerNotice>();
    QVERIFY(notice.isVisible());
    QVERIFY2(notice.text().contains(QStringLiteral("text.h5")), qPrintable(notice.text()));
    QCOMPARE(bench.failures.at(0).at(0).value<Error>().code, ErrorCode::NotHdf5);
    for (QPushButton* button : notice.findChildren<QPushButton*>()) {
        if (button->text() == u"Back") {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QCOMPARE(bench.backs.count(), 1);
    // The page goes on.
    bench.failures.clear();
    QVERIFY(bench.open(smallFan(app)));
}

void TestPlayerUse::standsAtTheFrameThatIsShown()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = smallFan(app);
    QVERIFY(bench.open(path));
    PlayerSession& session = bench.page.session();
    session.seek(session.clock().firstStart() + EventTime(100'000));
    QVERIFY(bench.settled());
    const EventTime shown = session.clock().position();
    const EventTime window = session.clock().window();
    const QString aside = QString(path % u".aside");
    QVERIFY(QFile::rename(path, aside));
    QSignalSpy troubled(&session, &PlayerSession::troubled);
    QSignalSpy changed(&session, &PlayerSession::playbackChanged);
    session.seek(shown + EventTime(200'000));
    QVERIFY(!troubled.isEmpty() || troubled.wait(kPatienceMillis));
    QCOMPARE(session.clock().position(), shown);
    QCOMPARE(session.frame()->frame.windowStart, shown);
    QCOMPARE(changed.count(), 2); // There, and back.
    session.changeWindow(1);
    QTRY_COMPARE_WITH_TIMEOUT(troubled.count(), 2, kPatienceMillis);
    QCOMPARE(session.clock().window(), window);
    QCOMPARE(session.clock().position(), shown);
    QVERIFY(QFile::rename(aside, path));
    session.seek(shown + EventTime(200'000));
    QTRY_COMPARE_WITH_TIMEOUT(session.frame()->frame.windowStart, shown + EventTime(200'000),
                              kPatienceMillis);
}

void TestPlayerUse::missingFileCanBeRetried()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = smallFan(app);
    const QString aside = QString(path % u".aside");
    QVERIFY(QFile::rename(path, aside));
    QVERIFY(!bench.open(path));
    QCOMPARE(bench.failures.at(0).at(0).value<Error>().code, ErrorCode::NotFound);
    QVERIFY(QFile::rename(aside, path));
    for (QPushButton* button : bench.child<PlayerNotice>().findChildren<QPushButton*>()) {
        if (button->text() == u"Retry") {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(bench.loads.count(), 1, kPatienceMillis);
}

void TestPlayerUse::noticesThatTheFileIsGone()
{
    AppFixture app;
    PlayerBench bench(app);
    const QString path = smallFan(app);
    QVERIFY(bench.open(path));
    bench.key(Qt::Key_Space);
    QVERIFY(QFile::remove(path));
    bench.page.session().checkFile();
    auto& banner = bench.child<PlayerBanner>();
    QTRY_VERIFY_WITH_TIMEOUT(banner.isVisible(), kPatienceMillis);
    QVERIFY2(banner.text().contains(QStringLiteral("fan.h5")), qPrintable(banner.text()));
    QVERIFY(!bench.page.session().clock().isPlaying());
    // Another file of that name is opened on request.
    QCOMPARE(smallFan(app, QStringLiteral("fan.h5"), 30'000), path);
    QTest::mouseClick(banner.findChildren<QPushButton*>().at(0), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(bench.loads.count(), 2, kPatienceMillis);
    QVERIFY(!banner.isVisible());
    QCOMPARE(bench.page.session().metadata().eventCount, 30'000);
}

void TestPlayerUse::oneEventAndShorterThanAWindow()
{
    AppFixture app;
    PlayerBench bench(app);
    for (const std::int64_t events : {1, 2, 100}) {
        QVERIFY(bench.open(smallFan(app, QStringLiteral("tiny%1.h5").arg(events), events)));
        QCOMPARE(bench.page.session().metadata().eventCount, events);
        bench.key(Qt::Key_Period);
        bench.key(Qt::Key_End);
        bench.key(Qt::Key_Space);
        *bench.now += std::chrono::milliseconds(50);
        QVERIFY(bench.settled());
        bench.key(Qt::Key_Space);
        QVERIFY(bench.settled());
        QCOMPARE(bench.page.session().frame()->frame.events, events);
        QVERIFY(!bench.child<PlayerBanner>().isVisible());
    }
}

void TestPlayerUse::choosesAmongStreams()
{
    PERIHELION_SHARED_DATA_OR_SKIP(source, QStringLiteral("recordings/m3ed_lzf.h5"))
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(source));
    const QStringList streams = bench.page.session().metadata().streams;
    auto& chooser = bench.child<QComboBox>();
    if (streams.size() < 2) {
        QVERIFY(!chooser.isVisible());
        return;
    }
    QVERIFY(chooser.isVisible());
    QCOMPARE(chooser.count(), streams.size());
    Q_EMIT chooser.textActivated(streams.at(1));
    QTRY_COMPARE_WITH_TIMEOUT(bench.loads.count(), 2, kPatienceMillis);
    QCOMPARE(bench.page.session().stream(), streams.at(1));
}

void TestPlayerUse::foldsTheSidePanelWhenNarrow()
{
    AppFixture app;
    PlayerBench bench(app, {948, 632});
    QVERIFY(bench.open(smallFan(app)));
    auto& panel = bench.child<PlayerSidePanel>();
    QVERIFY(!panel.isVisible());
    const auto nothingClipped = [&] {
        for (QWidget* widget : bench.page.findChildren<QAbstractButton*>()) {
            if (widget->isVisible() && !panel.isAncestorOf(widget)) {
                const QRect place(widget->mapTo(&bench.page, QPoint(0, 0)), widget->size());
                if (!bench.page.rect().contains(place) ||
                    (widget->minimumWidth() != widget->maximumWidth() &&
                     widget->width() < widget->minimumSizeHint().width())) {
                    qWarning("%s is clipped", qPrintable(widget->accessibleName()));
                    return false;
                }
            }
        }
        return true;
    };
    QVERIFY(nothingClipped());
    QVERIFY(bench.page.minimumSizeHint().width() <= 948);
    bench.key(Qt::Key_I);
    QVERIFY(panel.isVisible());
    QVERIFY(nothingClipped());
    bench.page.resize(1364, 832);
    QVERIFY(panel.isVisible());
}

void TestPlayerUse::everyControlHasANameAndATip()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    for (const QAbstractButton* button : bench.page.findChildren<QAbstractButton*>()) {
        if (button->isVisible()) {
            const bool named = !button->accessibleName().isEmpty() || !button->text().isEmpty();
            QVERIFY2(named, button->metaObject()->className());
            QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->text()));
            QVERIFY2(button->focusPolicy() != Qt::NoFocus, qPrintable(button->text()));
        }
    }
}

void TestPlayerUse::helpListsTheKeys()
{
    AppFixture app;
    PlayerBench bench(app);
    QVERIFY(bench.open(smallFan(app)));
    bench.key(Qt::Key_H);
    QTRY_VERIFY(bench.child<KeyHelp>().isVisible());
    bench.key(Qt::Key_Escape);
    QVERIFY(!bench.child<KeyHelp>().isVisible());
    QCOMPARE(bench.backs.count(), 0);
}

void TestPlayerUse::survivesClosingAtAnyTime()
{
    AppFixture app;
    const QString path = smallFan(app);
    for (int i = 0; i < 5; ++i) {
        PlayerBench bench(app);
        bench.page.openRecording(path);
        bench.page.openRecording(path);
        if (i > 0) {
            QVERIFY(QTest::qWaitFor([&] { return bench.page.session().isOpen(); }, kPatienceMillis));
            bench.page.session().play();
            bench.page.session().seek(EventTime(100'000 * i));
            bench.page.session().setRegion(QRect(1, 1, 9, 9));
            bench.page.session().completeIndex();
        }
        if (i == 3) {
            bench.page.hide();
        }
        if (i == 4) {
            bench.page.closeRecording();
            QVERIFY(!bench.page.session().isOpen());
        }
    }
}

QTEST_MAIN(TestPlayerUse)
#include "tst_player_use.moc"
