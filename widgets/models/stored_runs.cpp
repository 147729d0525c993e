// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/stored_runs.h"

#include "core/base/atomic_file.h"
#include "core/runs/csv_trace.h"
#include "core/runs/run_json.h"
#include "core/runs/run_store.h"

#include <QJsonDocument>

#include <algorithm>

namespace perihelion {

namespace {

/// So many runs of a workload are looked through.
constexpr int kRunLimit = 500;

Result<RunShelf> readShelf(const RunStore& store, const QString& project, const QString& workload,
                           const QString& scenarioHash)
{
    RunFilter filter;
    filter.project = project;
    filter.workload = workload;
    const Result<std::vector<RunListing>> listed = store.recentRuns(filter, kRunLimit);
    if (!listed) {
        return listed.error();
    }
    RunShelf shelf;
    std::copy_if(listed->begin(), listed->end(), std::back_inserter(shelf.runs),
                 [&](const RunListing& run) { return run.scenarioHash == scenarioHash; });
    if (!shelf.runs.empty()) {
        Result<RunRecord> newest = store.run(shelf.runs.front().id);
        if (!newest) {
            return newest.error();
        }
        shelf.newest = std::move(*newest);
    }
    return shelf;
}

} // namespace

StoredRuns::StoredRuns(RunStore& store, JobRunner& jobs, QObject* parent)
    : QObject(parent),
      m_store(store),
      m_shelfJob(jobs, JobPool::Store,
                 [this](const Result<RunShelf>& shelf) {
                     if (shelf) {
                         Q_EMIT shelfReady(*shelf);
                     } else {
                         Q_EMIT failed(shelf.error());
                     }
                 }),
      m_compareJob(jobs, JobPool::Store,
                   [this](const Result<BaselineAnswer>& answer) {
                       if (answer) {
                           Q_EMIT compared(*answer);
                       } else {
                           Q_EMIT failed(answer.error());
                       }
                   }),
      m_writeJob(jobs, JobPool::Store, [this](const Result<QString>& file) {
          if (file) {
              Q_EMIT written(*file);
          } else {
              Q_EMIT failed(file.error());
          }
      })
{
}

void StoredRuns::fetchShelf(const QString& project, const QString& workload, const QString& scenarioHash)
{
    m_shelfJob.request(
        [&store = m_store, project, workload, scenarioHash](const CancelToken&, const ProgressReporter&) {
            return readShelf(store, project, workload, scenarioHash);
        });
}

void StoredRuns::compare(const RunListing& baseline, const RunRecord& run)
{
    m_compareJob.request([&store = m_store, baseline,
                          run](const CancelToken&, const ProgressReporter&) -> Result<BaselineAnswer> {
        const Result<RunRecord> before = store.run(baseline.id);
        if (!before) {
            return before.error();
        }
        return BaselineAnswer{baseline, compareRunTotals(*before, run)};
    });
}

void StoredRuns::writeCsv(const RunRecord& run, const QString& file)
{
    m_writeJob.request([run, file](const CancelToken&, const ProgressReporter&) -> Result<QString> {
        const Result<void> written = appendCsvTrace(file, run);
        return written ? Result<QString>(file) : Result<QString>(written.error());
    });
}

void StoredRuns::writeJson(const RunRecord& run, const QString& file)
{
    m_writeJob.request([run, file](const CancelToken&, const ProgressReporter&) -> Result<QString> {
        const Result<void> written = writeFileAtomically(file, QJsonDocument(runJson(run)).toJson(),
                                                         QStringLiteral("Writing the run"));
        return written ? Result<QString>(file) : Result<QString>(written.error());
    });
}

void StoredRuns::write(const QString& file, const QByteArray& content)
{
    m_writeJob.request([file, content](const CancelToken&, const ProgressReporter&) -> Result<QString> {
        const Result<void> written = writeFileAtomically(file, content, tr("Exporting"));
        return written ? Result<QString>(file) : Result<QString>(written.error());
    });
}

} // namespace perihelion
