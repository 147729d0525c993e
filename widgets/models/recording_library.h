// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingLibrary: the watched folders and single files as one list. Scans in the background, keeps an eye
// on the folders, makes the sample recordings. Owns model and loader. GUI thread.

#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "widgets/models/recording_loader.h"
#include "widgets/models/recording_model.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <memory>
#include <mutex>
#include <vector>

namespace perihelion {

class RecordingLibrary : public QObject {
    Q_OBJECT

public:
    RecordingLibrary(JobRunner& jobs, DecodePool& pool, MemoryBudget& memory, const StoragePaths& paths,
                     QObject* parent = nullptr);
    ~RecordingLibrary() override;

    RecordingModel& model() { return m_model; }
    const RecordingModel& model() const { return m_model; }
    RecordingLoader& loader() { return m_loader; }
    const RecordingLoader& loader() const { return m_loader; }

    /// Folders are searched recursively; files are listed as they are, also when they turn out to be
    /// unreadable.
    void setSources(const QStringList& folders, const QStringList& files);
    const QStringList& folders() const { return m_folders; }
    const QStringList& files() const { return m_files; }
    void rescan();
    bool isScanning() const { return m_scanning; }
    /// Folders that could not be read during the last scan.
    const std::vector<Error>& problems() const { return m_problems; }

    /// Makes the sample recordings in the user's data folder; answers samplesFinished() or samplesFailed().
    void makeSamples();
    void cancelSamples();
    bool isMakingSamples() const { return m_makingSamples; }

Q_SIGNALS:
    void scanFinished();
    void samplesProgress(int permille, const QString& stage);
    void samplesFinished(const QString& folder);
    void samplesFailed(const perihelion::Error& error);

private:
    struct Found {
        std::mutex mutex;
        std::vector<CatalogEntry> entries;
    };

    void takeFound();
    void finishScan(const Result<CatalogScan>& scan);
    void watchFolders();

    JobRunner& m_jobs;
    StoragePaths m_paths;
    RecordingModel m_model;
    RecordingLoader m_loader;
    QStringList m_folders;
    QStringList m_files;
    std::vector<Error> m_problems;
    std::shared_ptr<Found> m_found;
    CancelToken m_scanCancel;
    quint64 m_scanGeneration = 0;
    bool m_scanning = false;
    CancelToken m_samplesCancel;
    bool m_makingSamples = false;
    QTimer m_foundTimer;
    QTimer m_rescanTimer;
    QFileSystemWatcher m_watcher;
};

} // namespace perihelion
