// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/backfill_job.h"

#include "core/git/commit_history.h"
#include "core/runs/run_store.h"

#include <algorithm>

namespace perihelion {

namespace {

/// Those that are meant: the first of every workload, or the named ones.
std::vector<Scenario> wantedOf(const ProjectWorkloads& project, const QString& name)
{
    std::vector<Scenario> wanted;
    for (const CommandSpec& spec : project.project.workloads()) {
        for (const Scenario& scenario : project.scenarios) {
            const bool own = scenario.workload() == spec.name;
            const bool meant =
                name.isEmpty() || name == spec.name || name == QString(spec.name % u'/' % scenario.name());
            if (own && meant) {
                wanted.push_back(scenario);
                break; // Each workload begins with the scenario that is meant where none is named.
            }
        }
    }
    return wanted;
}

/// Of a wish for the last commits, its range: after the one before them, or everything where there are no
/// more.
Result<QString> rangeOfLast(const CommitHistory& history, std::size_t count, const CancelToken& cancel)
{
    const auto commits = history.firstParents(QStringLiteral("HEAD"), count + 1, cancel);
    if (!commits) {
        return commits.error();
    }
    if (commits->empty()) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("The project has no commit yet; commit its files first"), history.root()};
    }
    return commits->size() > count ? QString(commits->back().hash % u"..HEAD") : QStringLiteral("HEAD");
}

} // namespace

Result<QString> usualRange(const CommitHistory& history, std::size_t commits, const CancelToken& cancel)
{
    const auto current = history.currentBranch(cancel);
    const auto branches = history.branches(cancel);
    if (!current || !branches) {
        return current ? branches.error() : current.error();
    }
    for (const QString& main : {QStringLiteral("main"), QStringLiteral("master")}) {
        if (!branches->contains(main) || *current == main) {
            continue;
        }
        const auto own = history.firstParentsSince(main, QStringLiteral("HEAD"), cancel);
        if (!own) {
            return own.error();
        }
        if (!own->empty()) {
            return QString(main % u"..HEAD");
        }
    }
    const auto last = history.firstParents(QStringLiteral("HEAD"), commits + 1, cancel);
    if (!last) {
        return last.error();
    }
    return last->size() > commits ? QStringLiteral("HEAD~%1..HEAD").arg(commits) : QStringLiteral("HEAD");
}

Result<BackfillDraft> draftBackfill(const BackfillWish& wish, const QString& scenarioDir,
                                    const RunStore& store, const MachineDescription& machine,
                                    const CancelToken& cancel)
{
    auto project = readProjectWorkloads(wish.folder, scenarioDir, cancel);
    if (!project) {
        return project.error();
    }
    const auto history = CommitHistory::open(project->project.folder(), cancel);
    if (!history) {
        return history.error();
    }
    const auto range = wish.lastCommits > 0 ? rangeOfLast(*history, wish.lastCommits, cancel)
                                            : Result<QString>(wish.range.trimmed());
    if (!range) {
        return range.error();
    }
    BackfillRequest request;
    request.range = *range;
    request.scenarios = wantedOf(*project, wish.workload);
    if (request.scenarios.empty()) {
        return Error{ErrorCode::InvalidArgument, QString(u"The project has no workload " % wish.workload),
                     project->project.folder()};
    }
    request.plan = wish.plan;
    request.order = wish.order;
    request.retryFailed = wish.retryFailed;
    auto plan = planBackfill(project->project, request, &store, machine, cancel);
    if (!plan) {
        return plan.error();
    }
    const auto usual = usualRange(*history, kUsualCommits, cancel);
    if (!usual) {
        return usual.error();
    }
    return BackfillDraft{std::move(*project), std::move(request), std::move(*plan), *usual};
}

BackfillJob::BackfillJob(const AppServices& services, QObject* parent)
    : QObject(parent),
      m_services(services),
      m_outlet(std::make_shared<PageOutlet<BackfillJob>>(this)),
      m_planJob(
          services.jobs, JobPool::Store,
          [this](const Result<BackfillDraft>& draft) {
              draft ? Q_EMIT planned(*draft) : Q_EMIT planFailed(draft.error());
          },
          u"Job: plan missing commits")
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &BackfillJob::finish);
}

BackfillJob::~BackfillJob()
{
    cancel();
    m_outlet->close();
}

void BackfillJob::plan(const BackfillWish& wish)
{
    const auto machine =
        m_services.measuring ? m_services.measuring->machine : [] { return MachineDescription::current(); };
    m_planJob.supersede([wish, machine, scenarios = m_services.paths.scenarioDir(),
                         &store = m_services.runStore](const CancelToken& cancel, const ProgressReporter&) {
        return draftBackfill(wish, scenarios, store, machine(), cancel);
    });
}

void BackfillJob::start(const BackfillDraft& draft)
{
    if (isRunning() || !m_services.measuring) {
        return;
    }
    m_ending = false;
    m_control.emplace();
    BackfillObserver observer;
    observer.progress = [outlet = m_outlet](const BackfillProgress& progress) {
        outlet->post([progress](BackfillJob& job) { Q_EMIT job.progressed(progress); });
    };
    observer.commitDone = [outlet = m_outlet](const MeasuredCommit& commit) {
        outlet->post([commit](BackfillJob& job) { Q_EMIT job.commitDone(commit); });
    };
    const auto job = m_services.jobs.run(
        JobPool::Measuring, JobName{u"Profile: missing commits", draft.project.project.name()},
        [draft, observer, control = *m_control, &store = m_services.runStore,
         surroundings = MeasuringSurroundings{m_services.paths.worktreeDir(), *m_services.measuring}](
            const CancelToken& cancel, const ProgressReporter&) {
            // Either token ends it: the dialog's, or that of a program that is closing.
            const CancelToken either = CancelToken::alsoWhen(
                [cancel, own = control.cancelToken()] { return cancel.isCancelled() || own.isCancelled(); });
            return runBackfill(draft.project.project, draft.request, draft.plan, surroundings,
                               control.withToken(either), observer, store);
        });
    m_watcher.setFuture(job.future);
}

void BackfillJob::setPaused(bool paused)
{
    if (m_control) {
        paused ? m_control->pause() : m_control->resume();
    }
}

void BackfillJob::cancel()
{
    if (m_control) {
        m_ending = true;
        m_control->cancel();
    }
}

void BackfillJob::finish()
{
    const Result<BackfillReport> result = jobResult(m_watcher.future());
    m_control.reset();
    m_ending = false;
    result ? Q_EMIT finished(*result) : Q_EMIT failed(result.error());
}

} // namespace perihelion
