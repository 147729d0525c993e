// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// AllocationCounting: how often and how much memory is asked for, where the program can tell. Only
// perihelion-cli can, which puts itself between the program and the allocator; it says so here, and whoever
// measures asks here. Counts of all threads together.

#include <QStringView>

#include <cstdint>

namespace perihelion {

namespace metric {
inline constexpr QStringView kAllocations = u"allocations";
inline constexpr QStringView kAllocatedBytes = u"allocated_bytes";
} // namespace metric

struct AllocationCount {
    std::uint64_t calls = 0; ///< Of malloc, calloc, realloc and their kin, operator new among them.
    std::uint64_t bytes = 0; ///< As asked for.
};

/// What counts. Set once, before anything is measured.
struct AllocationCounting {
    void (*enable)(bool counting) = nullptr; ///< Starts from nothing, or stops.
    AllocationCount (*count)() = nullptr;

    static void use(const AllocationCounting& counting);
    /// Null where nothing counts: another program, another C library, a sanitizer.
    static const AllocationCounting* current();
};

} // namespace perihelion
