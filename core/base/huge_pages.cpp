// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/huge_pages.h"

#include <cstdlib>

#include <sys/mman.h>

namespace perihelion {

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kThreshold = std::size_t{1} << 20;

} // namespace

void* allocateLarge(std::size_t bytes)
{
    if (bytes < kThreshold) {
        void* const memory = std::malloc(bytes > 0 ? bytes : 1);
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
        return memory;
    }
    const std::size_t rounded = (bytes + kHugePage - 1) & ~(kHugePage - 1);
    void* const memory = rounded >= bytes ? std::aligned_alloc(kHugePage, rounded) : nullptr;
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    // Advice only: where huge pages are switched off, ordinary ones serve.
    madvise(memory, rounded, MADV_HUGEPAGE);
    return memory;
}

void freeLarge(void* memory) noexcept
{
    std::free(memory);
}

} // namespace perihelion
