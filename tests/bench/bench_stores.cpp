// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_stores.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStringList>

namespace perihelion::bench {

namespace {

/// Runs statements as the server's user; of the first that fails, the Error.
Result<void> onConnection(const StoreLocation& server, const QStringList& statements)
{
    const QString name = QStringLiteral("bench");
    Result<void> outcome;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), name);
        database.setHostName(server.host);
        if (server.port > 0) {
            database.setPort(server.port);
        }
        database.setUserName(server.user);
        database.setPassword(server.password);
        database.setDatabaseName(server.database);
        const auto failed = [&server](const QSqlError& error) {
            return Error{ErrorCode::Store,
                         QString(u"Preparing a database for the bench failed: " % error.databaseText()),
                         server.shown()};
        };
        if (!database.open()) {
            outcome = failed(database.lastError());
        }
        QSqlQuery query(database);
        for (const QString& statement : statements) {
            if (outcome && !query.exec(statement)) {
                outcome = failed(query.lastError());
            }
        }
    }
    QSqlDatabase::removeDatabase(name);
    return outcome;
}

} // namespace

Result<std::unique_ptr<RunStore>> BenchStores::kept(const QString& name) const
{
    return m_url.isEmpty() ? inFile(name, false) : onServer(name, false);
}

Result<std::unique_ptr<RunStore>> BenchStores::fresh(const QString& name) const
{
    return m_url.isEmpty() ? inFile(name, true) : onServer(name, true);
}

QString BenchStores::shown() const
{
    const auto server = StoreLocation::parse(m_url);
    return server ? server->shown() : QStringLiteral("SQLite");
}

Result<std::unique_ptr<RunStore>> BenchStores::inFile(const QString& name, bool empty) const
{
    const QString file = QDir(m_folder).filePath(QString(u"runs_" % name % u".sqlite"));
    if (empty) {
        for (const QString& suffix : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")}) {
            QFile::remove(QString(file % suffix));
        }
    }
    return std::make_unique<RunStore>(file);
}

Result<std::unique_ptr<RunStore>> BenchStores::onServer(const QString& name, bool empty) const
{
    auto location = StoreLocation::parse(m_url);
    if (!location) {
        return location.error();
    }
    const QString database = QString(u"perihelion_bench_" % name);
    StoreLocation own = *location;
    own.database = database;
    const QString make = QString(u"CREATE DATABASE " % database);
    Result<void> made;
    if (empty) {
        made = onConnection(*location, {QString(u"DROP DATABASE IF EXISTS " % database), make});
    } else if (!onConnection(own, {})) {
        made = onConnection(*location, {make});
    }
    if (!made) {
        return made.error();
    }
    return std::make_unique<RunStore>(own, QDir(m_folder).filePath(QStringLiteral("loads.sqlite")));
}

} // namespace perihelion::bench
