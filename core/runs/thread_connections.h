// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ThreadConnections: one connection per calling thread to one database. A connection is closed when its
// thread ends or when this object is destroyed, whichever comes first. A server gives few connections to many
// programs, so of these at most kMostToServer are open at a time: threads take turns, and what is more than
// kKeptToServer is closed after each turn. Owned by RunDatabase; callable from any thread, but nothing may
// use a connection while this object is being destroyed.

#include "core/base/result.h"
#include "core/runs/store_location.h"

#include <QString>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace perihelion {

/// Which file a path leads to; tells a replaced or deleted database from the one that was opened.
struct DatabaseIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    bool operator==(const DatabaseIdentity&) const = default;

    /// Empty when nothing is there.
    static std::optional<DatabaseIdentity> of(const QString& path);
};

class ConnectionRegistry;

/// The right to use this thread's connection; ends when it goes out of scope, in the same thread.
class ConnectionTurn {
public:
    ConnectionTurn(std::shared_ptr<ConnectionRegistry> registry, QString name);
    ~ConnectionTurn();
    ConnectionTurn(ConnectionTurn&& other) noexcept = default;
    ConnectionTurn& operator=(ConnectionTurn&&) = delete;

    /// Qt's name of the connection.
    const QString& name() const { return m_name; }

private:
    std::shared_ptr<ConnectionRegistry> m_registry;
    QString m_name;
};

class ThreadConnections {
public:
    static constexpr std::size_t kMostToServer = 8;
    static constexpr std::size_t kKeptToServer = 4;

    /// timeout: how long a call waits for a locked file, or for a server that takes nobody in.
    ThreadConnections(StoreLocation location, std::chrono::milliseconds timeout);
    ~ThreadConnections();
    ThreadConnections(const ThreadConnections&) = delete;
    ThreadConnections& operator=(const ThreadConnections&) = delete;

    /// This thread's connection, opened (a file is made) when there is none yet, and opened anew when another
    /// file has taken the place of the one that it was opened for. Waits for its turn where all are in use.
    Result<ConnectionTurn> turn();
    /// Closes this thread's connection if it has one; outside its turn.
    void closeCurrent();

private:
    std::shared_ptr<ConnectionRegistry> m_registry;
};

} // namespace perihelion
