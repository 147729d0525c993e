// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/commit_measurement.h"

#include "core/projects/command_process.h"
#include "core/runs/run_store.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUuid>

#include <utility>

namespace perihelion {

namespace {

/// A program that is looked for in PATH and is not there.
bool isMissing(const QString& program)
{
    return !program.contains(u'/') && QStandardPaths::findExecutable(program).isEmpty();
}

QString otherCommit(const RunRecord& run)
{
    return QStringLiteral("The build checked out another commit, %1").arg(run.commit.left(12));
}

QDateTime now()
{
    return QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch(), Qt::UTC);
}

} // namespace

CommitMeasurement::CommitMeasurement(const Project& project, QString branch,
                                     std::unique_ptr<ProjectWorktree> worktree)
    : m_project(project),
      m_branch(std::move(branch)),
      m_worktree(std::move(worktree))
{
}

Result<std::unique_ptr<CommitMeasurement>> CommitMeasurement::begin(const Project& project,
                                                                    const QString& branch,
                                                                    const MeasuringSurroundings& surroundings,
                                                                    const CancelToken& cancel,
                                                                    WorktreePlace place)
{
    if (!project.buildCommand().isEmpty() && isMissing(project.buildCommand().first())) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("The program that builds the project is not installed"),
                     project.buildCommand().first()};
    }
    auto worktree = ProjectWorktree::make(project, surroundings.worktreeDir, cancel, place);
    if (!worktree) {
        return worktree.error();
    }
    std::unique_ptr<CommitMeasurement> made(new CommitMeasurement(project, branch, std::move(*worktree)));
    const ProjectWorktree& tree = *made->m_worktree;
    const auto there =
        Project::fromJson(project.definition(), QDir(tree.folder()).filePath(Project::kFileName));
    if (!there) {
        return there.error();
    }
    if (const Result<void> added = there->addTo(made->m_registry); !added) {
        return added.error();
    }
    made->m_environment = surroundings.profile;
    made->m_environment.arguments +=
        {QStringLiteral("--project"), tree.folder(), QStringLiteral("--project-file"), tree.projectFile()};
    return made;
}

Result<QString> CommitMeasurement::build(const Commit& commit, const CancelToken& cancel, const Steps& steps)
{
    if (m_built.hash == commit.hash) {
        return m_failure;
    }
    m_built = {};
    if (steps.checkingOut) {
        steps.checkingOut();
    }
    if (const Result<void> done = m_worktree->checkOut(commit.hash, cancel); !done) {
        return done.error();
    }
    const Result<QString> missing = m_worktree->fillSubmodules(cancel);
    if (!missing || !missing->isEmpty()) {
        m_built = missing ? commit : Commit();
        m_failure = missing ? *missing : QString();
        return missing;
    }
    if (steps.building) {
        steps.building();
    }
    const Result<QString> failure = buildCheckedOut(cancel);
    if (!failure) {
        return failure;
    }
    m_failure = *failure;
    m_built = commit;
    return m_failure;
}

Result<QString> CommitMeasurement::buildCheckedOut(const CancelToken& cancel)
{
    const QString folder = m_worktree->folder();
    if (!QFileInfo(folder).isDir()) {
        return QStringLiteral("This commit has no folder %1")
            .arg(QDir(m_worktree->root()).relativeFilePath(folder));
    }
    if (m_project.buildCommand().isEmpty()) {
        return QString();
    }
    CommandRequest request;
    request.command = m_project.buildCommand();
    request.folder = folder;
    request.environment.insert(ProjectWorktree::markName(), m_worktree->root());
    request.timeLimit = m_project.buildLimit();
    request.outputLimit = 1 << 16;
    request.keepTail = true; // A build may say as much as it likes.
    const Result<CommandOutcome> outcome = runCommand(request, cancel);
    if (!outcome) {
        if (outcome.error().code == ErrorCode::Cancelled) {
            return outcome.error();
        }
        return QString(u"The build failed: " % outcome.error().sentence());
    }
    QString failure = outcome->failure();
    if (failure.isEmpty()) {
        return QString();
    }
    const QString command = QStringLiteral("The command ");
    if (failure.startsWith(command)) {
        failure = QString(u"it " % failure.mid(command.size()));
    }
    return QString(u"The build failed: " % failure);
}

Result<RunRecord> CommitMeasurement::profileAny(const Scenario& scenario, const RunPlan& plan,
                                                const ProfileControl& control,
                                                const ProfileObserver& observer) const
{
    ProfileRequest request;
    request.scenario = scenario;
    request.plan = plan;
    Result<RunRecord> run = ProfileRunner(m_registry, m_environment).run(request, control, observer);
    if (!run) {
        return run;
    }
    // What the worktree cannot know of itself.
    run->project = m_project.identity();
    run->branch = m_branch;
    if (run->dirty && run->commit == m_built.hash) {
        run->dirty = false; // It is this commit; its own build changed the files.
        run->warnings.removeAll(QStringLiteral("The project has changes that no commit holds"));
        run->notes.removeIf([](const QString& note) { return note.startsWith(u"SHA-256 of the changes"); });
        run->warnings.append(QStringLiteral("The build changed files of the commit"));
    }
    return run;
}

Result<RunRecord> CommitMeasurement::profile(const Scenario& scenario, const RunPlan& plan,
                                             const ProfileControl& control,
                                             const ProfileObserver& observer) const
{
    Result<RunRecord> run = profileAny(scenario, plan, control, observer);
    if (run && run->commit != m_built.hash) {
        return Error{ErrorCode::Io, otherCommit(*run), m_built.hash.left(12)};
    }
    return run;
}

Result<RunRecord> CommitMeasurement::measure(const Scenario& scenario, const RunPlan& plan,
                                             const ProfileControl& control, const ProfileObserver& observer,
                                             RunStore& store)
{
    Result<RunRecord> run = profileAny(scenario, plan, control, observer);
    if (!run) {
        return run;
    }
    if (run->commit != m_built.hash) {
        return storeGap(m_built, scenario, plan, otherCommit(*run), store);
    }
    const Result<std::int64_t> id = store.recordRun(*run);
    if (!id) {
        return id.error();
    }
    run->id = *id;
    return run;
}

Result<RunRecord> CommitMeasurement::storeGap(const Commit& commit, const Scenario& scenario,
                                              const RunPlan& plan, const QString& reason,
                                              RunStore& store) const
{
    RunRecord run;
    run.uuid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    run.project = m_project.identity();
    run.workload = scenario.workload();
    run.workloadVersion = m_registry.find(scenario.workload())->version();
    run.scenario = scenario.name();
    run.scenarioHash = scenario.hash();
    run.parameters = scenario.values();
    run.started = now();
    run.finished = run.started;
    run.state = RunState::BuildFailed;
    run.commit = commit.hash;
    run.commitTime = commit.committed;
    run.branch = m_branch;
    run.failure = reason;
    run.plan = plan;
    run.machine = m_environment.machine();
    // Of this program, which is not what was to be measured; so do the runs of a project leave them out.
    run.machine.buildType.clear();
    run.machine.compiler.clear();
    const Result<std::int64_t> id = store.recordRun(run);
    if (!id) {
        return id.error();
    }
    run.id = *id;
    return run;
}

} // namespace perihelion
