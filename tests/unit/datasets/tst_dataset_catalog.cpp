// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogue's scan: what is listed and in what order, and the bad days: loops, closed folders, files that
// vanish, pipes, names that lie, ten thousand files.

#include "datasets/catalog/dataset_catalog.h"
#include "tests/support/test_support.h"
#include "tests/support/unprivileged.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace perihelion;

namespace {

const QByteArray kSignature = QByteArray("\x89HDF\r\n\x1a\n", 8);

bool write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).absolutePath()) && file.open(QIODevice::WriteOnly) &&
           file.write(content) == content.size();
}

bool writeRecording(const QString& path, int userBlock = 0)
{
    return write(path, QByteArray(userBlock, 'u') + kSignature + QByteArray(100, '\0'));
}

QStringList names(const std::vector<CatalogEntry>& entries)
{
    QStringList found;
    for (const CatalogEntry& entry : entries) {
        found.append(QString(entry.category % u'/' % entry.name));
    }
    return found;
}

} // namespace

class DatasetCatalogTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    QString at(const QString& relative) const { return m_folder->filePath(relative); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void listsWhatHasTheSignature()
    {
        QVERIFY(writeRecording(at(QStringLiteral("drone/run.v2.h5"))));
        QVERIFY(writeRecording(at(QStringLiteral("drone/no suffix"))));
        QVERIFY(write(at(QStringLiteral("drone/notes.txt")), "events"));
        QVERIFY(write(at(QStringLiteral("drone/empty")), {}));
        QVERIFY(write(at(QStringLiteral("drone/almost")), kSignature.left(7)));
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(names(scan->entries),
                 (QStringList{QStringLiteral("drone/no suffix"), QStringLiteral("drone/run.v2")}));
        QVERIFY(scan->problems.empty());
        const CatalogEntry& entry = scan->entries.back();
        QCOMPARE(entry.path, at(QStringLiteral("drone/run.v2.h5")));
        QCOMPARE(entry.size.value, std::uint64_t{108});
        QCOMPARE(entry.modified, QFileInfo(entry.path).lastModified().toUTC());
        QCOMPARE(entry.modified.timeSpec(), Qt::UTC);
    }

    void looksBehindUserBlocks()
    {
        for (int userBlock = 512; userBlock <= 128 << 10; userBlock *= 2) {
            QVERIFY(writeRecording(at(QStringLiteral("u/%1").arg(userBlock)), userBlock));
        }
        QVERIFY(writeRecording(at(QStringLiteral("u/768")), 768)); // no place for a signature
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QStringList expected;
        for (int userBlock = 512; userBlock <= 64 << 10; userBlock *= 2) {
            expected.append(QStringLiteral("u/%1").arg(userBlock));
        }
        QCOMPARE(names(scan->entries), expected);
    }

    void ordersNaturally()
    {
        const QStringList expected{QStringLiteral("Cat 2/run 1"), QStringLiteral("Cat 2/Run 2"),
                                   QStringLiteral("Cat 2/run 10"), QStringLiteral("cat 10/a"),
                                   QStringLiteral("cat 10/B")};
        for (const QString& name : expected) {
            QVERIFY(writeRecording(at(QString(name % u".h5"))));
        }
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(names(scan->entries), expected);
    }

    void takesAGivenFileAsItIs()
    {
        QVERIFY(write(at(QStringLiteral("f/wrong.h5")), "no HDF5 at all"));
        QVERIFY(writeRecording(at(QStringLiteral("f/.hidden.h5"))));
        const QString wrong = at(QStringLiteral("f/wrong.h5"));
        const auto scan = scanForRecordings(
            {wrong, at(QStringLiteral("f/../f/wrong.h5")), at(QStringLiteral("f/.hidden.h5"))});
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(names(scan->entries), (QStringList{QStringLiteral("f/.hidden"), QStringLiteral("f/wrong")}));
        QCOMPARE(scan->entries.back().path, wrong);
        QVERIFY(scan->problems.empty());
    }

    void saysWhatOnlyLooksLikeARecording()
    {
        QVERIFY(write(at(QStringLiteral("f/wrong.H5")), "no HDF5 at all"));
        QVERIFY(write(at(QStringLiteral("f/empty.hdf5")), {}));
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QVERIFY(scan->entries.empty());
        QCOMPARE(scan->problems.size(), std::size_t{2});
        for (const Error& problem : scan->problems) {
            QVERIFY(problem.code == ErrorCode::NotHdf5);
            QVERIFY(problem.subject.startsWith(at(QStringLiteral("f/"))));
        }
    }

    void passesOverWhatIsHidden()
    {
        QVERIFY(writeRecording(at(QStringLiteral("seen/a.h5"))));
        QVERIFY(writeRecording(at(QStringLiteral("seen/.b.h5"))));
        QVERIFY(writeRecording(at(QStringLiteral(".cache/c.h5"))));
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(names(scan->entries), QStringList{QStringLiteral("seen/a")});
        const auto asked = scanForRecordings({at(QStringLiteral(".cache"))});
        PERIHELION_VERIFY_RESULT(asked);
        QCOMPARE(names(asked->entries), QStringList{QStringLiteral(".cache/c")});
    }

    void endsOnLinkLoops()
    {
        QVERIFY(writeRecording(at(QStringLiteral("real/deep/a.h5"))));
        QVERIFY(QFile::link(at(QStringLiteral("real")), at(QStringLiteral("real/deep/up"))));
        QVERIFY(QFile::link(at(QString()), at(QStringLiteral("real/root"))));
        QVERIFY(QFile::link(at(QStringLiteral("real/deep")), at(QStringLiteral("again"))));
        QVERIFY(QFile::link(at(QStringLiteral("self.h5")), at(QStringLiteral("self.h5"))));
        QVERIFY(QFile::link(at(QStringLiteral("nowhere.h5")), at(QStringLiteral("dangling.h5"))));
        QVERIFY(QFile::link(at(QStringLiteral("real/deep/a.h5")), at(QStringLiteral("linked.h5"))));
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QStringList paths;
        for (const CatalogEntry& entry : scan->entries) {
            paths.append(entry.path);
        }
        paths.sort();
        QCOMPARE(paths, (QStringList{at(QStringLiteral("linked.h5")), at(QStringLiteral("real/deep/a.h5"))}));
        QCOMPARE(scan->problems.size(), std::size_t{1}); // the link that leads to itself
        QCOMPARE(scan->problems.front().subject, at(QStringLiteral("self.h5")));
    }

    void listsOverlappingPathsOnce()
    {
        QVERIFY(writeRecording(at(QStringLiteral("a/b/c.h5"))));
        const auto scan = scanForRecordings({at(QStringLiteral("a/b/c.h5")), at(QStringLiteral("a/b")),
                                             at(QStringLiteral("a")), at(QStringLiteral("a/"))});
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(names(scan->entries), QStringList{QStringLiteral("b/c")});
        QVERIFY(scan->problems.empty());
    }

    void saysWhichFolderIsClosed()
    {
        QVERIFY(writeRecording(at(QStringLiteral("open/a.h5"))));
        QVERIFY(writeRecording(at(QStringLiteral("closed/b.h5"))));
        QVERIFY(writeRecording(at(QStringLiteral("open/unreadable.h5"))));
        QVERIFY(write(at(QStringLiteral("open/unreadable.txt")), "text"));
        const QString closed = at(QStringLiteral("closed"));
        const QString unreadable = at(QStringLiteral("open/unreadable.h5"));
        QVERIFY(QFile::setPermissions(unreadable, QFile::Permissions()));
        QVERIFY(QFile::setPermissions(at(QStringLiteral("open/unreadable.txt")), QFile::Permissions()));
        QVERIFY(QFile::setPermissions(closed, QFile::Permissions()));
        QVERIFY(test::openToEverybody(m_folder->path()));
        const QString root = m_folder->path();
        QVERIFY(test::holdsUnprivileged([&] {
            const auto scan = scanForRecordings({root});
            if (!scan || names(scan->entries) != QStringList{QStringLiteral("open/a")} ||
                scan->problems.size() != 2) {
                return false;
            }
            return std::all_of(scan->problems.begin(), scan->problems.end(), [&](const Error& problem) {
                return problem.code == ErrorCode::PermissionDenied &&
                       (problem.subject == closed || problem.subject == unreadable);
            });
        }));
        QVERIFY(QFile::setPermissions(closed, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }

    void saysWhichPathIsMissing()
    {
        QVERIFY(writeRecording(at(QStringLiteral("a/a.h5"))));
        const QString missing = at(QStringLiteral("missing"));
        const QString below = at(QStringLiteral("a/a.h5/below a file"));
        const auto scan = scanForRecordings({missing, below, at(QStringLiteral("a"))});
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(scan->entries.size(), std::size_t{1});
        QCOMPARE(scan->problems.size(), std::size_t{2});
        QVERIFY(scan->problems.at(0).code == ErrorCode::NotFound);
        QCOMPARE(scan->problems.at(0).subject, missing);
        QVERIFY(scan->problems.at(1).code == ErrorCode::NotFound);
        QCOMPARE(scan->problems.at(1).subject, below);
        const auto nothing = scanForRecordings({});
        PERIHELION_VERIFY_RESULT(nothing);
        QVERIFY(nothing->entries.empty());
    }

    void doesNotWaitForPipes()
    {
        const QString pipe = at(QStringLiteral("pipe.h5"));
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        const auto below = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(below);
        QVERIFY(below->entries.empty());
        const auto given = scanForRecordings({pipe, QStringLiteral("/dev/null")});
        PERIHELION_VERIFY_RESULT(given);
        QVERIFY(given->entries.empty());
        QCOMPARE(given->problems.size(), std::size_t{2});
        QVERIFY(given->problems.front().code == ErrorCode::InvalidArgument);
    }

    void saysWhichNameCannotBeRead()
    {
        const QByteArray name = QFile::encodeName(m_folder->path()) + "/bad\xff.h5";
        const int fd = ::open(name.constData(), O_CREAT | O_WRONLY, 0600);
        QVERIFY(fd >= 0);
        QCOMPARE(::write(fd, kSignature.constData(), 8), ssize_t{8});
        ::close(fd);
        const auto scan = scanForRecordings({at(QString())});
        PERIHELION_VERIFY_RESULT(scan);
        QVERIFY(scan->entries.empty());
        QCOMPARE(scan->problems.size(), std::size_t{1});
        QVERIFY(scan->problems.front().message.contains(u"UTF-8"));
        QCOMPARE(::unlink(name.constData()), 0); // QTemporaryDir cannot
    }

    void survivesDeletionWhileScanning()
    {
        for (int n = 0; n < 500; ++n) {
            QVERIFY(writeRecording(at(QStringLiteral("top/%1.h5").arg(n))));
            QVERIFY(writeRecording(at(QStringLiteral("top/sub %1/%2.h5").arg(n % 20).arg(n))));
        }
        int batches = 0;
        const auto scan = scanForRecordings({at(QString())}, {}, {}, [&](const std::vector<CatalogEntry>&) {
            if (++batches == 1) {
                QDir(at(QStringLiteral("top"))).removeRecursively();
            }
        });
        PERIHELION_VERIFY_RESULT(scan);
        QVERIFY(batches >= 1);
        QVERIFY(scan->entries.size() < 1000);
        QVERIFY(scan->problems.empty());
    }

    void findsTenThousand()
    {
        constexpr int kFiles = 10'000;
        QVERIFY(writeRecording(at(QStringLiteral("seed"))));
        const QByteArray seed = QFile::encodeName(at(QStringLiteral("seed")));
        for (int n = 0; n < kFiles; ++n) {
            const QString path = at(QStringLiteral("many/%1/run %2.h5").arg(n / 5000).arg(n));
            if (n % 5000 == 0) {
                QVERIFY(QDir().mkpath(QFileInfo(path).absolutePath()));
            }
            QCOMPARE(::link(seed.constData(), QFile::encodeName(path).constData()), 0);
        }
        std::size_t told = 0;
        std::size_t largest = 0;
        int reports = 0;
        QElapsedTimer timer;
        timer.start();
        const auto scan = scanForRecordings(
            {at(QStringLiteral("many"))}, {}, [&reports](const Progress&) { ++reports; },
            [&](const std::vector<CatalogEntry>& batch) {
                told += batch.size();
                largest = std::max(largest, batch.size());
            });
        qInfo("10 000 files in %lld ms", static_cast<long long>(timer.elapsed()));
        PERIHELION_VERIFY_RESULT(scan);
        QCOMPARE(scan->entries.size(), std::size_t{kFiles});
        QCOMPARE(told, std::size_t{kFiles});
        QVERIFY(largest < 1000); // they come in batches, not all at the end
        QCOMPARE(reports, 3);
        QCOMPARE(scan->entries.at(2).name, QStringLiteral("run 2"));
        QCOMPARE(scan->entries.back().name, QStringLiteral("run 9999"));
    }

    void stopsWhenCancelled()
    {
        for (int n = 0; n < 300; ++n) {
            QVERIFY(writeRecording(at(QStringLiteral("c/%1.h5").arg(n))));
        }
        CancelToken cancel;
        std::size_t told = 0;
        const auto scan =
            scanForRecordings({at(QString())}, cancel, {}, [&](const std::vector<CatalogEntry>& batch) {
                told += batch.size();
                cancel.cancel();
            });
        QVERIFY(!scan);
        QVERIFY(scan.error().code == ErrorCode::Cancelled);
        QVERIFY(told > 0 && told < 300); // no further batch after the one that cancelled

        const auto never = scanForRecordings({at(QString())}, cancel);
        QVERIFY(!never);
        QVERIFY(never.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(DatasetCatalogTest)

#include "tst_dataset_catalog.moc"
