// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Large buffers on huge pages: the first touch of 4 MB costs 2 ms on 4 KiB pages and 0.2 ms on 2 MiB ones,
// which is half of a first frame. Small buffers come from the ordinary heap.

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace perihelion {

/// Uninitialised memory, aligned to 2 MiB and advised to huge pages from 1 MiB on; throws std::bad_alloc.
void* allocateLarge(std::size_t bytes);
/// Frees what allocateLarge() gave.
void freeLarge(void* memory) noexcept;

template <typename T>
struct LargeAllocator {
    using value_type = T;

    LargeAllocator() = default;
    template <typename U>
    LargeAllocator(const LargeAllocator<U>&) noexcept
    {
    }
    T* allocate(std::size_t count)
    {
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) {
            throw std::bad_array_new_length();
        }
        return static_cast<T*>(allocateLarge(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t) noexcept { freeLarge(memory); }
    bool operator==(const LargeAllocator&) const = default;
};

/// A vector whose memory lies on huge pages when it is large.
template <typename T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

} // namespace perihelion
