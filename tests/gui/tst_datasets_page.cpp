// SPDX-License-Identifier: GPL-3.0-or-later
// The menu as a person uses it: first start, samples, search, order, keys, bad files.
#include "tests/gui/app_fixture.h"
#include "tests/support/test_support.h"
#include "widgets/models/cache_control.h"
#include "widgets/models/load_journal.h"
#include "widgets/models/menu_settings.h"
#include "widgets/models/recording_model.h"
#include "widgets/models/recording_sort_model.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/views/empty_menu.h"
#include "widgets/views/load_history_view.h"
#include "widgets/views/rate_curve_view.h"
#include "widgets/views/recording_grid_view.h"
#include "widgets/views/recording_inspector.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>

using namespace perihelion;
using perihelion::test::AppFixture;

class TestDatasetsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstStartMakesSamples();
    void samplesCanBeCancelled();
    void searchNarrowsAndEscapeClears();
    void keysMoveAndOpen();
    void allAreSelectedAtOnce();
    void orderIsChosenAndKept();
    void listShowsTheSame();
    void textFileSaysWhatIsWrong();
    void badFileInFolderIsACard();
    void unreadableRecordingDoesNotOpen();
    void indexThatCannotBeKeptIsSaidBesideTheFacts();
    void missingFolderIsAProblem();
    void droppedPathsAreListed();
    void removedRecordingComesBack();
    void inspectorShowsLoads();
    void inspectorFoldsWhenNarrow();
    void streamsCanBeChosen();
    void twoThousandRecordings();

private:
    /// A page over its own services, shown at a size, ready when the constructor is done.
    struct Shown {
        explicit Shown(AppFixture& app, QSize size = QSize(1300, 800))
            : journal(app.runStore(), app.services().jobs),
              cache(app.services()),
              page(app.services(), journal, cache)
        {
            journal.open();
            page.resize(size);
            page.show();
        }
        bool settle()
        {
            return QTest::qWaitFor([this] { return page.isSettled(); }, 30'000);
        }
        RecordingGridView* grid() { return page.findChild<RecordingGridView*>(); }
        QPushButton* button(const char16_t* name)
        {
            return page.findChild<QPushButton*>(QString::fromUtf16(name));
        }
        QStringList names() const
        {
            QStringList all;
            const RecordingSortModel& shown = page.shownRecordings();
            for (int row = 0; row < shown.rowCount(); ++row) {
                all.append(shown.index(row, 0).data(RecordingModel::NameRole).toString());
            }
            return all;
        }

        LoadJournal journal;
        CacheControl cache;
        DatasetsPage page;
    };
};

void TestDatasetsPage::firstStartMakesSamples()
{
    AppFixture app;
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    auto* empty = shown.page.findChild<EmptyMenu*>();
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->state(), EmptyMenu::State::FirstStart);

    QTest::mouseClick(shown.button(u"makeSamplesButton"), Qt::LeftButton);
    QCOMPARE(empty->state(), EmptyMenu::State::Making);
    QTRY_COMPARE_WITH_TIMEOUT(shown.page.recordingCount(), 6, 120'000);
    QVERIFY(shown.settle());
    QVERIFY(!empty->isVisible());
    QVERIFY(shown.grid()->isVisible());
    QCOMPARE(app.settings().value(setting::kWatchedFolders).size(), 1);
    for (const RecordingItem& item : shown.page.library().model().items()) {
        QCOMPARE(item.state, RecordingState::Ready);
        QVERIFY(shown.page.library().model().hasThumbnail(item.entry.path));
    }
}

void TestDatasetsPage::samplesCanBeCancelled()
{
    AppFixture app;
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    QTest::mouseClick(shown.button(u"makeSamplesButton"), Qt::LeftButton);
    QTest::mouseClick(shown.button(u"cancelSamplesButton"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(shown.page.findChild<EmptyMenu*>()->state(), EmptyMenu::State::FirstStart,
                              30'000);
    QVERIFY(shown.page.findChild<QLabel*>(QStringLiteral("emptyProblem"))->text().isEmpty());
    QCOMPARE(app.settings().value(setting::kWatchedFolders).size(), 0);
}

void TestDatasetsPage::searchNarrowsAndEscapeClears()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/fan_one.h5"));
    app.makeRecording(QStringLiteral("in/fan_two.h5"), 20'000, true);
    app.makeRecording(QStringLiteral("in/street.h5"));
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    QCOMPARE(shown.names(),
             (QStringList{QStringLiteral("fan_one"), QStringLiteral("fan_two"), QStringLiteral("street")}));

    shown.grid()->setFocus();
    QTest::keyClick(shown.grid(), Qt::Key_Slash);
    auto* field = shown.page.findChild<QLineEdit*>(QStringLiteral("searchField"));
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, QStringLiteral("FAN"));
    QCOMPARE(shown.names(), (QStringList{QStringLiteral("fan_one"), QStringLiteral("fan_two")}));
    QTest::keyClicks(field, QStringLiteral(" contig"));
    QCOMPARE(shown.names(), QStringList{QStringLiteral("fan_two")});
    QTest::keyClicks(field, QStringLiteral("xq"));
    QCOMPARE(shown.page.findChild<EmptyMenu*>()->state(), EmptyMenu::State::NoMatch);
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(shown.names().size(), 3);
    QVERIFY(shown.grid()->hasFocus());
}

void TestDatasetsPage::keysMoveAndOpen()
{
    AppFixture app;
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        app.makeRecording(QStringLiteral("in/%1.h5").arg(QLatin1String(name)), 2'000);
    }
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    RecordingGridView* grid = shown.grid();
    QCOMPARE(grid->columnCount(), 3);
    grid->setFocus();
    const auto current = [&] { return grid->currentIndex().data(RecordingModel::NameRole).toString(); };
    QCOMPARE(current(), QStringLiteral("a"));
    QTest::keyClick(grid, Qt::Key_Right);
    QCOMPARE(current(), QStringLiteral("b"));
    QTest::keyClick(grid, Qt::Key_J);
    QCOMPARE(current(), QStringLiteral("e"));
    QTest::keyClick(grid, Qt::Key_Down);
    QCOMPARE(current(), QStringLiteral("b"));
    QTest::keyClick(grid, Qt::Key_K);
    QCOMPARE(current(), QStringLiteral("e"));
    QTest::keyClick(grid, Qt::Key_Home);
    QCOMPARE(current(), QStringLiteral("a"));
    QTest::keyClick(grid, Qt::Key_Left);
    QCOMPARE(current(), QStringLiteral("e"));

    QSignalSpy opened(&shown.page, &DatasetsPage::openRequested);
    QTest::keyClick(grid, Qt::Key_Return);
    QTest::keyClick(grid, Qt::Key_Space);
    QTest::mouseClick(shown.button(u"openButton"), Qt::LeftButton);
    QCOMPARE(opened.count(), 3);
    QVERIFY(opened.first().first().toString().endsWith(u"/in/e.h5"));
    const QPoint third = grid->visualRect(grid->model()->index(2, 0)).center();
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, third);
    QTest::mouseDClick(grid->viewport(), Qt::LeftButton, {}, third);
    QCOMPARE(opened.count(), 4);
    QVERIFY(opened.last().first().toString().endsWith(u"/in/c.h5"));

    QSignalSpy quit(&shown.page, &DatasetsPage::quitRequested);
    QTest::keyClick(grid, Qt::Key_Q);
    QCOMPARE(quit.count(), 1);
}

void TestDatasetsPage::allAreSelectedAtOnce()
{
    AppFixture app;
    QStringList paths;
    for (const char16_t* name : {u"in/a.h5", u"in/b.h5", u"in/c.h5"}) {
        paths.append(app.makeRecording(QString::fromUtf16(name), 2'000));
    }
    Shown shown(app);
    shown.page.setSessionSources({}, paths);
    QVERIFY(shown.settle());
    const QRect first = shown.grid()->visualRect(shown.page.shownRecordings().index(0, 0));
    QTest::mouseClick(shown.grid()->viewport(), Qt::LeftButton, Qt::NoModifier, first.center());
    QCOMPARE(shown.grid()->selectionModel()->selectedRows().size(), 1);
    QTest::keyClick(shown.grid(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(shown.grid()->selectionModel()->selectedRows().size(), 3);
}

void TestDatasetsPage::orderIsChosenAndKept()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    app.makeRecording(QStringLiteral("in/b.h5"), 9'000);
    app.makeRecording(QStringLiteral("other/c.h5"), 5'000);
    app.settings().set(setting::kWatchedFolders,
                       {QString(app.folder() % u"/in"), QString(app.folder() % u"/other")});
    {
        Shown shown(app);
        shown.page.reloadSources();
        QVERIFY(shown.settle());
        auto* menu = shown.button(u"sortButton")->menu();
        QCOMPARE(shown.button(u"sortButton")->shortcut(), QKeySequence(Qt::ALT | Qt::Key_S));
        const QList<QAction*> actions = menu->actions();
        const auto trigger = [&](const QString& text) {
            for (QAction* action : actions) {
                if (action->text() == text) {
                    action->trigger();
                    return true;
                }
            }
            return false;
        };
        QVERIFY(trigger(QStringLiteral("Group by folder")));
        QVERIFY(trigger(QStringLiteral("Events")));
        QTRY_COMPARE(shown.page.library().model().waitingCount(), 0);
        QTRY_COMPARE(shown.names(),
                     (QStringList{QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("a")}));
        QTest::keyClick(shown.grid(), Qt::Key_G);
        QVERIFY(shown.page.findChild<QTableView*>()->isVisible());
    }
    app.restart();
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    QVERIFY(shown.page.findChild<QTableView*>()->isVisible());
    QCOMPARE(shown.page.shownRecordings().sortKey(), RecordingSort::Events);
    QTRY_COMPARE(shown.names(), (QStringList{QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("a")}));
}

void TestDatasetsPage::listShowsTheSame()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    app.makeRecording(QStringLiteral("in/b.h5"), 3'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    QTest::mouseClick(shown.page.findChild<QToolButton*>(QStringLiteral("listButton")), Qt::LeftButton);
    auto* table = shown.page.findChild<QTableView*>();
    QVERIFY(table->isVisible());
    table->setFocus();
    QVERIFY(table->selectionModel()->isRowSelected(0, QModelIndex()));
    QTest::keyClick(table, Qt::Key_J);
    QCOMPARE(shown.page.currentPath(), QString(app.folder() % u"/in/b.h5"));
    QVERIFY(table->selectionModel()->isRowSelected(1, QModelIndex()));
    QSignalSpy opened(&shown.page, &DatasetsPage::openRequested);
    QTest::keyClick(table, Qt::Key_Space);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(opened.count(), 2);
    QTRY_COMPARE(
        table->model()->index(1, RecordingModel::EventsColumn).data().toString().remove(QChar(0x2009)),
        QStringLiteral("3000"));
}

void TestDatasetsPage::textFileSaysWhatIsWrong()
{
    AppFixture app;
    const QString text = app.makeTextFile(QStringLiteral("in/notes.h5"));
    Shown shown(app);
    shown.page.setSessionSources({}, {text});
    QVERIFY(shown.settle());
    const QModelIndex index = shown.page.shownRecordings().index(0, 0);
    QCOMPARE(index.data(RecordingModel::StateRole).toInt(), static_cast<int>(RecordingState::Failed));
    QVERIFY(!index.data(RecordingModel::ErrorRole).toString().isEmpty());
    QCOMPARE(shown.page.library().model().item(0).error->code, ErrorCode::NotHdf5);
    const auto* error = shown.page.findChild<QLabel*>(QStringLiteral("inspectorError"));
    QVERIFY(error->isVisible());
    QVERIFY(error->text().contains(text));
}

void TestDatasetsPage::badFileInFolderIsACard()
{
    AppFixture app;
    app.makeTextFile(QStringLiteral("in/notes.h5"));
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    Shown shown(app);
    shown.page.setSessionSources({QString(app.folder() % u"/in")}, {});
    QVERIFY(shown.settle());
    QCOMPARE(shown.names(), (QStringList{QStringLiteral("a"), QStringLiteral("notes")}));
    QTRY_COMPARE(shown.page.shownRecordings().index(1, 0).data(RecordingModel::StateRole).toInt(),
                 static_cast<int>(RecordingState::Failed));
    QVERIFY(!shown.page.findChild<QLabel*>(QStringLiteral("bannerText"))->isVisible());
}

void TestDatasetsPage::unreadableRecordingDoesNotOpen()
{
    AppFixture app;
    const QString text = app.makeTextFile(QStringLiteral("in/notes.h5"));
    Shown shown(app);
    shown.page.setSessionSources({}, {text, QString(app.folder() % u"/nowhere.h5")});
    QVERIFY(shown.settle());
    QCOMPARE(shown.names().size(), 2);
    QSignalSpy opened(&shown.page, &DatasetsPage::openRequested);
    QSignalSpy message(&shown.page, &DatasetsPage::statusMessage);
    QTest::keyClick(shown.grid(), Qt::Key_Return);
    QCOMPARE(opened.count(), 0);
    QCOMPARE(message.count(), 1);
    QVERIFY(!shown.button(u"openButton")->isEnabled());
}

void TestDatasetsPage::indexThatCannotBeKeptIsSaidBesideTheFacts()
{
    AppFixture app;
    QVERIFY(QDir().mkpath(QFileInfo(app.services().paths.indexDir()).path()));
    QFile inTheWay(app.services().paths.indexDir()); // No folder can be made here, as on a full disk.
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    const QString recording = app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    Shown shown(app);
    shown.page.setSessionSources({}, {recording});
    QVERIFY(shown.settle());
    const auto* error = shown.page.findChild<QLabel*>(QStringLiteral("inspectorError"));
    QTRY_VERIFY(error->isVisible());
    QVERIFY2(error->text().contains(u"Keeping the index"), qPrintable(error->text()));
    QVERIFY(shown.button(u"openButton")->isEnabled());
    QVERIFY(shown.page.findChild<RateCurveView*>()->isVisible());
}

void TestDatasetsPage::missingFolderIsAProblem()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    Shown shown(app);
    shown.page.setSessionSources({QString(app.folder() % u"/in"), QString(app.folder() % u"/gone")}, {});
    QVERIFY(shown.settle());
    QCOMPARE(shown.names().size(), 1);
    const auto* banner = shown.page.findChild<QLabel*>(QStringLiteral("bannerText"));
    QVERIFY(banner->isVisible());
    QVERIFY2(banner->text().contains(u"gone"), qPrintable(banner->text()));
}

void TestDatasetsPage::droppedPathsAreListed()
{
    AppFixture app;
    const QString file = app.makeRecording(QStringLiteral("single/a.h5"), 2'000);
    app.makeRecording(QStringLiteral("folder/b.h5"), 2'000);
    Shown shown(app);
    shown.page.reloadSources();
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(file), QUrl::fromLocalFile(QString(app.folder() % u"/folder"))});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&shown.page, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&shown.page, &drop);
    QVERIFY(drop.isAccepted());
    QTRY_COMPARE(shown.names(), (QStringList{QStringLiteral("b"), QStringLiteral("a")}));
    QCOMPARE(app.settings().value(setting::kWatchedFolders), QStringList{QString(app.folder() % u"/folder")});
    QCOMPARE(app.settings().value(setting::kAddedFiles), QStringList{file});
}

void TestDatasetsPage::removedRecordingComesBack()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    app.makeRecording(QStringLiteral("in/b.h5"), 2'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    shown.grid()->setFocus();
    QTest::keyClick(shown.grid(), Qt::Key_Delete);
    QCOMPARE(shown.names(), QStringList{QStringLiteral("b")});
    QCOMPARE(shown.page.currentPath(), QString(app.folder() % u"/in/b.h5"));
    QVERIFY(QFile::exists(QString(app.folder() % u"/in/a.h5")));
    const QList<QAction*> actions = shown.button(u"foldersButton")->menu()->actions();
    QCOMPARE(actions.last()->text(), QStringLiteral("Show removed recordings again (1)"));
    actions.last()->trigger();
    QCOMPARE(shown.names().size(), 2);
}

void TestDatasetsPage::inspectorShowsLoads()
{
    AppFixture app;
    const QString path = app.makeRecording(QStringLiteral("in/a.h5"), 30'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    Shown shown(app);
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    auto* history = shown.page.findChild<LoadHistoryView*>();
    QVERIFY(history->loads().empty());

    LoadRecord load;
    load.path = path;
    load.at = QDateTime(QDate(2024, 5, 17), QTime(9, 30), Qt::UTC);
    load.phases.open = std::chrono::microseconds(5600);
    load.phases.index = std::chrono::microseconds(10600);
    load.phases.firstFrame = std::chrono::microseconds(15000);
    shown.journal.record(load);
    QTRY_COMPARE(history->loads().size(), std::size_t{1});
    QCOMPARE(shown.page.findChild<QLabel*>(QStringLiteral("lastLoadHeading"))->text(),
             QStringLiteral("Last load · 31.2 ms to first frame"));
    QVERIFY(history->accessibleDescription().contains(u"31.2 ms to first frame · no cache · index built"));
    QTRY_VERIFY(shown.button(u"recentButton")->isEnabled());
    QCOMPARE(shown.button(u"recentButton")->menu()->actions().size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(shown.page.library().model().itemAt(path)->metadata->complete, 30'000);
}

void TestDatasetsPage::inspectorFoldsWhenNarrow()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    Shown shown(app, QSize(940, 670));
    shown.page.reloadSources();
    QVERIFY(shown.settle());
    QVERIFY(!shown.button(u"openButton")->isVisible());
    QTest::mouseClick(shown.page.findChild<QToolButton*>(QStringLiteral("inspectorButton")), Qt::LeftButton);
    QVERIFY(shown.button(u"openButton")->isVisible());
    QTest::keyClick(shown.grid(), Qt::Key_I);
    QVERIFY(!shown.button(u"openButton")->isVisible());
    shown.page.resize(1300, 670);
    QTRY_VERIFY(shown.button(u"openButton")->isVisible());
}

void TestDatasetsPage::streamsCanBeChosen()
{
    AppFixture app;
    RecordingItem item;
    item.entry.path = QStringLiteral("/somewhere/both.h5");
    item.entry.name = QStringLiteral("both");
    item.state = RecordingState::Ready;
    item.metadata = RecordingMetadata();
    item.metadata->streams = {QStringLiteral("left"), QStringLiteral("right")};
    item.metadata->stream = QStringLiteral("left");
    RecordingInspector inspector(app.theme());
    inspector.setItem(&item);
    inspector.show();
    auto* box = inspector.findChild<QComboBox*>(QStringLiteral("streamBox"));
    QVERIFY(box->isVisible());
    QCOMPARE(box->currentText(), QStringLiteral("left"));
    QSignalSpy chosen(&inspector, &RecordingInspector::streamChosen);
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(inspector.stream(), QStringLiteral("right"));
    QCOMPARE(chosen.count(), 1);
    item.metadata->streams.clear();
    inspector.setItem(&item);
    QVERIFY(!box->isVisible());
}

void TestDatasetsPage::twoThousandRecordings()
{
    AppFixture app;
    const QString original = app.makeRecording(QStringLiteral("in/r0000.h5"), 500);
    for (int i = 1; i < 2000; ++i) {
        QVERIFY(QFile::copy(
            original, QStringLiteral("%1/in/r%2.h5").arg(app.folder()).arg(i, 4, 10, QLatin1Char('0'))));
    }
    Shown shown(app);
    shown.page.setSessionSources({QString(app.folder() % u"/in")}, {});
    QTRY_COMPARE_WITH_TIMEOUT(shown.page.recordingCount(), 2000, 30'000);
    QVERIFY(shown.settle());
    // What is on screen has its thumbnails long before the last recording was looked at.
    const QStringList visible = shown.grid()->visiblePaths();
    QVERIFY(visible.size() >= 9 && visible.size() < 60);
    for (const QString& path : visible) {
        QVERIFY(shown.page.library().model().hasThumbnail(path));
    }
    QTest::keyClick(shown.grid(), Qt::Key_End);
    QVERIFY(shown.settle());
    QVERIFY(shown.page.currentPath().endsWith(u"r1999.h5"));
    QVERIFY(shown.page.library().model().hasThumbnail(shown.page.currentPath()));
}

QTEST_MAIN(TestDatasetsPage)
#include "tst_datasets_page.moc"
