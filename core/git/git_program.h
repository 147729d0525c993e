// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// GitProgram: questions to a repository through the git program, which knows worktrees, every object format
// and the person's own configuration, and which building a commit needs anyway. Takes no locks, asks nobody
// anything, talks to no network unless it is told to clone or fetch, and starts no pager, diff tool or file
// monitor. Synchronous, any thread.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>

#include <functional>

namespace perihelion {

class GitProgram {
public:
    /// folder: where git is run; program: its name or path.
    explicit GitProgram(QString folder, QString program = QStringLiteral("git"));

    /// A variable of git's environment for everything that is asked from now on.
    void setVariable(const QString& name, const QString& value) { m_variables.insert(name, value); }
    /// The same arguments so that nothing of the person's takes part: no hook runs, nothing is collected,
    /// submodules stay out.
    static QStringList undisturbed(const QStringList& arguments);

    /// What git printed and how it ended.
    struct Answer {
        int status = 0;
        QByteArray output;
        QByteArray errors;
    };
    /// Runs git with these arguments to its end; any exit status is an answer. Error NotFound when git cannot
    /// be started, Cancelled within 50 ms, Io when it crashed.
    Result<Answer> ask(const QStringList& arguments, const CancelToken& cancel) const;
    /// As ask(), but what it prints goes to sink piece by piece and is not kept.
    Result<Answer> ask(const QStringList& arguments, const CancelToken& cancel,
                       const std::function<void(const QByteArray&)>& sink) const;
    /// What git printed; every exit status but 0 becomes an Error with git's own reason.
    Result<QByteArray> output(const QStringList& arguments, const CancelToken& cancel) const;

    /// The Error for an answer with another status than 0.
    Error errorOf(const Answer& answer) const;

    const QString& folder() const { return m_folder; }

private:
    QString m_folder;
    QString m_program;
    QHash<QString, QString> m_variables;
};

} // namespace perihelion
