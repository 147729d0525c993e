// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunDatabase: the open database behind RunStore, a file or a server, with its schema brought up to date
// before anything is asked. The program's own file is set aside when it is damaged, files that were replaced
// are opened anew. Callable from any thread.

#include "core/base/result.h"
#include "core/runs/store_location.h"
#include "core/runs/thread_connections.h"

#include <QString>

#include <chrono>
#include <mutex>
#include <optional>

namespace perihelion {

class RunDatabase {
public:
    /// ownFile: the program's own, begun anew when it is damaged. What a person named is left alone: it may
    /// be anything.
    RunDatabase(StoreLocation location, std::chrono::milliseconds timeout, bool ownFile);
    RunDatabase(const RunDatabase&) = delete;
    RunDatabase& operator=(const RunDatabase&) = delete;

    /// This thread's connection to a database that is open and up to date.
    Result<ConnectionTurn> turn();
    /// Begins anew after a lost connection: the next turn connects and looks at the schema again. Outside a
    /// turn.
    void reconnect();

    /// What became of a damaged file at the last opening; empty when all was well.
    QString notice() const;
    const StoreLocation& location() const { return m_location; }

private:
    bool isPrepared() const;
    Result<void> prepare();
    Result<void> prepareFile();
    Result<void> bringUpToDate();

    const StoreLocation m_location;
    const std::chrono::milliseconds m_timeout;
    const bool m_ownFile;
    ThreadConnections m_connections;
    mutable std::mutex m_mutex;
    std::optional<DatabaseIdentity> m_preparedFile; ///< The file whose schema is known to be up to date.
    bool m_preparedServer = false;
    QString m_notice;
};

} // namespace perihelion
