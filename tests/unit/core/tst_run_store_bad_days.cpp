// SPDX-License-Identifier: GPL-3.0-or-later
// RunStore on bad days: a database that is damaged, newer, locked, read-only, deleted, or no file at all.

#include "core/runs/run_store.h"
#include "tests/support/test_support.h"
#include "tests/support/unprivileged.h"
#include "tests/unit/core/run_store_fixture.h"
#include "tests/unit/core/sample_run.h"

#include <QRegularExpression>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QStringList setAsideFiles(const QString& file)
{
    const QFileInfo info(file);
    return info.absoluteDir().entryList({QString(info.fileName() % u".corrupt-*")}, QDir::Files);
}

/// A megabyte that hardly packs.
QStringList lengthyNotes()
{
    QStringList notes;
    for (int n = 0; n < 30'000; ++n) {
        notes.append(newUuid());
    }
    return notes;
}

} // namespace

class RunStoreBadDaysTest : public QObject {
    Q_OBJECT

private:
    StoreFolder m_folder;

private Q_SLOTS:
    /// Qt SQL warns where a connection is closed while in use or used by a thread it does not belong to.
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void leavesANewerDatabaseAlone()
    {
        const QString file = m_folder.newFileInFolder();
        QVERIFY(execute(
            file, {QStringLiteral("CREATE TABLE future (x)"), QStringLiteral("PRAGMA user_version = 99")}));
        RunStore store(file);
        const Result<void> opened = store.open();
        QVERIFY(!opened);
        QVERIFY(opened.error().code == ErrorCode::Store);
        QVERIFY(opened.error().message.contains(u"newer version"));
        QCOMPARE(opened.error().subject, file);
        QVERIFY(!store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
        QCOMPARE(ask(file, QStringLiteral("PRAGMA user_version")), QStringLiteral("99"));
        QVERIFY(setAsideFiles(file).isEmpty());
    }

    void setsADamagedFileAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text")
            << QByteArray("this was never a database, but it is somebody's work\n").repeated(100);
        QTest::newRow("short") << QByteArray("SQLi");
        QTest::newRow("header only") << QByteArray("SQLite format 3\0", 16);
    }

    void setsADamagedFileAside()
    {
        QFETCH(QByteArray, content);
        const QString file = m_folder.newFileInFolder();
        QVERIFY(writeFile(file, content));
        QVERIFY(writeFile(QString(file % u"-wal"), QByteArrayLiteral("stale log")));
        RunStore store(file);
        PERIHELION_VERIFY_RESULT(store.open());
        QVERIFY2(store.notice().contains(u"was damaged"), qPrintable(store.notice()));
        PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
        QStringList aside = setAsideFiles(file);
        aside.removeIf([](const QString& name) { return name.endsWith(u"-wal"); });
        QCOMPARE(aside.size(), 1);
        QFile kept(QFileInfo(file).absoluteDir().filePath(aside.front()));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), content);
        QVERIFY(store.notice().contains(aside.front()));
    }

    void leavesWhatAPersonNamedAlone_data() { setsADamagedFileAside_data(); }

    void leavesWhatAPersonNamedAlone()
    {
        QFETCH(QByteArray, content);
        const QString file = m_folder.newFileInFolder();
        QVERIFY(writeFile(file, content));
        RunStore store(StoreLocation::ofFile(file), m_folder.newFile());
        const Result<void> opened = store.open();
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.contains(u"left as it is; name another file"),
                 qPrintable(opened.error().message));
        QCOMPARE(opened.error().subject, file);
        QVERIFY(!store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
        QVERIFY(setAsideFiles(file).isEmpty());
        QFile kept(file);
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), content);
    }

    void leavesTheDatabaseOfAnotherProgramAlone()
    {
        const QString file = m_folder.newFileInFolder();
        QVERIFY(execute(file, {QStringLiteral("CREATE TABLE recipes (name)"),
                               QStringLiteral("INSERT INTO recipes VALUES ('soup')")}));
        QFile database(file);
        QVERIFY(database.open(QIODevice::ReadOnly));
        const QByteArray before = database.readAll();
        database.close();
        RunStore store(StoreLocation::ofFile(file), m_folder.newFile());
        const Result<void> opened = store.open();
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.contains(u"a database of another program"),
                 qPrintable(opened.error().message));
        QVERIFY(database.open(QIODevice::ReadOnly));
        QCOMPARE(database.readAll(), before);
    }

    void setsADamagedPageAside()
    {
        const QString file = m_folder.newFile();
        {
            RunStore store(file);
            for (int n = 0; n < 500; ++n) {
                PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), n)));
            }
        }
        QFile damaged(file);
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        QVERIFY(damaged.size() > 5 * 4096);
        QVERIFY(damaged.seek(4 * 4096));
        QCOMPARE(damaged.write(QByteArray(4096, '\xa5')), 4096);
        damaged.close();
        RunStore store(file);
        const auto loads = store.recentLoads(QStringLiteral("/a"));
        PERIHELION_VERIFY_RESULT(loads);
        QVERIFY(loads->empty());
        QVERIFY(!store.notice().isEmpty());
        QCOMPARE(setAsideFiles(file).size(), 1);
    }

    void setsATruncatedFileAside()
    {
        const QString file = m_folder.newFile();
        {
            RunStore store(file);
            for (int n = 0; n < 500; ++n) {
                PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), n)));
            }
        }
        QVERIFY(QFile::resize(file, QFileInfo(file).size() / 2));
        // A second bad day within the same second gets a name of its own.
        for (int badDays = 1; badDays <= 3; ++badDays) {
            {
                RunStore store(file);
                PERIHELION_VERIFY_RESULT(store.open());
                QVERIFY(!store.notice().isEmpty());
                QCOMPARE(setAsideFiles(file).size(), badDays);
            }
            QVERIFY(writeFile(file, QByteArray(1000, 'x')));
        }
    }

    void beginsAnewInAnEmptyFile()
    {
        const QString file = m_folder.newFileInFolder();
        QVERIFY(writeFile(file, {}));
        RunStore store(file);
        PERIHELION_VERIFY_RESULT(store.open());
        QVERIFY(store.notice().isEmpty());
    }

    void survivesDeletionWhileOpen()
    {
        const QString file = m_folder.newFile();
        RunStore store(file);
        PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
        QVERIFY(QDir(QFileInfo(file).absolutePath()).removeRecursively());
        PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/b"), 2)));
        QCOMPARE(ask(file, QStringLiteral("SELECT group_concat(path) FROM loads")), QStringLiteral("/b"));
    }

    void saysWhenLocked()
    {
        const QString file = m_folder.newFile();
        RunStore store(file, std::chrono::milliseconds(1));
        PERIHELION_VERIFY_RESULT(store.open());
        {
            QSqlDatabase other =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
            other.setDatabaseName(file);
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec(QStringLiteral("BEGIN IMMEDIATE")));
            const auto recorded = store.recordLoad(sampleLoad(QStringLiteral("/a"), 1));
            QVERIFY(!recorded);
            QVERIFY(recorded.error().code == ErrorCode::Store);
            QVERIFY(recorded.error().message.contains(u"locked"));
            QCOMPARE(recorded.error().subject, file);
            PERIHELION_VERIFY_RESULT(store.recentLoads(QStringLiteral("/a"))); // a reader need not wait
            QVERIFY(QSqlQuery(other).exec(QStringLiteral("COMMIT")));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("other"));
        PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
    }

    void saysWhenLockedFromTheStart()
    {
        const QString file = m_folder.newFileInFolder();
        {
            QSqlDatabase other =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
            other.setDatabaseName(file);
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec(QStringLiteral("BEGIN EXCLUSIVE")));
            RunStore store(file, std::chrono::milliseconds(1));
            const Result<void> opened = store.open();
            QVERIFY(!opened);
            QVERIFY2(opened.error().message.contains(u"locked"), qPrintable(opened.error().sentence()));
            QVERIFY(setAsideFiles(file).isEmpty());
        }
        QSqlDatabase::removeDatabase(QStringLiteral("other"));
    }

    void saysWhenReadOnly()
    {
        const QString file = m_folder.newFile();
        {
            RunStore store(file);
            PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
        }
        QVERIFY(openToEverybody(m_folder.path()));
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
        QVERIFY(holdsUnprivileged([&file] {
            RunStore store(file);
            const Result<void> opened = store.open();
            return !opened && opened.error().code == ErrorCode::PermissionDenied &&
                   opened.error().message.contains(u"read-only") && opened.error().subject == file;
        }));
        QVERIFY(setAsideFiles(file).isEmpty());
    }

    /// SQLite itself says that there is no room, as it does on a full disk.
    void keepsWhatItHasWhenThereIsNoRoom()
    {
        const QString file = m_folder.newFile();
        RunStore store(file);
        const RunRecord first = sampleRun();
        PERIHELION_VERIFY_RESULT(store.recordRun(first));
        for (const QString& name : QSqlDatabase::connectionNames()) {
            const QSqlDatabase connection = QSqlDatabase::database(name, false);
            if (connection.databaseName() == file) {
                QVERIFY(QSqlQuery(connection).exec(QStringLiteral("PRAGMA max_page_count = 1")));
            }
        }
        // The pages that there are have room for a few more.
        RunRecord large = sampleRun();
        large.notes = lengthyNotes();
        const auto second = store.recordRun(large);
        QVERIFY(!second);
        QVERIFY2(second.error().code == ErrorCode::DiskFull, qPrintable(second.error().sentence()));
        QVERIFY(second.error().message.contains(u"the disk is full; make room and try again"));
        QCOMPARE(second.error().subject, file);
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        const auto kept = store.run(runs->front().id);
        PERIHELION_VERIFY_RESULT(kept);
        QCOMPARE(kept->uuid, first.uuid);
        QCOMPARE(kept->iterations, first.iterations);
    }

    /// The system refuses every write beyond what there is.
    void keepsWhatItHasWhenWritingFails()
    {
        const QString file = m_folder.newFile();
        const RunRecord first = sampleRun();
        {
            RunStore store(file);
            PERIHELION_VERIFY_RESULT(store.recordRun(first));
        }
        QVERIFY(openToEverybody(m_folder.path()) && openToEverybody(QFileInfo(file).absolutePath()));
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther |
                                                QFile::WriteOther));
        QVERIFY(holdsUnprivileged([&file] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit some{64 << 10, 64 << 10};
            RunRecord large = sampleRun();
            large.notes = lengthyNotes();
            RunStore store(file);
            if (!store.open() || setrlimit(RLIMIT_FSIZE, &some) != 0) {
                return false;
            }
            const auto recorded = store.recordRun(large);
            return !recorded && recorded.error().subject == file &&
                   (recorded.error().code == ErrorCode::Io || recorded.error().code == ErrorCode::DiskFull);
        }));
        RunStore store(file);
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        PERIHELION_VERIFY_RESULT(store.recordRun(sampleRun()));
        QVERIFY(setAsideFiles(file).isEmpty());
    }

    void saysWhenItsFolderCannotBeMade()
    {
        const QString blocked = QString(m_folder.path() % u"/blocked");
        QVERIFY(writeFile(blocked, QByteArrayLiteral("a file, not a folder")));
        RunStore store(QString(blocked % u"/runs.sqlite"));
        const Result<void> opened = store.open();
        QVERIFY(!opened);
        QVERIFY(opened.error().code == ErrorCode::PermissionDenied);
        QCOMPARE(opened.error().subject, blocked);
    }

    void saysWhenItIsAFolder()
    {
        const QString file = m_folder.newFile();
        QVERIFY(QDir().mkpath(file));
        RunStore store(file);
        const Result<void> opened = store.open();
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.startsWith(u"Opening the run store failed"),
                 qPrintable(opened.error().sentence()));
        QVERIFY(QFileInfo(file).isDir());
    }
};

QTEST_GUILESS_MAIN(RunStoreBadDaysTest)

#include "tst_run_store_bad_days.moc"
