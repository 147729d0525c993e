// SPDX-License-Identifier: GPL-3.0-or-later
// "Optimise…" as a person uses it: from a recording in the menu to its rewritten copy there.
#include "tests/gui/app_fixture.h"
#include "tests/support/test_support.h"
#include "widgets/models/cache_control.h"
#include "widgets/models/load_journal.h"
#include "widgets/models/menu_settings.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/optimise_dialog.h"
#include "widgets/views/recording_grid_view.h"
#include "widgets/views/recording_inspector.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>

#include <algorithm>

using namespace perihelion;
using perihelion::test::AppFixture;

class TestOptimiseDialog : public QObject {
    Q_OBJECT

private:
    /// The menu over one folder with one recording, and the dialog about it.
    struct Asked {
        explicit Asked(std::int64_t events = 60'000)
            : source(app.makeRecording(QStringLiteral("in/fan.h5"), events, true)),
              journal(app.runStore(), app.services().jobs),
              cache(app.services()),
              page(app.services(), journal, cache)
        {
            app.settings().set(setting::kWatchedFolders, {QString(app.folder() % u"/in")});
            journal.open();
            page.resize(1300, 800);
            page.show();
            page.reloadSources();
        }
        bool settle()
        {
            return QTest::qWaitFor([this] { return page.isSettled() && !page.currentPath().isEmpty(); },
                                   30'000);
        }
        bool open()
        {
            auto* grid = page.findChild<RecordingGridView*>();
            grid->setFocus();
            QTest::keyClick(grid, Qt::Key_E, Qt::ControlModifier);
            dialog = page.findChild<OptimiseDialog*>();
            // Until the dialog is the active window, Escape is the page's.
            return dialog != nullptr && QTest::qWaitForWindowActive(dialog);
        }
        template <typename T>
        T* part(const char16_t* name) const
        {
            return dialog->findChild<T*>(QString::fromUtf16(name));
        }
        void type(const QString& target)
        {
            auto* field = part<QLineEdit>(u"optimiseTarget");
            field->setFocus();
            field->selectAll();
            QTest::keyClicks(field, target);
        }
        QString answer() const { return part<QLabel>(u"optimiseAnswer")->text(); }
        void click(const char16_t* name) { QTest::mouseClick(part<QPushButton>(name), Qt::LeftButton); }
        bool finish()
        {
            return QTest::qWaitFor([this] { return !dialog->isRunning(); }, 60'000);
        }
        QStringList files() const
        {
            return QDir(QString(app.folder() % u"/in")).entryList(QDir::Files | QDir::Hidden, QDir::Name);
        }

        AppFixture app;
        QString source;
        LoadJournal journal;
        CacheControl cache;
        DatasetsPage page;
        QPointer<OptimiseDialog> dialog;
    };

private Q_SLOTS:
    void fromTheMenuAndBack()
    {
        Asked asked;
        QVERIFY(asked.settle());
        QVERIFY(asked.open());
        QTRY_VERIFY_WITH_TIMEOUT(!asked.dialog->isEstimating(), 30'000);
        QVERIFY(asked.part<QLabel>(u"optimiseEstimate")->text().contains(u"instead of"));
        QCOMPARE(asked.part<QLineEdit>(u"optimiseTarget")->text(),
                 QString(asked.app.folder() % u"/in/fan_optimised.h5"));
        QVERIFY(!asked.part<QPushButton>(u"optimiseOpen")->isVisible());
        QTest::keyClick(asked.dialog, Qt::Key_Return);
        QVERIFY(asked.dialog->isRunning());
        QVERIFY(asked.dialog->findChild<QProgressBar*>()->isVisible());
        QVERIFY(asked.finish());
        QVERIFY2(asked.answer().contains(u"every event compared"), qPrintable(asked.answer()));
        QVERIFY(asked.part<QPushButton>(u"optimiseOpen")->isVisible());
        asked.click(u"optimiseShow");
        const QString made = QString(asked.app.folder() % u"/in/fan_optimised.h5");
        QTRY_COMPARE_WITH_TIMEOUT(asked.page.currentPath(), made, 30'000);
        QCOMPARE(asked.page.recordingCount(), 2);
        QTRY_VERIFY(asked.dialog == nullptr);
    }

    void byTheContextMenuOfTheCard()
    {
        Asked asked;
        QVERIFY(asked.settle());
        auto* grid = asked.page.findChild<QAbstractItemView*>(QStringLiteral("recordingGrid"));
        const QPoint card = grid->visualRect(grid->model()->index(0, 0)).center();
        QContextMenuEvent click(QContextMenuEvent::Mouse, card, grid->viewport()->mapToGlobal(card));
        QCoreApplication::sendEvent(grid->viewport(), &click);
        auto* action = asked.page.findChild<QAction*>(QStringLiteral("optimiseAction"));
        const auto menus = asked.page.findChildren<QMenu*>();
        const auto shown =
            std::find_if(menus.begin(), menus.end(), [](const QMenu* m) { return m->isVisible(); });
        QVERIFY(shown != menus.end());
        QVERIFY((*shown)->actions().contains(action));
        QCOMPARE(grid->currentIndex().row(), 0);
        QTest::mouseClick(*shown, Qt::LeftButton, {}, (*shown)->actionGeometry(action).center());
        QVERIFY(asked.page.findChild<OptimiseDialog*>() != nullptr);
        QVERIFY(!(*shown)->isVisible());
        // Beside the cards there is nothing to do.
        const QPoint nowhere(grid->viewport()->width() - 1, grid->viewport()->height() - 1);
        QContextMenuEvent beside(QContextMenuEvent::Mouse, nowhere, grid->viewport()->mapToGlobal(nowhere));
        QCoreApplication::sendEvent(grid->viewport(), &beside);
        QVERIFY(!(*shown)->isVisible());
    }

    void otherFolderFilterAndOpen()
    {
        Asked asked;
        QVERIFY(asked.settle());
        // By the inspector's menu this time.
        auto* action = asked.page.findChild<QAction*>(QStringLiteral("optimiseAction"));
        QVERIFY(action != nullptr);
        action->trigger();
        asked.dialog = asked.page.findChild<OptimiseDialog*>();
        QVERIFY(asked.dialog != nullptr);
        auto* filter = asked.part<QComboBox>(u"optimiseFilter");
        auto* chunk = asked.part<QComboBox>(u"optimiseChunk");
        filter->setFocus();
        QTest::keyClick(filter, Qt::Key_End);
        QVERIFY(!chunk->isEnabled()); // Contiguous has no chunks.
        QTest::keyClick(filter, Qt::Key_Up);
        QVERIFY(chunk->isEnabled());
        QTest::keyClick(chunk, Qt::Key_Home);
        const QString target = QString(asked.app.folder() % u"/elsewhere.h5");
        asked.type(target);
        QSignalSpy opened(&asked.page, &DatasetsPage::openRequested);
        asked.click(u"optimiseStart");
        QVERIFY(asked.finish());
        asked.click(u"optimiseOpen");
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.first().first().toString(), target);
        const auto made = EventFile::open(target);
        PERIHELION_VERIFY_RESULT(made);
        QCOMPARE((*made)->metadata().storage.chunkEvents, std::uint64_t{16'384});
        QVERIFY((*made)->metadata().storage.filters.isEmpty());
    }

    void refusalsStayOnTheDialog()
    {
        Asked asked;
        QVERIFY(asked.settle());
        QVERIFY(asked.open());
        asked.type(asked.source);
        asked.click(u"optimiseStart");
        QVERIFY(asked.finish());
        QVERIFY2(asked.answer().contains(u"onto itself"), qPrintable(asked.answer()));
        asked.type(QString(asked.app.folder() % u"/no folder/out.h5"));
        asked.click(u"optimiseStart");
        QVERIFY(asked.finish());
        QVERIFY2(asked.answer().contains(u"no folder"), qPrintable(asked.answer()));
        const QString other = asked.app.makeRecording(QStringLiteral("other.h5"), 1'000);
        asked.type(other);
        asked.click(u"optimiseStart");
        QVERIFY(asked.finish());
        QVERIFY2(asked.answer().contains(u"exists already"), qPrintable(asked.answer()));
        asked.part<QCheckBox>(u"optimiseReplace")->click();
        asked.click(u"optimiseStart");
        QVERIFY(asked.finish());
        QVERIFY2(asked.answer().contains(u"every event compared"), qPrintable(asked.answer()));
        asked.type(QString());
        QTest::keyClick(asked.part<QLineEdit>(u"optimiseTarget"), Qt::Key_Backspace);
        QVERIFY(!asked.part<QPushButton>(u"optimiseStart")->isEnabled());
        QTest::keyClick(asked.dialog, Qt::Key_Escape);
        QTRY_VERIFY(asked.dialog == nullptr);
    }

    void cancelLeavesNothing()
    {
        Asked asked(1'500'000);
        QVERIFY(asked.settle());
        QVERIFY(asked.open());
        asked.part<QComboBox>(u"optimiseFilter")->setCurrentIndex(1); // The slowest.
        asked.click(u"optimiseStart");
        QTRY_VERIFY_WITH_TIMEOUT(asked.files().size() > 1, 30'000);
        QCOMPARE(asked.part<QPushButton>(u"optimiseClose")->text(), QStringLiteral("Cancel"));
        QTest::keyClick(asked.dialog, Qt::Key_Escape);
        QVERIFY(!asked.dialog->isRunning());
        QVERIFY(asked.dialog->isVisible());
        QVERIFY(asked.answer().contains(u"Cancelled"));
        QTRY_COMPARE_WITH_TIMEOUT(asked.files(), QStringList{QStringLiteral("fan.h5")}, 30'000);
        // Closing the window in the middle of another one stops that as well.
        asked.click(u"optimiseStart");
        QTRY_VERIFY_WITH_TIMEOUT(asked.files().size() > 1, 30'000);
        delete asked.dialog.data();
        QTRY_COMPARE_WITH_TIMEOUT(asked.files(), QStringList{QStringLiteral("fan.h5")}, 30'000);
    }
};

QTEST_MAIN(TestOptimiseDialog)
#include "tst_optimise_dialog.moc"
