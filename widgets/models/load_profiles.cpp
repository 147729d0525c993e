// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/load_profiles.h"

#include "core/base/atomic_file.h"
#include "core/runs/run_store.h"
#include "widgets/models/snapshot.h"

#include <QImage>

#include <algorithm>

namespace perihelion {

namespace {

/// So many runs of the workload are looked through.
constexpr int kLookedThrough = 2000;

Result<LoadComparison> readComparison(const RunStore& store, const std::vector<LoadSubject>& subjects,
                                      const std::vector<QString>& hashes)
{
    RunFilter filter;
    filter.workload = QStringLiteral("dataset-load");
    filter.state = RunState::Finished;
    const Result<std::vector<RunListing>> listed = store.recentRuns(filter, kLookedThrough);
    if (!listed) {
        return listed.error();
    }
    LoadComparison comparison;
    for (std::size_t at = 0; at < subjects.size(); ++at) {
        LoadGroup group;
        group.subject = subjects[at];
        for (std::size_t state = 0; state < kLoadStates.size(); ++state) {
            const QString& hash = hashes[at * kLoadStates.size() + state];
            const auto newest = std::find_if(listed->begin(), listed->end(), [&](const RunListing& run) {
                return run.scenarioHash == hash && run.warmMedian > Nanoseconds(0);
            });
            if (newest == listed->end()) {
                continue;
            }
            const Result<RunRecord> run = store.run(newest->id);
            if (!run) {
                return run.error();
            }
            group.times[state] = LoadTime::of(*run);
        }
        comparison.groups.push_back(std::move(group));
    }
    return comparison;
}

} // namespace

LoadProfiles::LoadProfiles(const WorkloadRegistry& registry, RunStore& store, JobRunner& jobs,
                           QObject* parent)
    : QObject(parent),
      m_registry(registry),
      m_store(store),
      m_job(jobs, JobPool::Store,
            [this](const Result<LoadComparison>& comparison) {
                if (comparison) {
                    m_model.setComparison(*comparison);
                    Q_EMIT shown();
                } else {
                    Q_EMIT failed(comparison.error());
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

void LoadProfiles::show(const std::vector<LoadSubject>& subjects, const Scenario& like)
{
    m_like = like;
    if (subjects != m_subjects) {
        m_subjects = subjects;
        LoadComparison unmeasured;
        for (const LoadSubject& subject : subjects) {
            unmeasured.groups.push_back({subject, {}});
        }
        m_model.setComparison(std::move(unmeasured));
    }
    refresh();
}

void LoadProfiles::plan(const std::vector<LoadSubject>& subjects, const Scenario& like)
{
    stop();
    for (const LoadSubject& subject : subjects) {
        for (const LoadState state : kLoadStates) {
            Result<Scenario> scenario = loadScenario(m_registry, like, subject, state);
            if (!scenario) {
                stop();
                Q_EMIT failed(scenario.error());
                return;
            }
            m_steps.push_back({std::move(*scenario), subject});
        }
    }
    show(subjects, like);
}

bool LoadProfiles::covers(const Scenario& scenario) const
{
    const std::vector<LoadSubject> wanted = loadSubjectsOf(scenario.files(u"files"));
    return std::all_of(wanted.begin(), wanted.end(), [this](const LoadSubject& subject) {
        return std::find(m_subjects.begin(), m_subjects.end(), subject) != m_subjects.end();
    });
}

void LoadProfiles::refresh()
{
    std::vector<QString> hashes;
    for (const LoadSubject& subject : m_subjects) {
        for (const LoadState state : kLoadStates) {
            const Result<Scenario> scenario = loadScenario(m_registry, m_like, subject, state);
            hashes.push_back(scenario ? scenario->hash() : QString());
        }
    }
    m_job.request([&store = m_store, subjects = m_subjects,
                   hashes = std::move(hashes)](const CancelToken&, const ProgressReporter&) {
        return readComparison(store, subjects, hashes);
    });
}

void LoadProfiles::writeTable(const QString& file)
{
    m_writeJob.request([csv = m_model.comparison().toCsv(),
                        file](const CancelToken&, const ProgressReporter&) -> Result<QString> {
        const Result<void> written =
            writeFileAtomically(file, csv.toUtf8(), QStringLiteral("Writing the load times"));
        return written ? Result<QString>(file) : Result<QString>(written.error());
    });
}

void LoadProfiles::writePicture(const QImage& picture, const QString& file)
{
    m_writeJob.request([picture, file](const CancelToken&, const ProgressReporter&) {
        return writeSnapshot(picture, file);
    });
}

void LoadProfiles::skipRecording()
{
    const LoadSubject lost = m_steps[m_at].subject;
    while (isPlanned() && m_steps[m_at].subject == lost) {
        ++m_at;
    }
}

} // namespace perihelion
