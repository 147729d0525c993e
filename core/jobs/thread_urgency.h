// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of the processor a thread gets when others want it as well. Raising it again needs privileges that
// a program does not have, so that urgent and patient work have threads of their own.

namespace perihelion {

/// Steps the calling thread back for good, so that it runs on what others leave (ten more in niceness). Locks
/// are still given back soon: it goes on getting a small share. Does nothing where threads have no niceness.
void lowerThreadUrgency();

/// Niceness of the calling thread, −20 … 19; 0 where threads have none.
int threadNiceness();

} // namespace perihelion
