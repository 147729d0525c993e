// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CommitHistory: the commits of a repository in the order in which a branch took them, and what of the
// checkout no commit holds. Runs are kept by commit, so a renamed branch keeps them by itself; after history
// was rewritten successorOf() finds the commit that took a lost one's place.

#include "core/base/result.h"
#include "core/git/git_program.h"
#include "core/jobs/cancel_token.h"

#include <QDateTime>
#include <QHash>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perihelion {

struct Commit {
    QString hash; ///< In full.
    QStringList parents;
    QString tree;
    QDateTime committed; ///< UTC.
    QDateTime authored;  ///< UTC; kept when history is rewritten.
    QString author;
    QString subject;

    bool isMerge() const { return parents.size() > 1; }
};

struct CommitTag {
    QString name;
    QString commit; ///< What it points at in the end.
};

struct SubmoduleState {
    QString path;
    QString commit;      ///< Checked out, or recorded where none is.
    bool present = true; ///< Checked out at all.
    bool moved = false;  ///< Another commit than the recorded one.
};

/// What the checkout has that its commit has not.
struct CheckoutState {
    QString commit;     ///< Empty before the first commit.
    bool dirty = false; ///< Tracked files differ, staged or not.
    /// SHA-256 of the difference, in hexadecimal; empty when there is none. Two runs of the same commit with
    /// the same hash measured the same code.
    QString diffHash;
    std::size_t untrackedFiles = 0; ///< Neither tracked nor ignored; they are no part of the difference.
};

class CommitHistory {
public:
    /// The repository that folder lies in. Error NotFound: in none, or git is missing.
    static Result<CommitHistory> open(const QString& folder, const CancelToken& cancel,
                                      const QString& gitProgram = QStringLiteral("git"));

    /// Top folder of the checkout; of a bare repository the repository itself.
    const QString& root() const { return m_git.folder(); }

    /// First-parent history of a branch, tag or commit, newest first, at most limit commits (0: all). Empty
    /// before the first commit. Error NotFound for a name that git does not know.
    Result<std::vector<Commit>> firstParents(const QString& revision, std::size_t limit,
                                             const CancelToken& cancel) const;
    /// As firstParents(), without the commits that excluded has in its history.
    Result<std::vector<Commit>> firstParentsSince(const QString& excluded, const QString& revision,
                                                  const CancelToken& cancel) const;
    /// True when the history was cut off where it was fetched ("git clone --depth").
    Result<bool> isShallow(const CancelToken& cancel) const;
    /// The local branch that a name means; nothing for a commit, a tag or a detached head.
    Result<std::optional<QString>> branchNamed(const QString& revision, const CancelToken& cancel) const;
    /// Full hash of a branch, tag, or beginning of a hash. Error NotFound.
    Result<QString> resolve(const QString& revision, const CancelToken& cancel) const;
    /// One commit, reachable or not. Error NotFound.
    Result<Commit> commit(const QString& revision, const CancelToken& cancel) const;
    /// The newest commit that both have in their history; nothing when they have none in common.
    Result<std::optional<QString>> mergeBase(const QString& a, const QString& b,
                                             const CancelToken& cancel) const;
    /// Name of the branch checked out; nothing when the head is detached.
    Result<std::optional<QString>> currentBranch(const CancelToken& cancel) const;
    /// Local branches, the one committed to last first.
    Result<QStringList> branches(const CancelToken& cancel) const;
    /// Tags that point at commits, newest first.
    Result<std::vector<CommitTag>> tags(const CancelToken& cancel) const;
    /// The submodules of the checkout.
    Result<std::vector<SubmoduleState>> submodules(const CancelToken& cancel) const;
    Result<CheckoutState> checkoutState(const CancelToken& cancel) const;

private:
    explicit CommitHistory(GitProgram git) : m_git(std::move(git)) {}

    Result<bool> hasCommits(const CancelToken& cancel) const;
    Result<std::vector<Commit>> listed(const QStringList& arguments, const CancelToken& cancel) const;

    GitProgram m_git;
};

/// Place of every commit in a history: 0 for its first.
QHash<QString, std::size_t> positionsOf(std::span<const Commit> history);

/// The commit of history that took the place of lost when history was rewritten: same author, time of writing
/// and subject, of several such the one with the same tree. Nothing when there is none or it cannot be told.
std::optional<QString> successorOf(const Commit& lost, std::span<const Commit> history);

} // namespace perihelion
