// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_database.h"

#include "core/base/atomic_file.h"
#include "core/runs/schema_migration.h"
#include "core/runs/sql_statement.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QSqlDatabase>

namespace perihelion {

namespace {

constexpr int kLockMillis = 5000;

QString opening()
{
    return QStringLiteral("Opening the run store");
}

/// The first value of a one-row answer, as text.
Result<QString> firstText(const QSqlDatabase& database, const QString& statement)
{
    SqlStatement query(database, statement, opening());
    if (const Result<void> done = query.run(); !done) {
        return done.error();
    }
    const QString text = query.next() ? query.text(0) : QString();
    const Result<void> done = query.finish();
    return done ? Result<QString>(text) : Result<QString>(done.error());
}

/// A whole database with a write-ahead log; Error Corrupt when it is damaged.
Result<void> checkFile(const QSqlDatabase& database)
{
    const Result<QString> check = firstText(database, QStringLiteral("PRAGMA quick_check(1)"));
    if (!check) {
        return check.error();
    }
    if (*check != u"ok") {
        return Error{ErrorCode::Corrupt, QString(opening() % u" failed: " % *check), database.databaseName()};
    }
    const Result<QString> journal = firstText(database, QStringLiteral("PRAGMA journal_mode"));
    if (!journal) {
        return journal.error();
    }
    if (*journal != u"wal") {
        if (const Result<QString> set = firstText(database, QStringLiteral("PRAGMA journal_mode = WAL"));
            !set) {
            return set.error();
        }
    }
    return {};
}

/// Error Store for a file with the tables of another program.
Result<void> checkOwner(const QSqlDatabase& database)
{
    const auto tables = [&database](QStringView which) {
        return firstText(
            database, QString(u"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name " % which));
    };
    const Result<QString> all = tables(u"NOT LIKE 'sqlite_%'");
    const Result<QString> ours = all ? tables(u"= 'loads'") : all;
    if (!ours) {
        return ours.error();
    }
    if (*all != u"0" && *ours == u"0") {
        return Error{ErrorCode::Store,
                     QString(opening() % u" failed: this is a database of another program and is left as it "
                                         u"is; name another file"),
                     database.databaseName()};
    }
    return {};
}

} // namespace

RunDatabase::RunDatabase(StoreLocation location, std::chrono::milliseconds timeout, bool ownFile)
    : m_location(std::move(location)),
      m_timeout(timeout),
      m_ownFile(ownFile),
      m_connections(m_location, timeout)
{
}

QString RunDatabase::notice() const
{
    const std::lock_guard lock(m_mutex);
    return m_notice;
}

Result<ConnectionTurn> RunDatabase::turn()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!isPrepared()) {
            if (Result<void> done = prepare(); !done) {
                m_connections.closeCurrent();
                return done.error();
            }
        }
    }
    return m_connections.turn();
}

void RunDatabase::reconnect()
{
    m_connections.closeCurrent();
    const std::lock_guard lock(m_mutex);
    m_preparedServer = false;
}

bool RunDatabase::isPrepared() const
{
    return m_location.isServer() ? m_preparedServer
                                 : m_preparedFile && m_preparedFile == DatabaseIdentity::of(m_location.file);
}

Result<void> RunDatabase::prepare()
{
    m_preparedFile.reset();
    m_preparedServer = false;
    Result<void> ready = m_location.isServer() ? bringUpToDate() : prepareFile();
    if (ready) {
        m_preparedServer = m_location.isServer();
        m_preparedFile = DatabaseIdentity::of(m_location.file);
    }
    return ready;
}

Result<void> RunDatabase::prepareFile()
{
    m_notice.clear();
    const QString& file = m_location.file;
    const QString folder = QFileInfo(file).absolutePath();
    if (!QDir().mkpath(folder)) {
        return Error{ErrorCode::PermissionDenied,
                     QString(opening() % u" failed: its folder cannot be made; check who may write there"),
                     folder};
    }
    // Two programs that start at once must not both set a damaged file aside or switch the journal mode.
    // Where the lock file cannot be made the folder is read-only, and what follows says so.
    QLockFile alone(QString(file % u".lock"));
    static_cast<void>(alone.tryLock(kLockMillis));

    // SQLite would open such a file for reading only and fail at the first row that is to be kept.
    if (QFileInfo::exists(file) && !QFileInfo(file).isWritable()) {
        return Error{ErrorCode::PermissionDenied,
                     QString(opening() % u" failed: the file is read-only; make it writable"), file};
    }
    const Result<void> ready = bringUpToDate();
    if (ready || ready.error().code != ErrorCode::Corrupt) {
        return ready;
    }
    if (!m_ownFile) {
        return Error{
            ErrorCode::Corrupt,
            QString(opening() %
                    u" failed: the file is no SQLite database, or a damaged one, and is left as it is; "
                    u"name another file, or move this one away"),
            file};
    }
    m_connections.closeCurrent();
    // The log goes first: left beside a new database it would be replayed into it.
    const Result<QString> aside = setFileAside(file, {QStringLiteral("-shm"), QStringLiteral("-wal")});
    if (!aside) {
        return aside.error();
    }
    m_notice =
        QStringLiteral("The run store was damaged; it was set aside and a new one begun: %1").arg(*aside);
    return bringUpToDate();
}

Result<void> RunDatabase::bringUpToDate()
{
    const Result<ConnectionTurn> turn = m_connections.turn();
    if (!turn) {
        return turn.error();
    }
    const QSqlDatabase database = QSqlDatabase::database(turn->name(), false);
    // The version first: a database of a newer version is left alone whatever its state.
    const Result<int> version = schemaVersion(database);
    if (!version) {
        return version.error();
    }
    if (!m_location.isServer() && *version <= static_cast<int>(runStoreSchema().size())) {
        // The program's own file is its own, whatever else somebody keeps in it.
        if (Result<void> ours = m_ownFile ? Result<void>() : checkOwner(database); !ours) {
            return ours;
        }
        if (Result<void> whole = checkFile(database); !whole) {
            return whole;
        }
    }
    return migrateSchema(database, runStoreSchema());
}

} // namespace perihelion
