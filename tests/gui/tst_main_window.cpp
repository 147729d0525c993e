// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window as a person uses it: from the menu to a playing frame and back, pages and keys, theme,
// restart.
#include "tests/gui/app_fixture.h"
#include "tests/support/test_support.h"
#include "widgets/models/recording_model.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/player_page.h"
#include "widgets/pages/settings_page.h"
#include "widgets/views/key_help.h"
#include "widgets/views/load_history_view.h"
#include "widgets/views/recording_grid_view.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QToolButton>

using namespace perihelion;
using perihelion::test::AppFixture;

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromMenuToFrameAndBack();
    void pagesByKeysAndRail();
    void keysAreListed();
    void quitsByKey();
    void themeSwitchesAndStays();
    void windowComesBack();
    void foldersInSettings();
    void playbackSettingsReachThePlayer();
    void runStoreIsChosenAndChecked();
    void storageIsMeasuredAndCleared();
    void everyControlHasANameAndATip();
};

namespace {

bool settle(MainWindow& window)
{
    return QTest::qWaitFor([&window] { return window.datasets().isSettled(); }, 30'000);
}

QString labelText(MainWindow& window, const char16_t* name)
{
    return window.findChild<QLabel*>(QString::fromUtf16(name))->text();
}

} // namespace

void TestMainWindow::fromMenuToFrameAndBack()
{
    AppFixture app;
    const QString path = app.makeRecording(QStringLiteral("in/a.h5"), 50'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    MainWindow window(app.services());
    window.show();
    window.datasets().reloadSources();
    QVERIFY(settle(window));
    QCOMPARE(labelText(window, u"statusCount"), QStringLiteral("<b>1</b> recording"));
    QSignalSpy loaded(&window.player(), &PlayerPage::loadFinished);
    QTest::keyClick(window.datasets().findChild<RecordingGridView*>(), Qt::Key_Return);
    QCOMPARE(window.currentPage(), PageId::Player);
    QVERIFY(loaded.wait(20'000));
    QVERIFY(labelText(window, u"statusLoad").contains(u"to first frame"));
    QTest::keyClick(&window.player(), Qt::Key_Escape);
    QTRY_COMPARE(window.currentPage(), PageId::Datasets);
    // The load was stored and comes back from the store.
    QTRY_COMPARE(window.findChild<LoadHistoryView*>()->loads().size(), std::size_t{1});
    QCOMPARE(window.findChild<LoadHistoryView*>()->loads().front().path, path);
    QTRY_COMPARE(window.datasets().library().model().item(0).openedRank, 0);
}

void TestMainWindow::pagesByKeysAndRail()
{
    AppFixture app;
    MainWindow window(app.services());
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_4, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::History);
    QTest::keyClick(&window, Qt::Key_5, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::Compare);
    QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::Metrics);
    QTest::keyClick(&window, Qt::Key_7, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::Settings);
    QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::Player);
    QTest::keyClick(&window, Qt::Key_Comma, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::Settings);
    auto* rail = window.findChild<QToolButton*>(QStringLiteral("rail-datasets"));
    QTest::mouseClick(rail, Qt::LeftButton);
    QCOMPARE(window.currentPage(), PageId::Datasets);
    QVERIFY(rail->isChecked());
}

void TestMainWindow::keysAreListed()
{
    AppFixture app;
    MainWindow window(app.services());
    window.show();
    window.datasets().reloadSources();
    QVERIFY(settle(window));
    auto* help = window.centralWidget()->findChild<KeyHelp*>(QString(), Qt::FindDirectChildrenOnly);
    QVERIFY(!help->isVisible());
    QTest::keyClick(&window, Qt::Key_F1);
    QVERIFY(help->isVisible());
    // All of it is on screen in the smallest window.
    QVERIFY2(help->minimumSizeHint().width() <= 900 && help->minimumSizeHint().height() <= 600,
             qPrintable(QStringLiteral("%1 × %2")
                            .arg(help->minimumSizeHint().width())
                            .arg(help->minimumSizeHint().height())));
    QTest::keyClick(help, Qt::Key_Escape);
    QVERIFY(!help->isVisible());
    QTest::keyClick(&window, Qt::Key_Question);
    QVERIFY(help->isVisible());
    QTest::mouseClick(help, Qt::LeftButton);
    QVERIFY(!help->isVisible());
}

void TestMainWindow::quitsByKey()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    MainWindow window(app.services());
    window.show();
    window.datasets().reloadSources();
    QVERIFY(settle(window));
    // In the search "q" is a letter like any other.
    auto* field = window.findChild<QLineEdit*>(QStringLiteral("searchField"));
    field->setFocus();
    QTest::keyClicks(field, QStringLiteral("qgjk/i?"));
    QCOMPARE(field->text(), QStringLiteral("qgjk/i?"));
    QVERIFY(window.isVisible());
    field->clear();
    QTest::keyClick(window.datasets().findChild<RecordingGridView*>(), Qt::Key_Q);
    QVERIFY(!window.isVisible());
}

void TestMainWindow::themeSwitchesAndStays()
{
    AppFixture app;
    {
        MainWindow window(app.services());
        window.show();
        window.showPage(PageId::Settings);
        QTest::mouseClick(window.findChild<QRadioButton*>(QStringLiteral("theme-light")), Qt::LeftButton);
        QVERIFY(!app.theme().isDark());
        QCOMPARE(window.palette().color(QPalette::Window), app.theme().color(ColorRole::Background));
        const QRgb corner = window.grab().toImage().pixel(window.width() - 4, window.height() / 2);
        QCOMPARE(QColor(corner), app.theme().color(ColorRole::Background));
    }
    app.restart();
    QVERIFY(!app.theme().isDark());
    MainWindow window(app.services());
    QVERIFY(window.findChild<QRadioButton*>(QStringLiteral("theme-light"))->isChecked());
}

void TestMainWindow::windowComesBack()
{
    AppFixture app;
    {
        MainWindow window(app.services());
        window.show();
        window.resize(1111, 777);
        window.showPage(PageId::Settings);
        window.close();
    }
    app.restart();
    MainWindow window(app.services());
    window.restoreState();
    window.show();
    QCOMPARE(window.size(), QSize(1111, 777));
    QCOMPARE(window.currentPage(), PageId::Settings);
}

void TestMainWindow::foldersInSettings()
{
    AppFixture app;
    app.makeRecording(QStringLiteral("in/a.h5"), 2'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    MainWindow window(app.services());
    window.show();
    window.datasets().reloadSources();
    QVERIFY(settle(window));
    QCOMPARE(window.datasets().recordingCount(), 1);
    window.showPage(PageId::Settings);
    auto* list = window.findChild<QListWidget*>(QStringLiteral("folderList"));
    QCOMPARE(list->count(), 1);
    list->setCurrentRow(0);
    QTest::mouseClick(window.findChild<QPushButton*>(QStringLiteral("removeFolderButton")), Qt::LeftButton);
    QVERIFY(app.settings().value(setting::kWatchedFolders).isEmpty());
    QTRY_COMPARE(window.datasets().recordingCount(), 0);
}

void TestMainWindow::playbackSettingsReachThePlayer()
{
    AppFixture app;
    MainWindow window(app.services());
    window.show();
    window.showPage(PageId::Settings);
    QComboBox* speed = nullptr;
    for (auto* box : window.settingsPage().findChildren<QComboBox*>()) {
        if (box->accessibleName() == u"Speed") {
            speed = box;
        }
    }
    QVERIFY(speed != nullptr);
    QCOMPARE(speed->currentText(), QStringLiteral("1×"));
    speed->setFocus();
    QTest::keyClick(speed, Qt::Key_Down);
    QCOMPARE(app.settings().value(setting::kSpeed), 2.0);
    QCOMPARE(window.player().session().clock().speed(), 2.0);
    window.showPage(PageId::Player);
    app.settings().set(setting::kSpeed, 5.0);
    window.showPage(PageId::Settings);
    QCOMPARE(speed->currentText(), QStringLiteral("5×"));
}

void TestMainWindow::runStoreIsChosenAndChecked()
{
    AppFixture app;
    MainWindow window(app.services());
    window.show();
    window.showPage(PageId::Settings);
    auto* location = window.findChild<QLineEdit*>(QStringLiteral("runStoreLocation"));
    auto* use = window.findChild<QPushButton*>(QStringLiteral("runStoreButton"));
    QVERIFY(location != nullptr && use != nullptr);
    QVERIFY(labelText(window, u"runStoreSentence").contains(app.services().paths.runStoreFile()));
    location->setText(QStringLiteral("postgresql://ada:hidden@host/history"));
    QTest::mouseClick(use, Qt::LeftButton);
    QVERIFY(labelText(window, u"runStoreSentence").contains(u"keep no passwords"));
    QVERIFY(app.settings().value(setting::kRunStore).isEmpty());
    // A server that is away is kept: it may be back at the next start.
    const QString away = QStringLiteral("postgresql://ada@127.0.0.1:1/history");
    location->setText(away);
    QTest::keyClick(location, Qt::Key_Return);
    QTRY_VERIFY(labelText(window, u"runStoreSentence").startsWith(u"Opening the run store failed"));
    QCOMPARE(app.settings().value(setting::kRunStore), away);
    const QString file = QString(app.folder() % u"/team/runs.sqlite");
    location->setText(file);
    QTest::mouseClick(use, Qt::LeftButton);
    QTRY_VERIFY(labelText(window, u"runStoreSentence").contains(u"The store opens"));
    QVERIFY(QFile::exists(file));
    QCOMPARE(app.settings().value(setting::kRunStore), file);
}

void TestMainWindow::storageIsMeasuredAndCleared()
{
    AppFixture app;
    const QString path = app.makeRecording(QStringLiteral("in/a.h5"), 20'000);
    app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
    MainWindow window(app.services());
    window.show();
    window.datasets().reloadSources();
    QVERIFY(settle(window));
    const QString thumbnails = app.services().paths.thumbnailDir();
    QCOMPARE(measureStorage(thumbnails, {})->files, 1);
    window.showPage(PageId::Settings);
    QPushButton* clear = nullptr;
    for (auto* button : window.settingsPage().findChildren<QPushButton*>()) {
        if (button->accessibleName() == u"Clear: Thumbnails") {
            clear = button;
        }
    }
    QVERIFY(clear != nullptr);
    QTRY_VERIFY(clear->isEnabled());
    QTest::mouseClick(clear, Qt::LeftButton);
    QTRY_VERIFY(!clear->isEnabled());
    QCOMPARE(measureStorage(thumbnails, {})->files, 0);
    QVERIFY(QFile::exists(path));
    QVERIFY(labelText(window, u"statusMessage").contains(u"Deleted kept files: 1"));
}

void TestMainWindow::everyControlHasANameAndATip()
{
    AppFixture app;
    MainWindow window(app.services());
    window.show();
    const auto isForeign = [](const QWidget* widget) {
        return widget->objectName().startsWith(u"qt_") || widget->inherits("QScrollBar") ||
               (widget->parentWidget() != nullptr && widget->parentWidget()->inherits("QLineEdit")) ||
               (widget->parentWidget() != nullptr && widget->parentWidget()->inherits("QAbstractSpinBox")) ||
               widget->inherits("QTableCornerButton");
    };
    QWidgetList controls;
    for (auto* button : window.findChildren<QAbstractButton*>()) {
        controls.append(button);
    }
    for (auto* field : window.findChildren<QLineEdit*>()) {
        controls.append(field);
    }
    for (auto* box : window.findChildren<QComboBox*>()) {
        controls.append(box);
    }
    QVERIFY(controls.size() > 20);
    for (const QWidget* control : std::as_const(controls)) {
        if (isForeign(control)) {
            continue;
        }
        const auto* button = qobject_cast<const QAbstractButton*>(control);
        const bool named =
            !control->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
        const QString what =
            QString(QLatin1String(control->metaObject()->className()) % u' ' % control->objectName() % u' ' %
                    (button != nullptr ? button->text() : QString()));
        QVERIFY2(named, qPrintable(QString(what % u" has no accessible name")));
        QVERIFY2(!control->toolTip().isEmpty(), qPrintable(QString(what % u" has no tool tip")));
    }
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
