// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EventFile: an open recording: layout, sensor, count, duration, storage, chunk index; no event data. Opened
// with a kept index it does not even touch the HDF5 library. Shared by everyone who reads from it;
// thread-safe. Events are read through LazyFrame (datasets/frames).

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"
#include "core/measure/load_phases.h"
#include "datasets/index/reading_times.h"
#include "datasets/layouts/recording_metadata.h"

#include <QString>

#include <memory>
#include <mutex>

namespace perihelion {

class ChunkIndex;
class DecodePool;

struct OpenOptions {
    QString stream;                  ///< Which stream of a file with several; empty for the first.
    QString indexDir;                ///< Where kept indexes live; empty: neither read nor written.
    bool useKeptIndex = true;        ///< False: build anew even if a kept one is valid (it is then replaced).
    OperationTimes* times = nullptr; ///< Where all reading is timed; outlives the file. Null: nowhere.
};

class EventFile {
public:
    /// Opens and recognises a recording. Reads no events beyond what first and last time need. Errors: those
    /// of Hdf5File::open, UnsupportedLayout (HDF5 without events), NoEvents, UnsupportedFilter, Corrupt.
    static Result<std::shared_ptr<EventFile>> open(const QString& path, const OpenOptions& options = {});
    ~EventFile();
    EventFile(const EventFile&) = delete;
    EventFile& operator=(const EventFile&) = delete;

    /// Where whatever is read of it is timed.
    const ReadingTimes& times() const { return m_times; }

    /// A snapshot; grows richer when completeIndex() has run.
    RecordingMetadata metadata() const;
    const QString& path() const;
    IndexState indexState() const { return m_indexState; }
    /// Phases open and index of the opening itself.
    LoadPhases openPhases() const { return m_phases; }

    /// Looks once at every event: exact time bounds of every chunk, order, sensor bounds, holes, rate curve.
    /// Keeps the result in the index folder; when only that fails, the Error says so and isIndexComplete() is
    /// true. Returns at once when it is already complete. Cancelled leaves what was there. Progress counts
    /// events. Safe to run while others read.
    Result<void> completeIndex(DecodePool& pool, const CancelToken& cancel = {},
                               const ProgressReporter& report = {});
    bool isIndexComplete() const;
    /// True when times are known to step backwards: answers given before this was known may miss events.
    bool isKnownUnsorted() const;
    /// Writes what is known to the index folder now; completeIndex() does it by itself.
    Result<void> keepIndex() const;

    /// Error when the file on disk is no longer the one that was opened (deleted, replaced, grown,
    /// truncated).
    Result<void> checkUnchanged() const;

    const ChunkIndex& index() const { return *m_index; }
    std::shared_ptr<const ChunkIndex> sharedIndex() const { return m_index; }

private:
    explicit EventFile(std::shared_ptr<ChunkIndex> index);
    static Result<std::shared_ptr<EventFile>> openNow(const QString& path, const OpenOptions& options);

    std::shared_ptr<ChunkIndex> m_index;
    QString m_indexPath;
    ReadingTimes m_times;
    IndexState m_indexState = IndexState::Built;
    LoadPhases m_phases;
    std::mutex m_completion; ///< One completion at a time.
};

} // namespace perihelion
