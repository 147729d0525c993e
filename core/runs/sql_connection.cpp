// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/sql_connection.h"

#include "core/runs/sql_error.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>
#include <thread>

namespace perihelion {

namespace {

QString connecting()
{
    return QStringLiteral("Opening the run store");
}

Error driverMissing(const QString& what, const QString& package, const StoreLocation& location)
{
    return Error{ErrorCode::Store,
                 QString(connecting() % u" failed: Qt's " % what % u" driver is missing; install " % package),
                 location.shown()};
}

Result<void> execAll(const QSqlDatabase& database, const QStringList& statements)
{
    QSqlQuery query(database);
    for (const QString& statement : statements) {
        if (!query.exec(statement)) {
            return errorFromSql(dialectOf(database), query.lastError(), connecting(), shownName(database));
        }
    }
    return {};
}

Result<void> openFile(const QString& name, const StoreLocation& location, std::chrono::milliseconds timeout)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
    if (!database.isValid()) {
        return driverMissing(QStringLiteral("SQLite"), QStringLiteral("libqt6sql6-sqlite"), location);
    }
    database.setDatabaseName(location.file);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(timeout.count()));
    if (!database.open()) {
        return errorFromSql(SqlDialect::Sqlite, database.lastError(), connecting(), location.file);
    }
    // With a write-ahead log NORMAL keeps every committed row when the program is killed, and never a torn
    // file.
    return execAll(database, {QStringLiteral("PRAGMA synchronous = NORMAL"),
                              QStringLiteral("PRAGMA foreign_keys = ON")});
}

Result<void> openServer(const QString& name, const StoreLocation& location, std::chrono::milliseconds timeout)
{
    if (!QSqlDatabase::isDriverAvailable(QStringLiteral("QPSQL"))) {
        return driverMissing(QStringLiteral("PostgreSQL"), QStringLiteral("libqt6sql6-psql"), location);
    }
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), name);
    database.setHostName(location.host);
    if (location.port > 0) {
        database.setPort(location.port);
    }
    database.setUserName(location.user);
    database.setPassword(location.password);
    database.setDatabaseName(location.database);
    // A network that went away is noticed within ten seconds, not after the system's quarter of an hour.
    QString options = QStringLiteral("connect_timeout=5;tcp_user_timeout=10000;application_name=perihelion");
    if (!location.options.isEmpty()) {
        QString own = location.options;
        options += u';' % own.replace(u'&', u';');
    }
    database.setConnectOptions(options);
    const auto giveUp = std::chrono::steady_clock::now() + timeout;
    std::chrono::milliseconds pause(20);
    while (!database.open()) {
        const Error error = errorOfConnecting(database.lastError(), connecting(), location.shown());
        // One that answers but takes nobody in will; one that does not answer would cost this time each call.
        const bool answered = database.lastError().databaseText().contains(u"FATAL:");
        if (error.code != ErrorCode::Unreachable || !answered ||
            std::chrono::steady_clock::now() + pause > giveUp) {
            return error;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, std::chrono::milliseconds(500));
    }
    // A writer that waits in vain, or one that died in the midst of its turn, must not hold the others for
    // ever.
    // No question here runs long enough to be worth compiling, which takes a fifth of a second.
    return execAll(database, {QStringLiteral("SET client_min_messages = warning; SET jit = off;"
                                             " SET lock_timeout = 60000;"
                                             " SET idle_in_transaction_session_timeout = 60000")});
}

} // namespace

Result<void> openConnection(const QString& name, const StoreLocation& location,
                            std::chrono::milliseconds timeout)
{
    Result<void> opened =
        location.isServer() ? openServer(name, location, timeout) : openFile(name, location, timeout);
    if (!opened) {
        QSqlDatabase::removeDatabase(name);
    }
    return opened;
}

} // namespace perihelion
