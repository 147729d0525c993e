// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ThreadConnections: one SQLite connection per calling thread to one database file. A connection is closed
// when its thread ends or when this object is destroyed, whichever comes first. Owned by RunStore; callable
// from any thread, but nothing may use a connection while this object is being destroyed.

#include "core/base/result.h"

#include <QString>

#include <chrono>
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

class ThreadConnections {
public:
    ThreadConnections(QString file, std::chrono::milliseconds busyTimeout);
    ~ThreadConnections();
    ThreadConnections(const ThreadConnections&) = delete;
    ThreadConnections& operator=(const ThreadConnections&) = delete;

    /// Qt's name of this thread's connection, opened (the file is made) when there is none yet, and opened
    /// anew when another file has taken the place of the one that it was opened for.
    Result<QString> current();
    /// Closes this thread's connection if it has one.
    void closeCurrent();

private:
    std::shared_ptr<ConnectionRegistry> m_registry;
};

} // namespace perihelion
