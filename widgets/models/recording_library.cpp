// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/recording_library.h"

#include "core/jobs/job_runner.h"
#include "datasets/generate/event_generator.h"

#include <QDir>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QSet>

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

constexpr int kTakeFoundMillis = 80;
constexpr int kRescanDelayMillis = 700;
/// Each watched folder costs an inotify watch, of which a user has only so many.
constexpr qsizetype kMostWatchedFolders = 512;

/// A file named by the person is always listed: if it cannot be read, its card says why.
CatalogEntry entryForFile(const QString& path)
{
    const QFileInfo file(path);
    return CatalogEntry{file.absoluteFilePath(), file.completeBaseName(), file.dir().dirName(),
                        ByteCount{static_cast<std::uint64_t>(std::max<qint64>(0, file.size()))},
                        file.lastModified()};
}

/// What is wrong with a file stands on its card; what is wrong with a folder stays a problem of the page.
void showFilesAsCards(CatalogScan& scan)
{
    std::vector<Error> folderProblems;
    for (Error& problem : scan.problems) {
        if (QFileInfo(problem.subject).isFile()) {
            scan.entries.push_back(entryForFile(problem.subject));
        } else {
            folderProblems.push_back(std::move(problem));
        }
    }
    scan.problems = std::move(folderProblems);
}

} // namespace

RecordingLibrary::RecordingLibrary(JobRunner& jobs, DecodePool& pool, MemoryBudget& memory,
                                   const StoragePaths& paths, QObject* parent)
    : QObject(parent),
      m_jobs(jobs),
      m_paths(paths),
      m_model(memory),
      m_loader(m_model, jobs, pool, paths)
{
    m_foundTimer.setInterval(kTakeFoundMillis);
    connect(&m_foundTimer, &QTimer::timeout, this, &RecordingLibrary::takeFound);
    m_rescanTimer.setSingleShot(true);
    m_rescanTimer.setInterval(kRescanDelayMillis);
    connect(&m_rescanTimer, &QTimer::timeout, this, &RecordingLibrary::rescan);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] { m_rescanTimer.start(); });
}

RecordingLibrary::~RecordingLibrary()
{
    m_scanCancel.cancel();
    m_samplesCancel.cancel();
}

void RecordingLibrary::setSources(const QStringList& folders, const QStringList& files)
{
    m_folders = folders;
    m_files = files;
    rescan();
}

void RecordingLibrary::rescan()
{
    m_rescanTimer.stop();
    m_scanCancel.cancel();
    ++m_scanGeneration;
    m_scanning = true;
    auto found = std::make_shared<Found>();
    m_found = found;
    const auto job =
        m_jobs.run(JobPool::Interactive, JobName{u"Job: scan folders", m_folders.join(u' ')},
                   [folders = m_folders, files = m_files,
                    found](const CancelToken& cancel, const ProgressReporter& report) -> Result<CatalogScan> {
                       CatalogScan whole;
                       if (!folders.isEmpty()) {
                           Result<CatalogScan> scan =
                               scanForRecordings(folders, cancel, report, [&found](const auto& batch) {
                                   const std::lock_guard lock(found->mutex);
                                   found->entries.insert(found->entries.end(), batch.begin(), batch.end());
                               });
                           if (!scan) {
                               return scan.error();
                           }
                           whole = *std::move(scan);
                           showFilesAsCards(whole);
                       }
                       for (const QString& file : files) {
                           whole.entries.push_back(entryForFile(file));
                       }
                       return whole;
                   });
    m_scanCancel = job.cancel;
    auto* watcher = new QFutureWatcher<Result<CatalogScan>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, generation = m_scanGeneration] {
        watcher->deleteLater();
        if (generation == m_scanGeneration) {
            finishScan(watcher->result());
        }
    });
    watcher->setFuture(job.future);
    m_foundTimer.start();
}

void RecordingLibrary::takeFound()
{
    std::vector<CatalogEntry> entries;
    {
        const std::lock_guard lock(m_found->mutex);
        entries.swap(m_found->entries);
    }
    if (!entries.empty()) {
        m_model.addEntries(entries);
        m_loader.schedule();
    }
}

void RecordingLibrary::finishScan(const Result<CatalogScan>& scan)
{
    m_foundTimer.stop();
    m_scanning = false;
    m_problems.clear();
    if (scan) {
        m_problems = scan->problems;
        m_model.setEntries(scan->entries);
        watchFolders();
    } else {
        m_problems.push_back(scan.error());
    }
    m_loader.schedule();
    Q_EMIT scanFinished();
}

void RecordingLibrary::watchFolders()
{
    QSet<QString> wanted(m_folders.begin(), m_folders.end());
    for (const RecordingItem& item : m_model.items()) {
        if (wanted.size() >= kMostWatchedFolders) {
            break;
        }
        wanted.insert(QFileInfo(item.entry.path).absolutePath());
    }
    const QStringList watched = m_watcher.directories();
    QStringList gone;
    std::copy_if(watched.begin(), watched.end(), std::back_inserter(gone),
                 [&wanted](const QString& folder) { return !wanted.contains(folder); });
    if (!gone.isEmpty()) {
        m_watcher.removePaths(gone);
    }
    QStringList fresh;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(fresh), [&watched](const QString& folder) {
        return !watched.contains(folder) && QFileInfo::exists(folder);
    });
    if (!fresh.isEmpty()) {
        m_watcher.addPaths(fresh);
    }
}

void RecordingLibrary::makeSamples()
{
    if (m_makingSamples) {
        return;
    }
    m_makingSamples = true;
    const QString folder = m_paths.sampleDir();
    const auto job = m_jobs.run(JobPool::Background, JobName{u"Job: make samples", folder},
                                [folder](const CancelToken& cancel, const ProgressReporter& report) {
                                    return makeSampleRecordings(folder, cancel, report);
                                });
    m_samplesCancel = job.cancel;
    auto* watcher = new QFutureWatcher<Result<QStringList>>(this);
    connect(watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this, watcher](int permille) { Q_EMIT samplesProgress(permille, watcher->progressText()); });
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, folder] {
        watcher->deleteLater();
        m_makingSamples = false;
        const Result<QStringList> made = watcher->result();
        if (made) {
            Q_EMIT samplesFinished(folder);
        } else {
            Q_EMIT samplesFailed(made.error());
        }
    });
    watcher->setFuture(job.future);
}

void RecordingLibrary::cancelSamples()
{
    m_samplesCancel.cancel();
}

} // namespace perihelion
