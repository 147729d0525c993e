// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/thread_connections.h"

#include "core/runs/sql_connection.h"

#include <QFile>
#include <QSqlDatabase>

#include <algorithm>
#include <atomic>
#include <condition_variable>
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
    ConnectionRegistry(StoreLocation location, std::chrono::milliseconds timeout)
        : m_location(std::move(location)),
          m_timeout(timeout)
    {
    }

    /// Opens a connection for the calling thread; returns its name.
    Result<QString> open()
    {
        static std::atomic<quint64> s_serial{0};
        const QString name = QStringLiteral("perihelion-runs-%1").arg(++s_serial);
        std::unique_lock lock(m_mutex);
        m_mayOpen.wait(lock, [this] {
            return !m_location.isServer() || m_names.size() + m_opening < ThreadConnections::kMostToServer;
        });
        ++m_opening;
        lock.unlock();
        Result<void> opened = openConnection(name, m_location, m_timeout);
        lock.lock();
        --m_opening;
        if (!opened) {
            m_mayOpen.notify_one();
            return opened.error();
        }
        m_names.insert(name);
        return name;
    }

    void endTurn(const QString& name)
    {
        const std::lock_guard lock(m_mutex);
        if (m_location.isServer() && m_names.size() > ThreadConnections::kKeptToServer) {
            remove(name);
        }
    }

    void close(const QString& name)
    {
        const std::lock_guard lock(m_mutex);
        remove(name);
    }

    void closeAll()
    {
        const std::lock_guard lock(m_mutex);
        for (const QString& name : m_names) {
            QSqlDatabase::removeDatabase(name);
        }
        m_names.clear();
    }

    bool isOpen(const QString& name)
    {
        const std::lock_guard lock(m_mutex);
        return m_names.contains(name);
    }

    const StoreLocation& location() const { return m_location; }

private:
    /// With the mutex held.
    void remove(const QString& name)
    {
        if (m_names.erase(name) > 0) {
            QSqlDatabase::removeDatabase(name);
            m_mayOpen.notify_one();
        }
    }

    const StoreLocation m_location;
    const std::chrono::milliseconds m_timeout;
    std::mutex m_mutex;
    std::condition_variable m_mayOpen;
    std::set<QString> m_names;
    std::size_t m_opening = 0;
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

ConnectionTurn::ConnectionTurn(std::shared_ptr<ConnectionRegistry> registry, QString name)
    : m_registry(std::move(registry)),
      m_name(std::move(name))
{
}

ConnectionTurn::~ConnectionTurn()
{
    if (m_registry) {
        m_registry->endTurn(m_name);
    }
}

ThreadConnections::ThreadConnections(StoreLocation location, std::chrono::milliseconds timeout)
    : m_registry(std::make_shared<ConnectionRegistry>(std::move(location), timeout))
{
}

ThreadConnections::~ThreadConnections()
{
    m_registry->closeAll();
}

Result<ConnectionTurn> ThreadConnections::turn()
{
    OpenConnections& mine = openConnections();
    const QString& file = m_registry->location().file;
    if (const OpenConnection* connection = mine.find(m_registry)) {
        if (m_registry->isOpen(connection->name) && connection->identity == DatabaseIdentity::of(file)) {
            return ConnectionTurn(m_registry, connection->name);
        }
        closeCurrent();
    }
    const Result<QString> opened = m_registry->open();
    if (!opened) {
        return opened.error();
    }
    mine.add(OpenConnection{m_registry, *opened, DatabaseIdentity::of(file)});
    return ConnectionTurn(m_registry, *opened);
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
