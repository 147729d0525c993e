// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the tests of the run store share: a load to store, and another program's look at the database.

#include "core/runs/run_store.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStringList>
#include <QTemporaryDir>

namespace perihelion::test {

inline LoadRecord sampleLoad(const QString& path, qint64 atMillis)
{
    LoadRecord load;
    load.path = path;
    load.stream = QStringLiteral("left");
    load.at = QDateTime::fromMSecsSinceEpoch(atMillis, Qt::UTC);
    load.phases =
        LoadPhases{Nanoseconds(1), Nanoseconds(22), Nanoseconds(333), Nanoseconds(4444), Nanoseconds(55555)};
    load.index = IndexState::Kept;
    load.cache = CacheState::Miss;
    load.fileBytes = 5'000'000'000;
    load.events = 186'000'000;
    load.windowEvents = 98'765;
    load.chunksRead = 4;
    load.bytesRead = 123'456;
    return load;
}

/// Runs statements on the file through a plain connection, as another program would.
inline bool execute(const QString& file, const QStringList& statements)
{
    bool done = true;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("plain"));
        database.setDatabaseName(file);
        done = database.open();
        for (const QString& statement : statements) {
            QSqlQuery query(database);
            if (!query.exec(statement)) {
                qWarning("%s", qPrintable(query.lastError().text()));
                done = false;
            }
        }
    }
    QSqlDatabase::removeDatabase(QStringLiteral("plain"));
    return done;
}

inline QString ask(const QString& file, const QString& question)
{
    QString answer;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("plain"));
        database.setDatabaseName(file);
        if (database.open()) {
            QSqlQuery query(database);
            if (query.exec(question) && query.next()) {
                answer = query.value(0).toString();
            }
        }
    }
    QSqlDatabase::removeDatabase(QStringLiteral("plain"));
    return answer;
}

inline bool writeFile(const QString& path, const QByteArray& content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// Paths for databases, each in a folder of its own.
class StoreFolder {
public:
    /// A file that is not there, in a folder that is not there.
    QString newFile() { return m_folder.filePath(QStringLiteral("%1/runs.sqlite").arg(++m_serial)); }
    /// A file that is not there in a folder that is.
    QString newFileInFolder()
    {
        const QString file = newFile();
        return QDir().mkpath(QFileInfo(file).absolutePath()) ? file : QString();
    }
    QString path() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    int m_serial = 0;
};

} // namespace perihelion::test
