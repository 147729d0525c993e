// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/project_worktree.h"

#include "core/backfill/leftover_processes.h"
#include "core/base/atomic_file.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

namespace perihelion {

namespace {

/// Letters that every build tool takes in a path.
QString plainName(const QString& name)
{
    QString plain;
    const QString start = name.left(40);
    for (const QChar letter : start) {
        const bool good = letter.unicode() < 128 && (letter.isLetterOrNumber() || letter == u'-');
        plain += good ? letter : QChar(u'_');
    }
    return plain;
}

} // namespace

ProjectWorktree::ProjectWorktree(QString repository, QString root, QString prefix, int lock)
    : m_repository(std::move(repository)),
      m_root(std::move(root)),
      m_prefix(std::move(prefix)),
      m_projectFile(QString(m_root % u".json")),
      m_submodules(m_repository, m_root),
      m_lock(lock)
{
}

ProjectWorktree::~ProjectWorktree()
{
    if (m_added) {
        (void)remove();
    }
}

QString ProjectWorktree::folder() const
{
    return m_prefix.isEmpty() ? m_root : QDir(m_root).filePath(m_prefix);
}

Result<std::unique_ptr<ProjectWorktree>> ProjectWorktree::make(const Project& project, const QString& parent,
                                                               const CancelToken& cancel, WorktreePlace place)
{
    const GitProgram git(project.folder());
    const auto repository = git.output({QStringLiteral("rev-parse"), QStringLiteral("--path-format=absolute"),
                                        QStringLiteral("--git-common-dir"), QStringLiteral("--show-prefix")},
                                       cancel);
    if (!repository) {
        return repository.error();
    }
    const QStringList lines = QString::fromLocal8Bit(*repository).split(u'\n');
    const QString prefix = QDir::cleanPath(lines.value(1));
    // Both paths are of one length: it alone can change what a program takes.
    const QString second = place == WorktreePlace::Second ? QStringLiteral("\nsecond") : QString();
    const QByteArray key = QFile::encodeName(QString(lines.value(0) % u'\n' % prefix % second));
    const QString digest =
        QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(12));
    const QString root = QDir(QFileInfo(parent).absoluteFilePath())
                             .filePath(QString(plainName(project.name()) % u'-' % digest));
    if (!QDir().mkpath(parent)) {
        return Error{ErrorCode::Io, QStringLiteral("Making the folder for worktrees failed"), parent};
    }
    const QString lockFile = QString(root % u".lock");
    const int lock = ::open(QFile::encodeName(lockFile).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    std::unique_ptr<ProjectWorktree> made(
        new ProjectWorktree(project.folder(), root, prefix == u"." ? QString() : prefix, lock));
    if (!made->m_lock.isOpen()) {
        return errorFromErrno(errno, QStringLiteral("Locking the worktree"), lockFile);
    }
    // The lock ends with this program, however that ends; what it starts does not inherit it.
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return errorFromErrno(errno, QStringLiteral("Locking the worktree"), lockFile);
        }
        return Error{ErrorCode::Io,
                     QStringLiteral("Commits of this project are being measured already; wait for that to "
                                    "end, or end it"),
                     root};
    }
    endLeftoverProcesses(QString(markName() % u'=' % root).toLocal8Bit());
    if (const Result<void> added = made->add(cancel); !added) {
        return added.error();
    }
    if (const Result<void> written = writeFileAtomically(made->m_projectFile, project.definition(),
                                                         QStringLiteral("Keeping the project file"));
        !written) {
        return written.error();
    }
    return made;
}

Result<void> ProjectWorktree::add(const CancelToken& cancel)
{
    m_added = true; // From here on something may have to be removed.
    if (QFileInfo::exists(m_root)) {
        if (const Result<void> removed = remove(); !removed) {
            return removed;
        }
        m_added = true;
    }
    // Twice --force: the list may still name this path, although nothing is there any more.
    const auto added =
        GitProgram(m_repository)
            .output(GitProgram::undisturbed({QStringLiteral("worktree"), QStringLiteral("add"),
                                             QStringLiteral("--force"), QStringLiteral("--force"),
                                             QStringLiteral("--detach"), QStringLiteral("--no-checkout"),
                                             m_root, QStringLiteral("HEAD")}),
                    cancel);
    if (!added) {
        return added.error();
    }
    return {};
}

Result<void> ProjectWorktree::checkOut(const QString& commit, const CancelToken& cancel)
{
    if (const Result<void> removed = m_submodules.remove(); !removed) {
        return removed;
    }
    const GitProgram git(m_root);
    for (const QStringList& step :
         {QStringList{QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("--force"),
                      QStringLiteral("--detach"), commit, QStringLiteral("--")},
          QStringList{QStringLiteral("clean"), QStringLiteral("--quiet"), QStringLiteral("-x"),
                      QStringLiteral("-d"), QStringLiteral("--force"), QStringLiteral("--force")}}) {
        const auto done = git.output(GitProgram::undisturbed(step), cancel);
        if (!done) {
            Error error = done.error();
            if (error.code == ErrorCode::Io) {
                error.message =
                    QString(u"Checking out commit " % commit.left(12) % u" failed: " % error.message);
            }
            return error;
        }
    }
    return {};
}

Result<void> ProjectWorktree::remove()
{
    m_added = false;
    // A token of its own: what was cancelled must be cleaned up all the same.
    const CancelToken uncancelled;
    (void)GitProgram(m_repository)
        .ask(GitProgram::undisturbed({QStringLiteral("worktree"), QStringLiteral("remove"),
                                      QStringLiteral("--force"), QStringLiteral("--force"), m_root}),
             uncancelled);
    // What git does not know as a worktree any more, or could not take away, is a folder of the cache.
    if (QFileInfo::exists(m_root) && !QDir(m_root).removeRecursively()) {
        return Error{ErrorCode::Io, QStringLiteral("Removing the worktree failed; delete this folder"),
                     m_root};
    }
    QFile::remove(m_projectFile);
    return {};
}

} // namespace perihelion
