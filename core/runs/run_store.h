// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunStore: observed loads and measured runs, in a SQLite file or on a PostgreSQL server through Qt SQL, with
// schema version and migrations. With a server the loads stay in the file of this machine, whose disks they
// are about, and a run that the server cannot take waits in an outbox beside it until it can. Callable from
// any thread; meant for JobPool::Store. Owned by AppContext, which destroys it when no thread calls it any
// more.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"
#include "core/runs/load_record.h"
#include "core/runs/run_database.h"
#include "core/runs/run_listing.h"
#include "core/runs/run_note.h"
#include "core/runs/run_outbox.h"
#include "core/runs/run_record.h"
#include "core/runs/series_points.h"

#include <QDateTime>
#include <QString>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <type_traits>
#include <vector>

class QSqlDatabase;

namespace perihelion {

class OperationTimes;

class RunStore {
public:
    static constexpr int kSchemaVersion = 4;
    static constexpr std::chrono::milliseconds kBusyTimeout{5000};

    /// file: path of the database; made with its folder on first use. timeout: how long a call waits for
    /// another program that holds the database locked before it answers with an Error.
    explicit RunStore(const QString& file, std::chrono::milliseconds timeout = kBusyTimeout);
    /// localFile: the program's own on this machine. Where location is a server it takes the loads, and
    /// beside it is the outbox; another file than that is never set aside.
    RunStore(const StoreLocation& location, const QString& localFile,
             std::chrono::milliseconds timeout = kBusyTimeout);
    ~RunStore();
    RunStore(const RunStore&) = delete;
    RunStore& operator=(const RunStore&) = delete;

    /// Opens or makes the database, brings its schema up to date and sends what waits in the outbox. The
    /// program's own file is set aside (never deleted) when it is corrupt, and a new one begun, which
    /// notice() tells; another corrupt file, one of another program, a newer schema, a locked or read-only
    /// file is an Error, and so is a server that refuses or does not answer (Unreachable). The other calls
    /// open by themselves, also when the file was deleted or replaced meanwhile.
    Result<void> open();

    /// Records every question to the database there, which outlives this. Before the first call.
    void timeInto(OperationTimes& times);

    /// What a person should know ("The run store was damaged …", "2 runs wait …"); empty when all is well.
    QString notice() const;

    /// Stores one load; returns its id.
    Result<std::int64_t> recordLoad(const LoadRecord& load);
    /// The newest loads of one recording (all streams), newest first.
    Result<std::vector<LoadRecord>> recentLoads(const QString& path, int limit = 20) const;
    /// Paths by the time of their last load, newest first.
    Result<std::vector<QString>> recentRecordings(int limit = 20) const;

    /// Runs may wait on this machine: the store is on a server.
    bool hasOutbox() const { return m_outbox != nullptr; }
    /// How many runs wait, and why; looks at the outbox only.
    OutboxState outbox() const;
    /// The runs that wait, in no order that means anything; they have no id yet. Looks at the outbox only.
    std::vector<RunRecord> waitingRuns() const;
    /// Sends what waits, and stops where the server cannot be reached. Cancelled between two runs, the rest
    /// waits on.
    OutboxState sendWaiting(const CancelToken& cancel = {});

    // Measured runs; they and observed loads never mix.

    /// Stores a run with all its samples in one transaction; returns its id. A run that is there already (the
    /// same uuid) keeps its id and is not stored again. 0, the id of a run that no store has given one yet:
    /// the server could not take it, so it waits in the outbox, and notice() says so. Error InvalidArgument:
    /// it does not say what was measured.
    Result<std::int64_t> recordRun(const RunRecord& run);
    /// Stores many in one transaction, all or none and without the outbox; returns their ids in order. Error
    /// Cancelled: none was stored.
    Result<std::vector<std::int64_t>> recordRuns(std::span<const RunRecord> runs,
                                                 const CancelToken& cancel = {},
                                                 const ProgressReporter& progress = {});
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

    /// Where it is, without a password.
    QString file() const { return m_database.location().shown(); }

private:
    /// Asks a question of this thread's connection; once more when a server had dropped it. name: what it is
    /// recorded as.
    template <typename Question>
    auto ask(QStringView name, Question question) const -> std::invoke_result_t<Question, QSqlDatabase&>;
    void say(const QString& notice);
    /// What stopped the sending of what waits, for outbox(); empty: nothing.
    void remember(const QString& trouble);

    // Opening is part of every call, reading ones included, hence mutable.
    mutable RunDatabase m_database;
    const std::unique_ptr<RunStore> m_local;   ///< Null for a file.
    const std::unique_ptr<RunOutbox> m_outbox; ///< Null for a file.
    OperationTimes* m_times = nullptr;         ///< May be null.
    std::mutex m_sending;                      ///< One sender at a time, so that each run is told of once.
    mutable std::mutex m_mutex;
    QString m_notice;    ///< About the outbox.
    OutboxState m_tried; ///< Of the last try; its counts mean nothing.
};

} // namespace perihelion
