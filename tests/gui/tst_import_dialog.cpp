// SPDX-License-Identifier: GPL-3.0-or-later
// "Import…" on the History page as a person uses it: files chosen or dropped, a preview, mappings, a bad
// file, a cancelled import, and the history that comes of it.
#include "core/runs/run_store.h"
#include "tests/gui/app_fixture.h"
#include "tests/gui/golden_picture.h"
#include "tests/support/test_support.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/import_dialog.h"
#include "widgets/views/history_chart.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QUrl>

using namespace perihelion;
using perihelion::test::AppFixture;

namespace {

constexpr int kFiles = 12;

/// A file of Google Benchmark: a commit, two benchmarks with three repetitions each.
QByteArray results(int commit)
{
    QByteArray entries;
    for (const char* name : {"BM_sort/8", "BM_rate/64"}) {
        for (int repetition = 0; repetition < 3; ++repetition) {
            entries += QByteArray(entries.isEmpty() ? "" : ",") + R"({"name":")" + name +
                       R"(","run_type":"iteration","real_time":)" +
                       QByteArray::number(100 + commit * 3 + repetition) + R"(,"time_unit":"us"})";
        }
    }
    return QStringLiteral(R"({"context":{"host_name":"bench","date":"2024-05-%1T10:00:00+00:00",)"
                          R"("git_commit":"%2"},"benchmarks":[%3]})")
        .arg(commit + 1, 2, 10, QLatin1Char('0'))
        .arg(QStringLiteral("%1beef").arg(commit + 16, 4, 16, QLatin1Char('0')).repeated(5),
             QString::fromLatin1(entries))
        .toUtf8();
}

/// The page over an empty store, a folder with results, and the dialog.
struct Asked {
    Asked() : page(app.services())
    {
        folder = QString(app.folder() % u"/results");
        QDir().mkpath(folder);
        for (int i = 0; i < kFiles; ++i) {
            write(QStringLiteral("run-%1.json").arg(i, 2, 10, QLatin1Char('0')), results(i));
        }
        page.resize(1200, 850);
        page.show();
    }
    QString write(const QString& name, const QByteArray& text) const
    {
        const QString path = QString(folder % u'/' % name);
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? path : QString();
    }
    bool open()
    {
        QTest::mouseClick(page.findChild<QPushButton*>(QStringLiteral("historyImport")), Qt::LeftButton);
        return found();
    }
    bool drop(QWidget& on, const QStringList& paths)
    {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString& path : paths) {
            urls.append(QUrl::fromLocalFile(path));
        }
        mime.setUrls(urls);
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&on, &enter);
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&on, &drop);
        return enter.isAccepted() && drop.isAccepted() && found();
    }
    bool found()
    {
        dialog = page.findChild<ImportDialog*>();
        return dialog != nullptr && QTest::qWaitForWindowActive(dialog);
    }
    template <typename T>
    T* part(const char16_t* name) const
    {
        return dialog->findChild<T*>(QString::fromUtf16(name));
    }
    void click(const char16_t* name) const { QTest::mouseClick(part<QPushButton>(name), Qt::LeftButton); }
    bool enabled(const char16_t* name) const { return part<QPushButton>(name)->isEnabled(); }
    QString answer() const { return part<QLabel>(u"importAnswer")->text(); }
    QString cell(int row, int column) const
    {
        const QAbstractItemModel* model = part<QTableView>(u"importTable")->model();
        return model->index(row, column).data().toString();
    }
    int rows() const { return part<QTableView>(u"importTable")->model()->rowCount(); }
    bool isRead() const
    {
        return QTest::qWaitFor([this] { return !dialog->isReading(); }, 30'000);
    }
    bool isStored() const
    {
        return QTest::qWaitFor([this] { return !dialog->isStoring(); }, 30'000);
    }
    std::size_t runs()
    {
        const auto kept = app.runStore().recentRuns({}, 1000);
        return kept ? kept->size() : 0;
    }

    AppFixture app;
    QString folder;
    HistoryPage page;
    QPointer<ImportDialog> dialog;
};

} // namespace

class TestImportDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromChosenFileToItsHistory();
    void droppedFolderWithBadFiles();
    void mappingProjectAndDirections();
    void cancelStoresNothing();
    void closesWhileReading();
    void everythingHasANameAndATip();
    void looksAsKept_data();
    void looksAsKept();
};

void TestImportDialog::fromChosenFileToItsHistory()
{
    Asked asked;
    QVERIFY(asked.open());
    QVERIFY(asked.part<QLabel>(u"importHint")->isVisible());
    QVERIFY(!asked.enabled(u"importStore"));
    // By the file dialog. Typed letter by letter its list of proposals would take the Return.
    asked.click(u"importAddFiles");
    QPointer<QFileDialog> files = asked.dialog->findChild<QFileDialog*>();
    QVERIFY(files != nullptr && QTest::qWaitForWindowActive(files));
    auto* name = files->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    name->setText(QString(asked.folder % u"/run-03.json"));
    auto* buttons = files->findChild<QDialogButtonBox*>();
    QTest::mouseClick(buttons->button(QDialogButtonBox::Open), Qt::LeftButton);
    QTRY_VERIFY(files == nullptr || !files->isVisible());
    QVERIFY(asked.isRead());
    QCOMPARE(asked.part<QListWidget>(u"importPaths")->count(), 1);
    QCOMPARE(asked.rows(), 2);
    QCOMPARE(asked.cell(0, 0), QStringLiteral("BM_sort/8"));
    QCOMPARE(asked.cell(0, 1), QStringLiteral("google-benchmark/default on bench"));
    QCOMPARE(asked.cell(0, 2), QStringLiteral("s, less is better"));
    QCOMPARE(asked.cell(0, 5), QStringLiteral("3"));
    QVERIFY(asked.part<QLabel>(u"importTotals")->text().contains(u"1 run of 1 commit"));
    QCOMPARE(asked.runs(), std::size_t(0)); // Seeing is not storing.
    asked.dialog->addPaths({asked.folder});
    QVERIFY(asked.isRead());
    QVERIFY(asked.part<QLabel>(u"importTotals")->text().contains(u"12 runs of 12 commits"));
    QSignalSpy told(&asked.page, &HistoryPage::statusMessage);
    QTest::keyClick(asked.dialog, Qt::Key_Return);
    QVERIFY(asked.dialog->isStoring());
    QVERIFY(asked.dialog->findChild<QProgressBar*>()->isVisible());
    QVERIFY(asked.isStored());
    QCOMPARE(asked.answer(), QStringLiteral("12 runs stored."));
    QCOMPARE(told.size(), 1);
    QCOMPARE(asked.runs(), std::size_t(kFiles));
    QVERIFY(!asked.enabled(u"importStore"));
    asked.click(u"importShow");
    QTRY_VERIFY(asked.dialog == nullptr);
    QTRY_VERIFY(asked.page.isSettled() && asked.page.history() != nullptr);
    QCOMPARE(asked.page.history()->runs.size(), std::size_t(kFiles));
    // Once more: everything is there already.
    QVERIFY(asked.drop(asked.page, {asked.folder}));
    QVERIFY(asked.isRead());
    asked.click(u"importStore");
    QVERIFY(asked.isStored());
    QCOMPARE(asked.answer(), QStringLiteral("0 runs stored, 12 were there already."));
    QCOMPARE(asked.runs(), std::size_t(kFiles));
}

void TestImportDialog::droppedFolderWithBadFiles()
{
    Asked asked;
    const QString bad = asked.write(QStringLiteral("broken.json"), R"({"context":{},"benchmarks":[{"na)");
    asked.write(QStringLiteral("other.json"), R"({"recipe":"soup"})");
    asked.write(QStringLiteral("notes.txt"), "no results");
    QVERIFY(asked.drop(asked.page, {asked.folder}));
    QVERIFY(asked.isRead());
    auto* remarks = asked.part<QListWidget>(u"importRemarks");
    QVERIFY(remarks->isVisible());
    QStringList texts;
    for (int row = 0; row < remarks->count(); ++row) {
        texts.append(remarks->item(row)->text());
    }
    QCOMPARE(texts.filter(QStringLiteral("Left out: ")).size(), 2);
    QCOMPARE(texts.filter(QStringLiteral("broken.json")).size(), 1);
    QCOMPARE(texts.filter(QStringLiteral("other.json")).size(), 1);
    QVERIFY(asked.enabled(u"importStore"));
    // A file that is named must hold results: the reason is told, and nothing can be stored.
    QVERIFY(asked.drop(*asked.dialog, {bad}));
    QVERIFY(asked.isRead());
    QVERIFY2(asked.answer().contains(u"broken.json"), qPrintable(asked.answer()));
    QVERIFY(!asked.enabled(u"importStore"));
    QCOMPARE(asked.rows(), 0);
    QTest::keyClick(asked.dialog, Qt::Key_Return);
    QVERIFY(!asked.dialog->isStoring());
    // Taken off the list again, all is well.
    auto* paths = asked.part<QListWidget>(u"importPaths");
    QTest::mouseClick(paths->viewport(), Qt::LeftButton, {}, paths->visualItemRect(paths->item(1)).center());
    QTest::keyClick(paths, Qt::Key_Delete);
    QVERIFY(asked.isRead());
    QCOMPARE(asked.rows(), 2);
    asked.click(u"importStore");
    QVERIFY(asked.isStored());
    QCOMPARE(asked.runs(), std::size_t(kFiles));
    // What is gone when it is read is told as well.
    asked.dialog->addPaths({QString(asked.folder % u"/nowhere.json")});
    QVERIFY(asked.isRead());
    QVERIFY2(asked.answer().contains(u"nowhere.json"), qPrintable(asked.answer()));
}

void TestImportDialog::mappingProjectAndDirections()
{
    Asked asked;
    QVERIFY(asked.drop(asked.page, {asked.folder}));
    QVERIFY(asked.isRead());
    const auto type = [&](const char16_t* name, const QString& text) {
        auto* field = asked.part<QLineEdit>(name);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
    };
    auto* mappings = asked.part<QPlainTextEdit>(u"importMappings");
    mappings->setFocus();
    QTest::keyClicks(mappings, QStringLiteral("^BM_(s.*)/=sorting/small/\\1"));
    QTest::keyClick(mappings, Qt::Key_Return);
    QTest::keyClicks(mappings, QStringLiteral("rate=speed"));
    QVERIFY(asked.dialog->isReading()); // Until the person has typed, nothing old can be stored.
    QVERIFY(!asked.enabled(u"importStore"));
    type(u"importProject", QStringLiteral("mine"));
    type(u"importHigher", QStringLiteral("rate"));
    QVERIFY(asked.isRead());
    QCOMPARE(asked.rows(), 2);
    QCOMPARE(asked.cell(0, 0), QStringLiteral("sort"));
    QCOMPARE(asked.cell(0, 1), QStringLiteral("sorting/small on bench"));
    QCOMPARE(asked.cell(0, 2), QStringLiteral("s, less is better"));
    QCOMPARE(asked.cell(1, 1), QStringLiteral("speed/default on bench"));
    QCOMPARE(asked.cell(1, 2), QStringLiteral("s, more is better"));
    for (const char16_t* field : {u"importHigher", u"importLower"}) {
        type(field, QStringLiteral("(rate"));
        QVERIFY(asked.isRead());
        QVERIFY2(asked.answer().contains(u"(rate"), qPrintable(asked.answer()));
        QVERIFY(!asked.enabled(u"importStore"));
        type(field, QStringLiteral("rate"));
        QVERIFY(asked.isRead());
        QVERIFY(asked.enabled(u"importStore"));
    }
    type(u"importLower", QStringLiteral("no such name"));
    QTest::keyClick(mappings, Qt::Key_Return);
    QTest::keyClicks(mappings, QStringLiteral("nonsense"));
    QVERIFY(asked.isRead());
    QVERIFY2(asked.answer().contains(u"nonsense"), qPrintable(asked.answer()));
    for (int i = 0; i < 9; ++i) {
        QTest::keyClick(mappings, Qt::Key_Backspace);
    }
    QVERIFY(asked.isRead());
    asked.click(u"importStore");
    QVERIFY(asked.isStored());
    QCOMPARE(asked.runs(), std::size_t(2 * kFiles));
    RunFilter filter;
    filter.workload = QStringLiteral("sorting");
    const auto kept = asked.app.runStore().recentRuns(filter, 100);
    PERIHELION_VERIFY_RESULT(kept);
    QCOMPARE(kept->size(), std::size_t(kFiles));
    const auto run = asked.app.runStore().run(kept->front().id);
    PERIHELION_VERIFY_RESULT(run);
    QCOMPARE(run->project, QStringLiteral("mine"));
    QCOMPARE(run->scenario, QStringLiteral("small"));
    // The history of the row that is selected.
    auto* table = asked.part<QTableView>(u"importTable");
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualRect(table->model()->index(1, 0)).center());
    asked.click(u"importShow");
    QTRY_VERIFY(asked.page.isSettled() && asked.page.history() != nullptr);
    QTRY_VERIFY(
        asked.page.findChild<QPushButton*>(QStringLiteral("historyWorkload"))->text().startsWith(u"speed"));
}

void TestImportDialog::cancelStoresNothing()
{
    Asked asked;
    QTRY_VERIFY(asked.page.isSettled());
    QVERIFY(asked.drop(asked.page, {asked.folder}));
    QVERIFY(asked.isRead());
    // The store is busy with something else, so that the import cannot be done before it is cancelled.
    QSemaphore held;
    const auto other = asked.app.services().jobs.run(
        JobPool::Store, [&held](const CancelToken&, const ProgressReporter&) -> Result<void> {
            held.acquire();
            return {};
        });
    asked.click(u"importStore");
    QVERIFY(asked.dialog->isStoring());
    QCOMPARE(asked.part<QPushButton>(u"importClose")->text(), QStringLiteral("Cancel"));
    QVERIFY(!asked.part<QListWidget>(u"importPaths")->isEnabled());
    QTest::keyClick(asked.dialog, Qt::Key_Escape);
    QVERIFY(asked.dialog->isVisible() && asked.dialog->isStoring());
    held.release();
    QVERIFY(asked.isStored());
    QCOMPARE(asked.answer(), QStringLiteral("Cancelled: nothing was stored."));
    QCOMPARE(asked.runs(), std::size_t(0));
    // It can be thought better of.
    asked.click(u"importStore");
    QVERIFY(asked.isStored());
    QCOMPARE(asked.runs(), std::size_t(kFiles));
    QTest::keyClick(asked.dialog, Qt::Key_Escape);
    QTRY_VERIFY(asked.dialog == nullptr);
    QVERIFY(other.future.isFinished());
}

void TestImportDialog::closesWhileReading()
{
    Asked asked;
    QVERIFY(asked.open());
    asked.dialog->addPaths({asked.folder});
    QVERIFY(asked.dialog->isReading());
    QTest::keyClick(asked.dialog, Qt::Key_Escape);
    QTRY_VERIFY(asked.dialog == nullptr);
    // What is taken off while it is read is not shown later.
    QVERIFY(asked.open());
    asked.dialog->addPaths({asked.folder});
    auto* paths = asked.part<QListWidget>(u"importPaths");
    paths->selectAll();
    asked.click(u"importRemove");
    QVERIFY(!asked.dialog->isReading());
    QTRY_VERIFY(asked.part<QLabel>(u"importHint")->isVisible());
    QCOMPARE(asked.rows(), 0);
    QVERIFY(!asked.enabled(u"importStore"));
}

void TestImportDialog::everythingHasANameAndATip()
{
    Asked asked;
    QVERIFY(asked.open());
    for (const QPushButton* button : asked.dialog->findChildren<QPushButton*>()) {
        QVERIFY2(!button->toolTip().isEmpty() && !button->text().isEmpty(), qPrintable(button->objectName()));
    }
    for (const QWidget* field : {static_cast<QWidget*>(asked.part<QLineEdit>(u"importProject")),
                                 static_cast<QWidget*>(asked.part<QLineEdit>(u"importCommit")),
                                 static_cast<QWidget*>(asked.part<QLineEdit>(u"importHigher")),
                                 static_cast<QWidget*>(asked.part<QLineEdit>(u"importLower")),
                                 static_cast<QWidget*>(asked.part<QPlainTextEdit>(u"importMappings")),
                                 static_cast<QWidget*>(asked.part<QListWidget>(u"importPaths"))}) {
        QVERIFY2(!field->toolTip().isEmpty() && !field->accessibleName().isEmpty(),
                 qPrintable(field->objectName()));
    }
    QVERIFY(!asked.part<QTableView>(u"importTable")->accessibleName().isEmpty());
    QVERIFY(!asked.dialog->findChild<QProgressBar*>()->accessibleName().isEmpty());
}

void TestImportDialog::looksAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << QStringLiteral("import_dark") << QSize(1440, 900) << true;
    QTest::newRow("light, narrow") << QStringLiteral("import_light_narrow") << QSize(1024, 700) << false;
}

void TestImportDialog::looksAsKept()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    Asked asked;
    asked.app.theme().setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    asked.app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    asked.page.resize(size);
    asked.write(QStringLiteral("other.json"), R"({"recipe":"soup"})");
    QVERIFY(asked.drop(asked.page, {asked.folder}));
    asked.part<QLineEdit>(u"importHigher")->setText(QStringLiteral("rate"));
    QVERIFY(asked.isRead());
    // Folders of the moment stand in two places.
    QList<QRect> masked;
    for (const char16_t* list : {u"importPaths", u"importRemarks"}) {
        const auto* shown = asked.part<QListWidget>(list);
        masked.append(QRect(shown->mapTo(asked.dialog.data(), QPoint()), shown->size()));
    }
    const QString difference = test::compareWithGolden(asked.dialog->grab().toImage(), name, masked);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

QTEST_MAIN(TestImportDialog)
#include "tst_import_dialog.moc"
