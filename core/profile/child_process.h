// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChildProcess: a program in a process group of its own, spoken to line by line and ended for certain. Made
// without fork(), so that a large parent costs nothing and lends nothing to the child's memory figures. Used
// in one thread.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>

#include <sys/types.h>

namespace perihelion {

class ChildProcess {
public:
    struct Limits {
        qsizetype lineBytes = 1 << 20; ///< A longer line is not taken.
        qsizetype errorTailBytes = 4096;
        std::chrono::milliseconds grace{2000}; ///< Between SIGTERM and SIGKILL.
    };
    /// How it ended.
    struct Ending {
        int exitStatus = 0; ///< −1 when a signal ended it.
        int signal = 0;
    };
    enum class Heard {
        Line,      ///< A whole line, without its end.
        Closed,    ///< Nothing more will come.
        HalfLine,  ///< Nothing more will come, and the last line has no end.
        TooLong,   ///< More than Limits::lineBytes without an end.
        Silence,   ///< No whole line within the time allowed.
        Cancelled, ///< The token was cancelled while waiting.
    };

    /// Starts a program (a path, or a name to be found in PATH) with pipes to its standard streams. Error
    /// NotFound, PermissionDenied or Io.
    static Result<std::unique_ptr<ChildProcess>> start(const QString& program, const QStringList& arguments,
                                                       const Limits& limits);
    /// Ends the group if it still runs.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Sends a line; it leaves while the next one is read. What a dead child does not take is dropped.
    void writeLine(const QByteArray& line);
    /// Closes its standard input, when what was written has left.
    void closeInput();
    /// Waits for a line of its standard output; notices a cancel within 20 ms.
    Heard readLine(QByteArray& line, std::chrono::milliseconds allowed, const CancelToken& cancel);

    /// Waits so long for it to end by itself, then SIGTERM to its group, the grace, SIGKILL. Whatever else
    /// runs in the group is killed with it. Called again it gives the same answer.
    Ending end(std::chrono::milliseconds patience);
    /// The end of its standard error so far.
    QString errorTail() const;

private:
    struct Pipes {
        int input = -1; ///< A socket, so that writing to a dead child raises no signal.
        int output = -1;
        int errors = -1;
    };

    ChildProcess(pid_t pid, Pipes pipes, const Limits& limits);
    /// Moves bytes for so long at most, or until something came from standard output.
    void exchange(std::chrono::milliseconds wait);
    bool takeLine(QByteArray& line);
    bool hasEnded() const;
    void waitUntilEnded(std::chrono::milliseconds wait);

    pid_t m_pid;
    Pipes m_pipes;
    Limits m_limits;
    QByteArray m_outgoing;
    bool m_closeInput = false;
    QByteArray m_incoming;
    QByteArray m_errorTail;
    bool m_reaped = false;
    Ending m_ending;
};

} // namespace perihelion
