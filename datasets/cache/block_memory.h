// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BlockMemory: the bytes of one cached block. Taken from the system in whole pages when large, so that what
// is evicted goes back at once and does not stay in a heap full of holes. Move-only.

#include <cstddef>
#include <utility>

namespace perihelion {

class BlockMemory {
public:
    BlockMemory() = default;
    BlockMemory(BlockMemory&& other) noexcept
        : m_bytes(std::exchange(other.m_bytes, nullptr)),
          m_size(std::exchange(other.m_size, 0))
    {
    }
    BlockMemory& operator=(BlockMemory&& other) noexcept
    {
        std::swap(m_bytes, other.m_bytes);
        std::swap(m_size, other.m_size);
        return *this;
    }
    BlockMemory(const BlockMemory&) = delete;
    BlockMemory& operator=(const BlockMemory&) = delete;
    ~BlockMemory();

    /// Zeroed memory; empty when the system has none.
    static BlockMemory allocate(std::size_t bytes);
    /// What allocate(bytes) really takes.
    static std::size_t footprint(std::size_t bytes);

    std::byte* get() const { return m_bytes; }
    explicit operator bool() const { return m_bytes != nullptr; }

private:
    std::byte* m_bytes = nullptr;
    std::size_t m_size = 0;
};

} // namespace perihelion
