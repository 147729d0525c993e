// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli info: what is known about recordings.

#include "app/cli/cli_command.h"

namespace perihelion {

CliCommand infoCommand();

/// --index: kept (read and keep), rebuild (build anew and keep), none (neither read nor keep).
void declareIndexOption(class CliOptions& options);
/// The folder and use of kept indexes that --index asks for.
Result<struct OpenOptions> openOptionsFrom(const class CliOptions& options);

} // namespace perihelion
