// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunStore: observed loads and measured runs, in a SQLite database through Qt SQL (WAL, schema version with
// migrations from the start). Each thread that calls it gets a connection of its own; meant for
// JobPool::Store. Owned by AppContext, which destroys it when no thread calls it any more.

#include "core/base/result.h"
#include "core/measure/load_phases.h"
#include "core/runs/run_listing.h"
#include "core/runs/run_note.h"
#include "core/runs/run_record.h"
#include "core/runs/series_points.h"
#include "core/runs/thread_connections.h"

#include <QDateTime>
#include <QString>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

class QSqlDatabase;

namespace perihelion {

/// One observed load of a recording, from open to first frame.
struct LoadRecord {
    std::int64_t id = 0; ///< Given by the store.
    QString path;        ///< Absolute path of the recording.
    QString stream;
    QDateTime at; ///< UTC, to the millisecond; an invalid time means now.
    LoadPhases phases;
    IndexState index = IndexState::Built;
    CacheState cache = CacheState::Off;
    std::int64_t fileBytes = 0;
    std::int64_t events = 0; ///< Of the whole recording.
    std::int64_t windowEvents = 0;
    std::int64_t chunksRead = 0;
    std::int64_t bytesRead = 0;
};

class RunStore {
public:
    static constexpr int kSchemaVersion = 3;
    static constexpr std::chrono::milliseconds kBusyTimeout{5000};

    /// file: path of the database; made with its folder on first use. busyTimeout: how long a call waits for
    /// another program that holds the database locked before it answers with an Error.
    explicit RunStore(QString file, std::chrono::milliseconds busyTimeout = kBusyTimeout);
    ~RunStore();
    RunStore(const RunStore&) = delete;
    RunStore& operator=(const RunStore&) = delete;

    /// Opens or makes the database and brings its schema up to date. A corrupt file is set aside (never
    /// deleted) and a new one begun, which notice() tells; a newer schema, a locked or read-only file is an
    /// Error. The other calls open by themselves, also when the file was deleted or replaced meanwhile.
    Result<void> open();

    /// What a person should know about the last opening ("The run store was damaged …"); empty when all was
    /// well.
    QString notice() const;

    /// Stores one load; returns its id.
    Result<std::int64_t> recordLoad(const LoadRecord& load);
    /// The newest loads of one recording (all streams), newest first.
    Result<std::vector<LoadRecord>> recentLoads(const QString& path, int limit = 20) const;
    /// Paths by the time of their last load, newest first.
    Result<std::vector<QString>> recentRecordings(int limit = 20) const;

    // Measured runs; they and observed loads never mix.

    /// Stores a run with all its samples in one transaction; returns its id. A run that is there already (the
    /// same uuid) keeps its id and is not stored again. Error InvalidArgument: it does not say what was
    /// measured.
    Result<std::int64_t> recordRun(const RunRecord& run);
    /// Stores many in one transaction, all or none; returns their ids in order.
    Result<std::vector<std::int64_t>> recordRuns(std::span<const RunRecord> runs);
    /// A run with all its samples. Error NotFound.
    Result<RunRecord> run(std::int64_t id) const;
    /// Runs, newest first.
    Result<std::vector<RunListing>> recentRuns(const RunFilter& filter = {}, int limit = 50) const;

    /// Every series with runs, the one with the newest run first.
    Result<std::vector<SeriesListing>> series() const;
    /// Everything that the runs of a series measured, in the order of the table of a run. Empty for an
    /// unknown series.
    Result<std::vector<SeriesRow>> seriesRows(std::int64_t series) const;
    /// All runs of a series, oldest first, with their numbers for the wanted rows and modes. Reads no sample.
    Result<SeriesPoints> seriesPoints(std::int64_t series, const RowFilter& filter = {}) const;
    /// The samples of one row (SeriesRow::id) in one mode, of these runs or of all, by run id; runs without
    /// a sample are left out.
    Result<std::vector<RunSamples>> samples(std::int64_t row, IterationMode mode,
                                            std::span<const std::int64_t> runs = {}) const;

    /// Keeps a note; returns its id. Error InvalidArgument: it has no commit.
    Result<std::int64_t> addNote(const RunNote& note);
    /// Error NotFound.
    Result<void> removeNote(std::int64_t id);
    /// The notes of a project, oldest first; with a series only those that concern it.
    Result<std::vector<RunNote>> notes(const QString& project, std::int64_t series = 0) const;

    const QString& file() const { return m_file; }

private:
    /// Asks a question of this thread's connection.
    template <typename Question>
    auto ask(Question question) const -> std::invoke_result_t<Question, QSqlDatabase&>;
    /// Name of this thread's connection to a database that is open and up to date.
    Result<QString> connection() const;
    Result<void> prepare() const;
    Result<void> bringUpToDate() const;

    const QString m_file;
    // Opening is part of every call, reading ones included, hence mutable.
    mutable ThreadConnections m_connections;
    mutable std::mutex m_mutex;
    mutable std::optional<DatabaseIdentity> m_prepared; ///< The file whose schema is known to be up to date.
    mutable QString m_notice;
};

} // namespace perihelion
