// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingInspection: everything about the one recording that is selected. Opens it, and completes its index
// in the background (exact times, notes, rate curve) after it has stayed selected for a moment. The newest
// selection wins. Owned by the Datasets page, GUI thread.

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "datasets/index/event_file.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace perihelion {

class DecodePool;
class JobRunner;

class RecordingInspection : public QObject {
    Q_OBJECT

public:
    RecordingInspection(JobRunner& jobs, DecodePool& pool, StoragePaths paths, QObject* parent = nullptr);
    ~RecordingInspection() override;

    /// Turns to a recording and stream ("" is the first); an empty path to none.
    void inspect(const QString& path, const QString& stream = {});
    /// Whether events are counted in the background (exact times, notes, rate curve). On by default.
    void setCountsEvents(bool counts) { m_countsEvents = counts; }
    /// Throws the kept index away and builds it anew.
    void rebuildIndex();

    const QString& path() const { return m_path; }
    const QString& stream() const { return m_stream; }
    const std::optional<RecordingMetadata>& metadata() const { return m_metadata; }
    /// Neither opening nor counting.
    bool isSettled() const { return !m_busy; }

Q_SIGNALS:
    /// Metadata has become known or richer.
    void metadataChanged();
    /// Share of events counted so far, 0 … 1.
    void progressChanged(double share);
    void failed(const perihelion::Error& error);
    /// All is known, but something beside it failed: the index could not be kept.
    void warned(const perihelion::Error& error);
    void settled();

private:
    void begin(bool useKeptIndex);
    void complete(const std::shared_ptr<EventFile>& file);
    void settle();
    void stop();

    JobRunner& m_jobs;
    DecodePool& m_pool;
    StoragePaths m_paths;
    QString m_path;
    QString m_stream;
    std::optional<RecordingMetadata> m_metadata;
    CancelToken m_cancel;
    quint64 m_generation = 0;
    bool m_busy = false;
    bool m_useKeptIndex = true;
    bool m_countsEvents = true;
    QTimer m_dwell;
};

} // namespace perihelion
