// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunStore: what was measured, in a SQLite database through Qt SQL (WAL, schema version with migrations from the
// start). Each thread that calls it gets a connection of its own; meant for JobPool::Store. Owned by AppContext.

#include "core/base/result.h"
#include "core/measure/load_phases.h"

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <vector>

namespace perihelion {

/// One observed load of a recording, from open to first frame.
struct LoadRecord {
    std::int64_t id = 0; ///< Given by the store.
    QString path;        ///< Absolute path of the recording.
    QString stream;
    QDateTime at;        ///< UTC.
    LoadPhases phases;
    IndexState index = IndexState::Built;
    CacheState cache = CacheState::Off;
    std::int64_t fileBytes = 0;
    std::int64_t events = 0;      ///< Of the whole recording.
    std::int64_t windowEvents = 0;
    std::int64_t chunksRead = 0;
    std::int64_t bytesRead = 0;
};

class RunStore {
public:
    static constexpr int kSchemaVersion = 1;

    /// file: path of the database; made with its folder on first use.
    explicit RunStore(QString file);
    ~RunStore();
    RunStore(const RunStore&) = delete;
    RunStore& operator=(const RunStore&) = delete;

    /// Opens or makes the database and brings its schema up to date. A corrupt file is set aside (never deleted) and
    /// a new one begun; a newer schema, a locked or read-only file is an Error.
    Result<void> open();

    /// Stores one load; returns its id.
    Result<std::int64_t> recordLoad(const LoadRecord& load);
    /// The newest loads of one recording (all streams), newest first.
    Result<std::vector<LoadRecord>> recentLoads(const QString& path, int limit = 20) const;
    /// Paths by the time of their last load, newest first.
    Result<std::vector<QString>> recentRecordings(int limit = 20) const;

    const QString& file() const { return m_file; }

private:
    QString m_file;
};

} // namespace perihelion
