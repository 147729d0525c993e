// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/allocation_hooks.h"

#include "core/measure/allocation_count.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>

// A sanitizer stands there already.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PERIHELION_COUNTS_ALLOCATIONS 1
#endif

#ifdef PERIHELION_COUNTS_ALLOCATIONS

namespace {

// Constant-initialised: the first allocation comes before any constructor.
std::atomic<bool> counting{false};
std::atomic<std::uint64_t> calls{0};
std::atomic<std::uint64_t> bytes{0};

void note(std::size_t size)
{
    if (counting.load(std::memory_order_relaxed)) {
        calls.fetch_add(1, std::memory_order_relaxed);
        bytes.fetch_add(size, std::memory_order_relaxed);
    }
}

} // namespace

extern "C" {

// What glibc calls its own; operator new ends in malloc.
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) noexcept
{
    note(size);
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept
{
    note(count * size);
    return __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) noexcept
{
    note(size);
    return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept
{
    note(size);
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    return memalign(alignment, size);
}

int posix_memalign(void** place, std::size_t alignment, std::size_t size) noexcept
{
    if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
        return EINVAL;
    }
    void* made = memalign(alignment, size);
    if (made == nullptr) {
        return ENOMEM;
    }
    *place = made;
    return 0;
}

} // extern "C"

#endif

namespace perihelion {

void installAllocationHooks()
{
#ifdef PERIHELION_COUNTS_ALLOCATIONS
    AllocationCounting hooks;
    hooks.enable = [](bool wanted) {
        calls = 0;
        bytes = 0;
        counting = wanted;
    };
    hooks.count = [] { return AllocationCount{calls.load(), bytes.load()}; };
    AllocationCounting::use(hooks);
#endif
}

} // namespace perihelion
