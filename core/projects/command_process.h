// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Runs one command to its end in a process group of its own and measures it from outside: when it was
// started, when it first said something, when it ended, the most memory it used. Synchronous, any thread.

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/jobs/cancel_token.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>

namespace perihelion {

struct CommandRequest {
    QStringList command;                 ///< Program (a path, or a name to be found in PATH) and arguments.
    QString folder;                      ///< Where it runs.
    QHash<QString, QString> environment; ///< Added to that of this program.
    std::chrono::milliseconds timeLimit{std::chrono::minutes(10)};
    bool events = false;                  ///< Hand it a descriptor for events, in PERIHELION_EVENTS_FD.
    qsizetype outputLimit = 64LL << 20;   ///< Of each stream; more ends it.
    bool keepTail = false;                ///< Keep the end of what it says instead of ending it at the limit.
    std::chrono::milliseconds grace{500}; ///< Between SIGTERM and SIGKILL.
};

struct CommandOutcome {
    int exitStatus = 0; ///< −1 when a signal ended it.
    int signal = 0;
    bool timedOut = false;
    bool flooded = false;
    QByteArray output; ///< Standard output.
    QByteArray errors; ///< The end of standard error.
    QByteArray events;
    Nanoseconds elapsed{0}; ///< From the start to the end of the process.
    Nanoseconds firstOutput{
        -1};             ///< From the start to its first byte on any stream; negative: it said nothing.
    Nanoseconds exit{0}; ///< From its last byte to its end; of one that said nothing 0.
    Nanoseconds userTime{0};
    Nanoseconds systemTime{0};
    std::int64_t peakBytes = 0; ///< Of resident memory; 0: not known.
    bool peakIsLeast = false;   ///< It was sampled: the true peak may be higher.

    /// What went wrong, one sentence with the end of standard error; empty when it ended with status 0.
    QString failure() const;
};

/// Runs it. A command that fails, hangs or floods is an outcome. Errors: NotFound, PermissionDenied, Io: it
/// cannot be started; Cancelled, noticed within 20 ms.
Result<CommandOutcome> runCommand(const CommandRequest& request, const CancelToken& cancel);

} // namespace perihelion
