// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Processes that a killed program left behind: a build that nobody waits for any more goes on writing into a
// folder which the next one needs. They are known by a variable of their environment, never by a name.

#include <QByteArray>

namespace perihelion {

/// Ends every other process of this user that was started with this variable ("NAME=value") in its
/// environment; returns how many were found. Those of other users are not seen.
int endLeftoverProcesses(const QByteArray& variable);

} // namespace perihelion
