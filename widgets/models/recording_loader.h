// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingLoader: decides which recording is looked at next. What is on screen comes first and gets a
// thumbnail; the rest gets its metadata afterwards. Work for cards that were scrolled away is cancelled.
// Results arrive in batches. Owned by RecordingLibrary, GUI thread; the looking happens in background jobs.

#include "core/base/paths.h"
#include "core/jobs/cancel_token.h"
#include "widgets/models/recording_model.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <vector>

namespace perihelion {

class DecodePool;
class JobRunner;

class RecordingLoader : public QObject {
    Q_OBJECT

public:
    RecordingLoader(RecordingModel& model, JobRunner& jobs, DecodePool& pool, StoragePaths paths,
                    QObject* parent = nullptr);
    ~RecordingLoader() override;

    /// Paths on screen in the order they shall be served; thumbnails are made for these when wanted.
    void setVisible(const QStringList& paths, bool wantsThumbnails);
    /// Looks for work again after the model has changed.
    void schedule();
    /// Forgets which thumbnails could not be made, e.g. after the kept ones were deleted.
    void retryThumbnails();

    /// Every visible recording is known, with thumbnail where wanted.
    bool isVisibleSettled() const;
    /// Nothing is left to look at.
    bool isIdle() const;

Q_SIGNALS:
    void visibleSettled();
    void idle();

private:
    struct Running {
        QString path;
        bool thumbnail = false;
        CancelToken cancel;
    };

    void startNext();
    void start(const RecordingItem& item, bool thumbnail);
    void deliver();
    bool needsThumbnail(const QString& path) const;
    bool isRunning(const QString& path) const;
    bool isDelivered(const QString& path) const;

    RecordingModel& m_model;
    JobRunner& m_jobs;
    DecodePool& m_pool;
    StoragePaths m_paths;
    QStringList m_visible;
    bool m_wantsThumbnails = true;
    QSet<QString> m_thumbnailFailed;
    std::vector<Running> m_running;
    std::vector<RecordingPreview> m_finished;
    std::size_t m_nextRow = 0; ///< Rows before it are known; a new scan starts over.
    QTimer m_deliverTimer;
    bool m_wasSettled = false;
    bool m_wasIdle = true;
};

} // namespace perihelion
