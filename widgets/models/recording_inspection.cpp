// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/recording_inspection.h"

#include "core/jobs/job_runner.h"

#include <QFutureWatcher>

#include <utility>

namespace perihelion {

namespace {

/// Moving through the menu with the arrow keys opens nothing that is passed over faster than this.
constexpr int kDwellMillis = 120;

} // namespace

RecordingInspection::RecordingInspection(JobRunner& jobs, DecodePool& pool, StoragePaths paths,
                                         QObject* parent)
    : QObject(parent),
      m_jobs(jobs),
      m_pool(pool),
      m_paths(std::move(paths))
{
    m_dwell.setSingleShot(true);
    m_dwell.setInterval(kDwellMillis);
    connect(&m_dwell, &QTimer::timeout, this, [this] { begin(m_useKeptIndex); });
}

RecordingInspection::~RecordingInspection()
{
    m_cancel.cancel();
}

void RecordingInspection::stop()
{
    m_cancel.cancel();
    m_cancel = CancelToken();
    ++m_generation;
    m_dwell.stop();
}

void RecordingInspection::inspect(const QString& path, const QString& stream)
{
    if (path == m_path && stream == m_stream) {
        return;
    }
    stop();
    m_path = path;
    m_stream = stream;
    m_metadata.reset();
    m_useKeptIndex = true;
    m_busy = !path.isEmpty();
    if (m_busy) {
        m_dwell.start();
    } else {
        Q_EMIT settled();
    }
}

void RecordingInspection::rebuildIndex()
{
    if (m_path.isEmpty()) {
        return;
    }
    stop();
    m_busy = true;
    begin(false);
}

void RecordingInspection::begin(bool useKeptIndex)
{
    OpenOptions options;
    options.stream = m_stream;
    options.indexDir = m_paths.indexDir();
    options.useKeptIndex = useKeptIndex;
    options.times = m_jobs.operationTimes();
    const auto job = m_jobs.run(JobPool::Interactive, JobName{u"Job: inspect a recording", m_path},
                                [path = m_path, options](const CancelToken&, const ProgressReporter&) {
                                    return EventFile::open(path, options);
                                });
    using Opened = Result<std::shared_ptr<EventFile>>;
    auto* watcher = new QFutureWatcher<Opened>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, generation = m_generation] {
        watcher->deleteLater();
        if (generation != m_generation) {
            return;
        }
        const Opened opened = watcher->result();
        if (!opened) {
            settle();
            Q_EMIT failed(opened.error());
            return;
        }
        m_metadata = (*opened)->metadata();
        Q_EMIT metadataChanged();
        if (!m_countsEvents || (*opened)->isIndexComplete()) {
            settle();
        } else {
            complete(*opened);
        }
    });
    watcher->setFuture(job.future);
}

void RecordingInspection::complete(const std::shared_ptr<EventFile>& file)
{
    const auto job =
        m_jobs.run(JobPool::Background, JobName{u"Job: index a recording", m_path},
                   [file, &pool = m_pool](const CancelToken& cancel, const ProgressReporter& report) {
                       return file->completeIndex(pool, cancel, report);
                   });
    m_cancel = job.cancel;
    auto* watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this, generation = m_generation](int permille) {
                if (generation == m_generation) {
                    Q_EMIT progressChanged(permille / 1000.0);
                }
            });
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, file, generation = m_generation] {
        watcher->deleteLater();
        if (generation != m_generation) {
            return;
        }
        const Result<void> counted = watcher->result();
        const bool complete = file->isIndexComplete(); // Also when only keeping it failed, on a full disk.
        if (complete) {
            m_metadata = file->metadata();
            Q_EMIT metadataChanged();
        }
        settle();
        if (!counted && counted.error().code != ErrorCode::Cancelled) {
            if (complete) {
                Q_EMIT warned(counted.error());
            } else {
                Q_EMIT failed(counted.error());
            }
        }
    });
    watcher->setFuture(job.future);
}

void RecordingInspection::settle()
{
    m_busy = false;
    Q_EMIT settled();
}

} // namespace perihelion
