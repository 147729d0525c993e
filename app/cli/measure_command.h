// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// perihelion-cli measure: the process that measures for a profile run. No command for people, so no help
// lists it; core/profile/measure_protocol.h says what goes in and out.

#include "app/cli/cli_session.h"

namespace perihelion {

/// projectFolder: whose commands it knows as well; empty: none. projectFile: as makeProjectWorkloads().
int runMeasureCommand(const QString& projectFolder, const QString& projectFile, CliSession& session);

} // namespace perihelion
