// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Runs a check as a user whom file permissions bind, so that tests on them also hold when root runs them.

#include <QString>

#include <functional>

namespace perihelion::test {

/// Runs check in a forked child that has given up root's rights (or was never root); true when the child's
/// check was true. Folders that the check needs must be open to everybody: see openToEverybody.
bool holdsUnprivileged(const std::function<bool()>& check);

/// Makes a folder readable, writable and searchable by every user.
bool openToEverybody(const QString& folder);

} // namespace perihelion::test
