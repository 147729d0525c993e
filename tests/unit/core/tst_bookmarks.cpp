// SPDX-License-Identifier: GPL-3.0-or-later
// Bookmarks: what is saved is loaded, recordings and streams are kept apart, damaged files are set aside.

#include "core/settings/bookmarks.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace perihelion;

namespace {

const QString kRecording = QStringLiteral("/data/fan ü.h5");

bool writeFile(const QString& path, const QByteArray& content)
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).absolutePath()) && file.open(QIODevice::WriteOnly) &&
           file.write(content) == content.size();
}

} // namespace

class BookmarksTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString folder(const QString& name) const { return m_folder.filePath(name); }

private Q_SLOTS:
    void loadsWhatWasSaved()
    {
        const Bookmarks store(folder(QStringLiteral("saved")));
        const auto none = store.load(kRecording, {});
        PERIHELION_VERIFY_RESULT(none);
        QVERIFY(none->bookmarks.empty() && none->notice.isEmpty());

        // More than a double can hold, negative, and two at one time.
        const Bookmark latest{EventTime(std::numeric_limits<std::int64_t>::max()),
                              QStringLiteral("end \"of\" time")};
        const Bookmark first{EventTime(-7), QString()};
        const Bookmark second{EventTime(9'007'199'254'740'993), QStringLiteral("one\nline")};
        const Bookmark third{EventTime(9'007'199'254'740'993), QStringLiteral("another")};
        PERIHELION_VERIFY_RESULT(store.save(kRecording, {}, {latest, second, third, first}));
        const auto kept = store.load(kRecording, {});
        PERIHELION_VERIFY_RESULT(kept);
        QVERIFY(kept->notice.isEmpty());
        QCOMPARE(kept->bookmarks, (std::vector<Bookmark>{first, second, third, latest}));

        PERIHELION_VERIFY_RESULT(store.save(kRecording, {}, {}));
        QVERIFY(!QFileInfo::exists(store.fileFor(kRecording, {})));
        PERIHELION_VERIFY_RESULT(store.save(kRecording, {}, {})); // none there to remove
    }

    void keepsRecordingsAndStreamsApart()
    {
        const Bookmarks store(folder(QStringLiteral("apart")));
        const QStringList files{store.fileFor(QStringLiteral("/ab"), QStringLiteral("c")),
                                store.fileFor(QStringLiteral("/a"), QStringLiteral("bc")),
                                store.fileFor(QStringLiteral("/abc"), QString()),
                                store.fileFor(QStringLiteral("/ab"), QStringLiteral("d"))};
        QCOMPARE(QSet<QString>(files.begin(), files.end()).size(), files.size());
        PERIHELION_VERIFY_RESULT(store.save(kRecording, QStringLiteral("left"), {{EventTime(1), {}}}));
        const auto right = store.load(kRecording, QStringLiteral("right"));
        PERIHELION_VERIFY_RESULT(right);
        QVERIFY(right->bookmarks.empty());
    }

    void setsADamagedFileAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        // With ' for " here.
        const QByteArray head = "{'version':1,'recording':'/data/fan ü.h5','stream':'','bookmarks':";
        QTest::newRow("whole") << QByteArray(head + "[]}"); // so that the others fail for their own reason
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no json") << QByteArray("\x01\xff");
        QTest::newRow("cut off") << QByteArray(head + "[{'time_us':1,'la");
        QTest::newRow("no list") << QByteArray(head + "7}");
        QTest::newRow("no time") << QByteArray(head + "[{'label':'x'}]}");
        QTest::newRow("time is text") << QByteArray(head + "[{'time_us':'1','label':'x'}]}");
        QTest::newRow("time has a fraction") << QByteArray(head + "[{'time_us':1.5,'label':'x'}]}");
        QTest::newRow("time beyond all") << QByteArray(head + "[{'time_us':1e300,'label':'x'}]}");
        QTest::newRow("no label") << QByteArray(head + "[{'time_us':1}]}");
        QTest::newRow("entry is a number") << QByteArray(head + "[3]}");
        QTest::newRow("newer") << QByteArray(head + "[]}").replace("1,", "2,");
        QTest::newRow("of another recording") << QByteArray(head + "[]}").replace("fan", "fun");
    }

    void setsADamagedFileAside()
    {
        QFETCH(QByteArray, content);
        content.replace('\'', '"');
        const QString place = folder(QString::fromLatin1(QTest::currentDataTag()));
        const Bookmarks store(place);
        const QString file = store.fileFor(kRecording, {});
        QVERIFY(writeFile(file, content));
        const auto loaded = store.load(kRecording, {});
        PERIHELION_VERIFY_RESULT(loaded);
        QVERIFY(loaded->bookmarks.empty());
        if (qstrcmp(QTest::currentDataTag(), "whole") == 0) {
            QVERIFY2(loaded->notice.isEmpty(), qPrintable(loaded->notice));
            return;
        }
        QVERIFY(loaded->notice.contains(u"set aside"));
        const QStringList aside = QDir(place).entryList({QStringLiteral("*.corrupt-*")});
        QCOMPARE(aside.size(), 1);
        QFile kept(QDir(place).filePath(aside.front()));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), content);
        PERIHELION_VERIFY_RESULT(store.save(kRecording, {}, {{EventTime(5), QStringLiteral("new")}}));
        const auto again = store.load(kRecording, {});
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE(again->bookmarks.size(), std::size_t{1});
    }

    void saysWhatStopsIt()
    {
        const QString blocked = folder(QStringLiteral("blocked"));
        QVERIFY(writeFile(blocked, "a file"));
        const Bookmarks unsavable(QString(blocked % u"/below"));
        const Result<void> saved = unsavable.save(kRecording, {}, {{EventTime(1), {}}});
        QVERIFY(!saved);
        QVERIFY(saved.error().code == ErrorCode::PermissionDenied);

        const Bookmarks unreadable(folder(QStringLiteral("unreadable")));
        QVERIFY(QDir().mkpath(unreadable.fileFor(kRecording, {}))); // a folder in place of the file
        const auto loaded = unreadable.load(kRecording, {});
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().subject, unreadable.fileFor(kRecording, {}));
    }
};

QTEST_GUILESS_MAIN(BookmarksTest)

#include "tst_bookmarks.moc"
