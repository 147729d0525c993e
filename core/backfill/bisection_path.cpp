// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/backfill_plan.h"
#include "core/backfill/bisection.h"

#include <algorithm>

namespace perihelion {

namespace {

/// Why the good end is not among the commits that lead to the bad one.
Error notOnThePath(const CommitHistory& history, const QString& good, const QString& goodCommit,
                   const QString& bad, const std::vector<Commit>& commits, const CancelToken& cancel)
{
    const auto lost = history.commit(goodCommit, cancel);
    const auto common = lost ? history.mergeBase(goodCommit, commits.front().hash, cancel)
                             : Result<std::optional<QString>>(lost.error());
    if (!common) {
        return common.error();
    }
    Error error{ErrorCode::InvalidArgument, QString(good % u" is not among the first parents of " % bad),
                QString()};
    if (*common && **common == commits.front().hash) {
        error.message = QString(good % u" comes after " % bad % u"; name the older commit first");
    } else if (const auto successor = successorOf(*lost, commits)) {
        error.message += QString(u"; history was rewritten, and " % successor->left(12) % u" took its place");
    } else if (*common) {
        error.message += QString(u"; both have " % (*common)->left(12) % u" in their history");
    }
    return error;
}

} // namespace

Result<BisectionPath> bisectionPath(const CommitHistory& history, const QString& good, const QString& bad,
                                    const CancelToken& cancel)
{
    for (const QString& name : {good, bad}) {
        if (name.contains(u"..")) {
            return Error{ErrorCode::InvalidArgument,
                         QString(u"A bisection takes two commits, and " % name % u" is a range"), QString()};
        }
    }
    const auto goodEnd = commitRange(history, good, cancel);
    if (!goodEnd) {
        return goodEnd.error();
    }
    auto badEnd = commitRange(history, bad, cancel);
    if (!badEnd) {
        return badEnd.error();
    }
    const QString first = goodEnd->commits.front().hash;
    const auto at = std::find_if(badEnd->commits.begin(), badEnd->commits.end(),
                                 [&first](const Commit& each) { return each.hash == first; });
    if (at == badEnd->commits.begin()) {
        return Error{ErrorCode::InvalidArgument,
                     QString(good % u" and " % bad % u" are the same commit, so there is nothing to find"),
                     QString()};
    }
    if (at == badEnd->commits.end()) {
        return notOnThePath(history, good, first, bad, badEnd->commits, cancel);
    }
    BisectionPath path;
    path.branch = badEnd->branch;
    path.notes = badEnd->notes;
    path.commits.assign(badEnd->commits.begin(), at + 1);
    std::reverse(path.commits.begin(), path.commits.end());
    return path;
}

} // namespace perihelion
