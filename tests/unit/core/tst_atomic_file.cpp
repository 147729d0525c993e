// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a file whole or not at all, and setting a damaged one aside.

#include "core/base/atomic_file.h"
#include "tests/support/test_support.h"
#include "tests/support/unprivileged.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace perihelion;

namespace {

const QString kDoing = QStringLiteral("Saving the notes");

bool writeFile(const QString& path, const QByteArray& content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class AtomicFileTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

private Q_SLOTS:
    void replacesTheContent()
    {
        const QString path = m_folder.filePath(QStringLiteral("new/folder/file"));
        PERIHELION_VERIFY_RESULT(writeFileAtomically(path, "one", kDoing));
        QCOMPARE(readFile(path), QByteArray("one"));
        PERIHELION_VERIFY_RESULT(writeFileAtomically(path, "two", kDoing));
        QCOMPARE(readFile(path), QByteArray("two"));
        QCOMPARE(QFileInfo(path).dir().entryList(QDir::Files).size(), 1);
    }

    void keepsTheOldFileWhenThereIsNoRoom()
    {
        const QString folder = m_folder.filePath(QStringLiteral("full"));
        QVERIFY(QDir().mkpath(folder));
        const QString path = QString(folder % u"/file");
        QVERIFY(writeFile(path, "precious"));
        QVERIFY(test::openToEverybody(m_folder.path()) && test::openToEverybody(folder));
        // In a process that may write a kilobyte only, as a full disk would have it.
        QVERIFY(test::holdsUnprivileged([&path] {
            const rlimit kilobyte{1024, 1024};
            std::signal(SIGXFSZ, SIG_IGN);
            if (setrlimit(RLIMIT_FSIZE, &kilobyte) != 0) {
                return false;
            }
            // Also content that the writer's own buffer holds, so that only flushing it meets the end.
            for (const qsizetype size : {1 << 20, 8000}) {
                const Result<void> written = writeFileAtomically(path, QByteArray(size, 'x'), kDoing);
                if (written || written.error().subject != path ||
                    !written.error().message.startsWith(kDoing)) {
                    return false;
                }
            }
            return true;
        }));
        QCOMPARE(readFile(path), QByteArray("precious"));
        QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("file")});
    }

    void saysWhenItMayNotWrite()
    {
        const QString folder = m_folder.filePath(QStringLiteral("closed"));
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther |
                                                  QFile::ExeOther));
        const QString path = QString(folder % u"/file");
        QVERIFY(test::openToEverybody(m_folder.path()));
        QVERIFY(test::holdsUnprivileged([&path] {
            const Result<void> written = writeFileAtomically(path, "x", kDoing);
            return !written && written.error().code == ErrorCode::PermissionDenied &&
                   written.error().subject == path;
        }));
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }

    void setsAsideWithoutOverwriting()
    {
        const QString path = m_folder.filePath(QStringLiteral("damaged"));
        QStringList aside;
        for (const char* content : {"first", "second", "third"}) {
            QVERIFY(writeFile(path, content));
            QVERIFY(writeFile(QString(path % u"-log"), content));
            const Result<QString> moved =
                setFileAside(path, {QStringLiteral("-log"), QStringLiteral("-absent")});
            PERIHELION_VERIFY_RESULT(moved);
            QCOMPARE(readFile(*moved), content);
            QCOMPARE(readFile(QString(*moved % u"-log")), content);
            QVERIFY(!QFileInfo::exists(path) && !QFileInfo::exists(QString(path % u"-log")));
            QVERIFY(!aside.contains(*moved));
            aside.append(*moved);
        }
    }

    void saysWhenItCannotSetAside()
    {
        const QString folder = m_folder.filePath(QStringLiteral("fixed"));
        QVERIFY(QDir().mkpath(folder));
        const QString path = QString(folder % u"/damaged");
        QVERIFY(writeFile(path, "content"));
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther |
                                                  QFile::ExeOther));
        QVERIFY(test::openToEverybody(m_folder.path()));
        QVERIFY(test::holdsUnprivileged([&path] {
            const Result<QString> moved = setFileAside(path);
            return !moved && moved.error().code == ErrorCode::PermissionDenied &&
                   moved.error().subject == path;
        }));
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        QCOMPARE(readFile(path), QByteArray("content"));
    }
};

QTEST_GUILESS_MAIN(AtomicFileTest)

#include "tst_atomic_file.moc"
