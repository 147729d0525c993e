// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CliSession: what a command may do to the outside: results to standard output, notes and progress to
// standard error, exit statuses, and the token that an interrupt cancels. Owned by main, used on its thread.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"

#include <QByteArray>
#include <QJsonValue>
#include <QString>

namespace perihelion {

/// InvalidArgument: the person asked for something that cannot be; exit status 2.
Error wrongUsage(const QString& sentence);

class CliSession {
public:
    static constexpr int kDone = 0;
    static constexpr int kFailed = 1;
    static constexpr int kWrongUsage = 2;
    static constexpr int kRegressionFound = 3;

    /// SIGINT and SIGTERM cancel the token once (a second one ends the process); a closed pipe is an error,
    /// no death.
    CliSession();

    const CancelToken& cancel() const { return m_cancel; }

    /// Writes to standard output at once. Returns kDone, or kFailed after saying why (closed pipe, disk
    /// full).
    int print(const QString& text);
    /// As print(), for large outputs (CSV) that are made piece by piece.
    int printBytes(const QByteArray& bytes);
    /// An object or array, indented, with a final newline.
    int printJson(const QJsonValue& value);
    /// One line to standard error.
    void note(const QString& line);
    /// The error's sentence to standard error; kWrongUsage for InvalidArgument, else kFailed.
    int fail(const Error& error);
    /// Shows stage and per cent on one line of standard error when that is a terminal, else shows nothing.
    ProgressReporter progressReporter();
    /// Removes the progress line.
    void endProgress();

private:
    CancelToken m_cancel;
    bool m_progressShown = false;
};

} // namespace perihelion
