// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/recording_loader.h"

#include "core/jobs/job_runner.h"
#include "widgets/models/thumbnail.h"

#include <QFutureWatcher>
#include <QThread>

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

constexpr int kDeliverMillis = 40;

std::size_t maxRunning()
{
    // As many as the background pool has threads: a longer queue there could not be reordered.
    return static_cast<std::size_t>(std::max(1, QThread::idealThreadCount() / 2));
}

} // namespace

RecordingLoader::RecordingLoader(RecordingModel& model, JobRunner& jobs, DecodePool& pool, StoragePaths paths,
                                 QObject* parent)
    : QObject(parent),
      m_model(model),
      m_jobs(jobs),
      m_pool(pool),
      m_paths(std::move(paths))
{
    m_deliverTimer.setSingleShot(true);
    m_deliverTimer.setInterval(kDeliverMillis);
    connect(&m_deliverTimer, &QTimer::timeout, this, &RecordingLoader::deliver);
}

RecordingLoader::~RecordingLoader()
{
    for (Running& running : m_running) {
        running.cancel.cancel();
    }
}

void RecordingLoader::setVisible(const QStringList& paths, bool wantsThumbnails)
{
    m_visible = paths;
    m_wantsThumbnails = wantsThumbnails;
    for (Running& running : m_running) {
        if (running.thumbnail && (!wantsThumbnails || !paths.contains(running.path))) {
            running.cancel.cancel();
        }
    }
    schedule();
}

void RecordingLoader::schedule()
{
    m_nextRow = 0;
    m_wasSettled = false;
    m_wasIdle = false;
    startNext();
    // Also tells listeners when there was nothing to do, from the event loop as always.
    if (!m_deliverTimer.isActive()) {
        m_deliverTimer.start();
    }
}

void RecordingLoader::retryThumbnails()
{
    m_thumbnailFailed.clear();
    schedule();
}

bool RecordingLoader::isRunning(const QString& path) const
{
    return std::any_of(m_running.begin(), m_running.end(),
                       [&path](const Running& running) { return running.path == path; });
}

bool RecordingLoader::isDelivered(const QString& path) const
{
    return std::none_of(m_finished.begin(), m_finished.end(),
                        [&path](const RecordingPreview& preview) { return preview.path == path; });
}

bool RecordingLoader::needsThumbnail(const QString& path) const
{
    const RecordingItem* item = m_model.itemAt(path);
    return m_wantsThumbnails && item != nullptr && item->state != RecordingState::Failed &&
           !m_model.hasThumbnail(path) && !m_thumbnailFailed.contains(path);
}

bool RecordingLoader::isVisibleSettled() const
{
    return std::all_of(m_visible.begin(), m_visible.end(), [this](const QString& path) {
        const RecordingItem* item = m_model.itemAt(path);
        return item == nullptr || (item->state != RecordingState::Waiting && !needsThumbnail(path));
    });
}

bool RecordingLoader::isIdle() const
{
    return m_running.empty() && m_finished.empty() && m_model.waitingCount() == 0 && isVisibleSettled();
}

void RecordingLoader::startNext()
{
    const auto free = [this](const QString& path) { return !isRunning(path) && isDelivered(path); };
    for (const QString& path : std::as_const(m_visible)) {
        if (m_running.size() >= maxRunning()) {
            return;
        }
        const RecordingItem* item = m_model.itemAt(path);
        const bool thumbnail = needsThumbnail(path);
        if (item != nullptr && (item->state == RecordingState::Waiting || thumbnail) && free(path)) {
            start(*item, thumbnail);
        }
    }
    const std::vector<RecordingItem>& items = m_model.items();
    while (m_running.size() < maxRunning() && m_nextRow < items.size()) {
        const RecordingItem& item = items.at(m_nextRow++);
        if (item.state == RecordingState::Waiting && free(item.entry.path)) {
            start(item, false);
        }
    }
}

void RecordingLoader::start(const RecordingItem& item, bool thumbnail)
{
    const PreviewRequest request{item.entry, m_paths, thumbnail, m_jobs.operationTimes()};
    const Job<RecordingPreview> job =
        m_jobs.run(JobPool::Background,
                   JobName{thumbnail ? u"Job: thumbnail" : u"Job: look at a recording", item.entry.path},
                   [request, &pool = m_pool](const CancelToken& cancel, const ProgressReporter&) {
                       return loadPreview(request, pool, cancel);
                   });
    m_running.push_back(Running{item.entry.path, thumbnail, job.cancel});
    auto* watcher = new QFutureWatcher<Result<RecordingPreview>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, path = item.entry.path] {
        std::erase_if(m_running, [&path](const Running& running) { return running.path == path; });
        const Result<RecordingPreview> result = watcher->result();
        if (result) {
            if (result->thumbnailTried && result->thumbnail.isNull()) {
                m_thumbnailFailed.insert(path);
            }
            m_finished.push_back(*result);
        } else {
            // Cancelled because it was scrolled away: the row still waits for its metadata.
            m_nextRow = 0;
        }
        watcher->deleteLater();
        if (!m_deliverTimer.isActive()) {
            m_deliverTimer.start();
        }
        startNext();
    });
    watcher->setFuture(job.future);
}

void RecordingLoader::deliver()
{
    if (!m_finished.empty()) {
        const std::vector<RecordingPreview> finished = std::exchange(m_finished, {});
        m_model.applyPreviews(finished);
    }
    startNext();
    if (!m_wasSettled && isVisibleSettled()) {
        m_wasSettled = true;
        Q_EMIT visibleSettled();
    }
    if (!m_wasIdle && isIdle()) {
        m_wasIdle = true;
        Q_EMIT idle();
    }
}

} // namespace perihelion
