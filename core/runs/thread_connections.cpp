// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/thread_connections.h"

#include "core/runs/sql_error.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <vector>

#include <sys/stat.h>

namespace perihelion {

std::optional<DatabaseIdentity> DatabaseIdentity::of(const QString& path)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
        return std::nullopt;
    }
    return DatabaseIdentity{static_cast<std::uint64_t>(status.st_dev),
                            static_cast<std::uint64_t>(status.st_ino)};
}

/// The open connections of all threads. Threads know it weakly, so that either side may go first.
class ConnectionRegistry {
public:
    ConnectionRegistry(QString file, std::chrono::milliseconds busyTimeout)
        : m_file(std::move(file)),
          m_busyTimeout(busyTimeout)
    {
    }

    /// Opens a connection for the calling thread; returns its name.
    Result<QString> open()
    {
        static std::atomic<quint64> s_serial{0};
        const QString name = QStringLiteral("perihelion-runs-%1").arg(++s_serial);
        const std::lock_guard lock(m_mutex);
        Result<void> opened = openNamed(name);
        if (!opened) {
            QSqlDatabase::removeDatabase(name);
            return opened.error();
        }
        m_names.insert(name);
        return name;
    }

    void close(const QString& name)
    {
        const std::lock_guard lock(m_mutex);
        if (m_names.erase(name) > 0) {
            QSqlDatabase::removeDatabase(name);
        }
    }

    void closeAll()
    {
        const std::lock_guard lock(m_mutex);
        for (const QString& name : m_names) {
            QSqlDatabase::removeDatabase(name);
        }
        m_names.clear();
    }

    const QString& file() const { return m_file; }

private:
    Result<void> openNamed(const QString& name)
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        if (!database.isValid()) {
            return Error{
                ErrorCode::Store,
                QStringLiteral("Opening the run store failed: Qt's SQLite driver is missing; install "
                               "libqt6sql6-sqlite"),
                m_file};
        }
        database.setDatabaseName(m_file);
        database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(m_busyTimeout.count()));
        if (!database.open()) {
            return errorFromSql(database.lastError(), QStringLiteral("Opening the run store"), m_file);
        }
        // With a write-ahead log NORMAL keeps every committed row when the program is killed, and never a
        // torn file.
        QSqlQuery query(database);
        for (const QString& pragma :
             {QStringLiteral("PRAGMA synchronous = NORMAL"), QStringLiteral("PRAGMA foreign_keys = ON")}) {
            if (!query.exec(pragma)) {
                return errorFromSql(query.lastError(), QStringLiteral("Opening the run store"), m_file);
            }
        }
        return {};
    }

    const QString m_file;
    const std::chrono::milliseconds m_busyTimeout;
    std::mutex m_mutex;
    std::set<QString> m_names;
};

namespace {

struct OpenConnection {
    std::weak_ptr<ConnectionRegistry> registry;
    QString name;
    std::optional<DatabaseIdentity> identity;
};

/// What the calling thread has open, for all stores of the process; closes it when the thread ends.
class OpenConnections {
public:
    OpenConnections() = default;
    ~OpenConnections()
    {
        for (const OpenConnection& connection : m_connections) {
            if (const std::shared_ptr<ConnectionRegistry> registry = connection.registry.lock()) {
                registry->close(connection.name);
            }
        }
    }
    OpenConnections(const OpenConnections&) = delete;
    OpenConnections& operator=(const OpenConnections&) = delete;

    OpenConnection* find(const std::shared_ptr<ConnectionRegistry>& registry)
    {
        std::erase_if(m_connections, [](const OpenConnection& entry) { return entry.registry.expired(); });
        const auto found = std::find_if(m_connections.begin(), m_connections.end(),
                                        [&](const auto& entry) { return entry.registry.lock() == registry; });
        return found == m_connections.end() ? nullptr : &*found;
    }
    void add(OpenConnection connection) { m_connections.push_back(std::move(connection)); }
    void forget(const QString& name)
    {
        std::erase_if(m_connections, [&](const OpenConnection& entry) { return entry.name == name; });
    }

private:
    std::vector<OpenConnection> m_connections;
};

OpenConnections& openConnections()
{
    thread_local OpenConnections t_connections;
    return t_connections;
}

} // namespace

ThreadConnections::ThreadConnections(QString file, std::chrono::milliseconds busyTimeout)
    : m_registry(std::make_shared<ConnectionRegistry>(std::move(file), busyTimeout))
{
}

ThreadConnections::~ThreadConnections()
{
    m_registry->closeAll();
}

Result<QString> ThreadConnections::current()
{
    OpenConnections& mine = openConnections();
    if (const OpenConnection* connection = mine.find(m_registry)) {
        if (connection->identity == DatabaseIdentity::of(m_registry->file())) {
            return connection->name;
        }
        closeCurrent();
    }
    Result<QString> opened = m_registry->open();
    if (opened) {
        mine.add(OpenConnection{m_registry, *opened, DatabaseIdentity::of(m_registry->file())});
    }
    return opened;
}

void ThreadConnections::closeCurrent()
{
    OpenConnections& mine = openConnections();
    if (const OpenConnection* connection = mine.find(m_registry)) {
        const QString name = connection->name;
        mine.forget(name);
        m_registry->close(name);
    }
}

} // namespace perihelion
