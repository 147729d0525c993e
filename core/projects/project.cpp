// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/project.h"

#include "core/git/commit_history.h"
#include "core/projects/command_workload.h"
#include "core/projects/project_file.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace perihelion {

namespace {

constexpr qint64 kMaxProjectFileBytes = 1 << 20;

} // namespace

const QString Project::kFileName = QStringLiteral("perihelion.json");

Result<Project> Project::open(const QString& folder, const CancelToken& cancel)
{
    const QString absolute = QFileInfo(folder).absoluteFilePath();
    if (!QFileInfo(absolute).isDir()) {
        return Error{ErrorCode::NotFound, QStringLiteral("There is no such project folder"), absolute};
    }
    return openAs(absolute, QDir(absolute).filePath(kFileName), cancel);
}

Result<Project> Project::openAs(const QString& folder, const QString& path, const CancelToken& cancel)
{
    QByteArray text("{}");
    QFile file(path);
    const bool isThere = file.exists();
    if (isThere) {
        if (!file.open(QIODevice::ReadOnly)) {
            return Error{ErrorCode::PermissionDenied,
                         QString(u"Reading the project file failed: " % file.errorString()), path};
        }
        if (file.size() > kMaxProjectFileBytes) {
            return Error{ErrorCode::TooLarge,
                         QStringLiteral("Reading the project file failed: it is larger than 1 MiB"), path};
        }
        text = file.readAll();
    }
    Result<Project> project = fromJson(text, QDir(folder).filePath(kFileName));
    if (!project) {
        return project;
    }
    project->m_definition = isThere ? text : QByteArray();
    if (const Result<void> known = project->identify(cancel); !known) {
        return known.error();
    }
    return project;
}

Result<Project> Project::fromJson(const QByteArray& text, const QString& file)
{
    Result<ProjectFile> read = readProjectFile(text, file);
    if (!read) {
        return read.error();
    }
    Project project;
    project.m_folder = QFileInfo(file).absolutePath();
    project.m_name = read->name;
    project.m_build = std::move(read->build);
    project.m_buildLimit = read->buildLimit;
    project.m_workloads = std::move(read->workloads);
    return project;
}

Result<void> Project::identify(const CancelToken& cancel)
{
    const GitProgram git(m_folder);
    const auto common = git.output({QStringLiteral("rev-parse"), QStringLiteral("--path-format=absolute"),
                                    QStringLiteral("--git-common-dir")},
                                   cancel);
    if (!common) {
        return common.error();
    }
    if (m_name.isEmpty()) {
        // Of the repository, not of this checkout: a worktree elsewhere is the same project.
        const QDir shared(QString::fromLocal8Bit(*common).trimmed());
        m_name = shared.dirName() == u".git" ? QFileInfo(shared.path()).dir().dirName() : shared.dirName();
    }
    const auto first =
        git.ask({QStringLiteral("log"), QStringLiteral("--first-parent"), QStringLiteral("--max-parents=0"),
                 QStringLiteral("--format=%at %s"), QStringLiteral("HEAD")},
                cancel);
    if (!first) {
        return first.error();
    }
    m_identity = m_name;
    if (first->status == 0 && !first->output.trimmed().isEmpty()) {
        const QByteArray root = first->output.trimmed().split('\n').last();
        m_identity +=
            QString(u'@' % QString::fromLatin1(
                               QCryptographicHash::hash(root, QCryptographicHash::Sha256).toHex().left(12)));
    }
    return {};
}

Result<MeasuredCode> Project::code(const CancelToken& cancel) const
{
    const auto history = CommitHistory::open(m_folder, cancel);
    if (!history) {
        return history.error();
    }
    const auto state = history->checkoutState(cancel);
    if (!state) {
        return state.error();
    }
    MeasuredCode code;
    code.project = m_identity;
    code.commit = state->commit;
    code.dirty = state->dirty;
    code.diffHash = state->diffHash;
    if (!state->commit.isEmpty()) {
        const auto commit = history->commit(state->commit, cancel);
        if (!commit) {
            return commit.error();
        }
        code.commitTime = commit->committed;
    }
    const auto branch = history->currentBranch(cancel);
    if (!branch) {
        return branch.error();
    }
    code.branch = branch->value_or(QString());
    return code;
}

Result<void> Project::addTo(WorkloadRegistry& registry) const
{
    for (const CommandSpec& spec : m_workloads) {
        if (registry.find(spec.name) != nullptr) {
            return Error{ErrorCode::InvalidArgument,
                         QString(u"The project names a workload " % spec.name %
                                 u", but there is one of that name already; give it another name"),
                         QDir(m_folder).filePath(kFileName)};
        }
    }
    for (const CommandSpec& spec : m_workloads) {
        registry.add(std::make_unique<CommandWorkload>(*this, spec));
    }
    return {};
}

} // namespace perihelion
