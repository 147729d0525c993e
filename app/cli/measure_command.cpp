// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/measure_command.h"

#include "app/cli/allocation_hooks.h"
#include "app/cli/build_commit.h"
#include "app/cli/cli_workloads.h"
#include "core/profile/measure_server.h"

#include <fcntl.h>
#include <unistd.h>

namespace perihelion {

int runMeasureCommand(const QString& projectFolder, const QString& projectFile, CliSession& session)
{
    installAllocationHooks();
    MeasuringProgram program;
    program.began = monotonicNow();
    program.version = QStringLiteral(PERIHELION_VERSION);
    const BuildCommit commit = buildCommit();
    program.commit = commit.id;
    program.dirty = commit.dirty;
    // What a library prints must not get among the messages.
    const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (output < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        return CliSession::kFailed;
    }
    const auto registry = makeProjectWorkloads(projectFolder, false, session.cancel(), projectFile);
    if (!registry) {
        return session.fail(registry.error());
    }
    return serveMeasurements(**registry, program, STDIN_FILENO, output, session.cancel());
}

} // namespace perihelion
