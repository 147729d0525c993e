// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The counters between this program and the C library's allocator. Part of perihelion-cli alone.

namespace perihelion {

/// Lets AllocationCounting count; without effect where the allocator cannot be stood before.
void installAllocationHooks();

} // namespace perihelion
