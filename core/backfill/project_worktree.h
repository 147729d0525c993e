// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProjectWorktree: a checkout of a project beside the person's own, as a detached git worktree in the cache
// folder. Its path is the same every time, so that a compiler cache knows its files again. One program uses
// it at a time; it is removed at the end, and one that a killed program left is removed first. Of the
// person's repository it touches nothing but git's list of worktrees; no hook runs.

#include "core/backfill/submodule_checkout.h"
#include "core/base/file_descriptor.h"
#include "core/base/result.h"
#include "core/git/git_program.h"
#include "core/jobs/cancel_token.h"
#include "core/projects/project.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace perihelion {

/// Which of the worktrees of a project: two commits that are measured in turn stand side by side.
enum class WorktreePlace { First, Second };

class ProjectWorktree {
public:
    /// Makes it, with nothing checked out. parent: folder of all worktrees. Errors: Io (another program uses
    /// it, the folder cannot be made), those of git, Cancelled.
    static Result<std::unique_ptr<ProjectWorktree>> make(const Project& project, const QString& parent,
                                                         const CancelToken& cancel,
                                                         WorktreePlace place = WorktreePlace::First);
    /// As remove(), without a word.
    ~ProjectWorktree();
    ProjectWorktree(const ProjectWorktree&) = delete;
    ProjectWorktree& operator=(const ProjectWorktree&) = delete;

    /// Top of the worktree.
    const QString& root() const { return m_root; }
    /// The project in it: a folder below root() for a project that is a part of its repository. A commit need
    /// not have it.
    QString folder() const;
    /// The project file as it was when the worktree was made, outside of it; it tells what is built and
    /// measured, whatever file a commit has.
    const QString& projectFile() const { return m_projectFile; }
    /// Name and value of a variable for everything that is started to work in it: what a killed program left
    /// running is found by it.
    static QString markName() { return QStringLiteral("PERIHELION_WORKTREE"); }

    /// The files of a commit and no others: what an earlier build left is gone, and so are submodules. Errors
    /// of git, Io, Cancelled.
    Result<void> checkOut(const QString& commit, const CancelToken& cancel);
    /// Brings up the submodules of the commit that is checked out. Returns why one cannot be had, one
    /// sentence; empty when all are there. Errors: Io, Cancelled.
    Result<QString> fillSubmodules(const CancelToken& cancel) { return m_submodules.fill(cancel); }
    /// Takes it from the disk and from git's list; not to be cancelled. Error Io: something is left.
    Result<void> remove();

private:
    ProjectWorktree(QString repository, QString root, QString prefix, int lock);

    Result<void> add(const CancelToken& cancel);

    QString m_repository; ///< The person's checkout, where git is asked.
    QString m_root;
    QString m_prefix; ///< Path of the project within the repository; empty at its top.
    QString m_projectFile;
    SubmoduleCheckout m_submodules;
    FileDescriptor m_lock;
    bool m_added = false;
};

} // namespace perihelion
