// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SubmoduleCheckout: the submodules of a commit that a worktree has checked out. They are borrowed from what
// the person's checkout has fetched, which needs no network, and fetched anew where it lacks them. Nothing is
// written into the person's repository, so "git submodule" does not do: it enters every submodule into its
// configuration.

#include "core/base/result.h"
#include "core/git/git_program.h"
#include "core/jobs/cancel_token.h"

#include <QString>
#include <QStringList>

namespace perihelion {

class SubmoduleCheckout {
public:
    /// repository: the person's checkout; root: top of the worktree.
    SubmoduleCheckout(QString repository, QString root);

    /// Brings up those of the commit that is checked out, and theirs. Left out are those that the person's
    /// configuration or the commit says not to update. Returns why one cannot be had, one sentence; empty
    /// when all are there. Errors: Io, Cancelled.
    Result<QString> fill(const CancelToken& cancel);
    /// Takes them away again, before another commit is checked out. Error Io.
    Result<void> remove();

private:
    /// A repository whose submodules are brought up: the worktree, or a submodule of it.
    struct Level {
        QString folder;
        QString url;         ///< What relative urls begin at.
        QStringList sources; ///< Git folders of the person's that may hold its modules.
        int depth = 0;
    };
    struct Submodule {
        QString name;
        QString path;
        QString url;
        QString update;
        QString commit;
        bool trusted = false; ///< The url stands in the person's own configuration.
    };

    Result<Level> top(const CancelToken& cancel) const;
    Result<QString> fillLevel(const Level& level, const CancelToken& cancel);
    Result<QList<Submodule>> listed(const Level& level, const CancelToken& cancel) const;
    Result<bool> applyOwnSettings(Submodule& submodule, const CancelToken& cancel) const;
    Result<QString> bringUp(const Level& level, const Submodule& submodule, const CancelToken& cancel);

    QString m_repository;
    QString m_root;
    QStringList m_filled; ///< Folders of the submodules of the worktree itself.
};

/// A url as .gitmodules has it: one that begins with "./" or "../" is meant from base on. Empty when it leads
/// beyond base.
QString submoduleUrl(const QString& base, const QString& url);

} // namespace perihelion
