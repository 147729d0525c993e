// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/bookmark_model.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QtTest>

using namespace perihelion;

class TestBookmarkModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsThemByTimeAndOnDisk();
    void eachRecordingHasItsOwn();
    void savesBeforeItGoes();
    void saysWhatIsWrong();
};

void TestBookmarkModel::keepsThemByTimeAndOnDisk()
{
    QTemporaryDir folder;
    JobRunner jobs;
    {
        BookmarkModel model(jobs, folder.path());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy changed(&model, &BookmarkModel::bookmarksChanged);
        model.load(QStringLiteral("/a.h5"), {});
        QTRY_COMPARE(changed.count(), 2);
        QCOMPARE(model.add(EventTime(5'000), QString()), 0);
        QCOMPARE(model.add(EventTime(1'000), QStringLiteral("start")), 0);
        QCOMPARE(model.add(EventTime(9'000), QString()), 2);
        QCOMPARE(model.add(EventTime(5'000), QString()), 1);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.timeAt(1), EventTime(5'000));
        model.setReference({EventTime(1'000), EventTime(0), EventTime(0), false});
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("00:00.000  start"));
        QVERIFY(model.setData(model.index(2), QStringLiteral(" end "), Qt::EditRole));
        model.remove(1);
        model.remove(7);
    }
    BookmarkModel again(jobs, folder.path());
    again.load(QStringLiteral("/a.h5"), {});
    QTRY_COMPARE(again.rowCount(), 2);
    QCOMPARE(again.times(), (std::vector<EventTime>{EventTime(1'000), EventTime(9'000)}));
    QCOMPARE(again.index(1).data(BookmarkModel::LabelRole).toString(), QStringLiteral("end"));
}

void TestBookmarkModel::eachRecordingHasItsOwn()
{
    QTemporaryDir folder;
    JobRunner jobs;
    BookmarkModel model(jobs, folder.path());
    model.load(QStringLiteral("/a.h5"), {});
    model.add(EventTime(1), QString());
    model.load(QStringLiteral("/b.h5"), QStringLiteral("left"));
    QCOMPARE(model.rowCount(), 0);
    model.add(EventTime(2), QString());
    model.load(QStringLiteral("/a.h5"), {});
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(model.timeAt(0), EventTime(1));
}

void TestBookmarkModel::savesBeforeItGoes()
{
    QTemporaryDir folder;
    {
        JobRunner jobs;
        BookmarkModel model(jobs, folder.path());
        model.load(QStringLiteral("/a.h5"), {});
        model.add(EventTime(3), QString());
        // The runner refuses what has not begun; the bookmark is kept all the same.
        jobs.shutDown();
    }
    const Result<BookmarkList> list = Bookmarks(folder.path()).load(QStringLiteral("/a.h5"), {});
    QVERIFY(list.hasValue());
    QCOMPARE(list->bookmarks.size(), std::size_t(1));
}

void TestBookmarkModel::saysWhatIsWrong()
{
    QTemporaryDir folder;
    JobRunner jobs;
    // A file stands where the folder should be.
    const QString blocked = folder.filePath(QStringLiteral("blocked"));
    QFile file(blocked);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    BookmarkModel model(jobs, blocked);
    QSignalSpy notices(&model, &BookmarkModel::notice);
    model.load(QStringLiteral("/a.h5"), {});
    model.add(EventTime(3), QString());
    QTRY_VERIFY(notices.count() >= 1);
    QCOMPARE(model.rowCount(), 1);
}

QTEST_GUILESS_MAIN(TestBookmarkModel)
#include "tst_bookmark_model.moc"
