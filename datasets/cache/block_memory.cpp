// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/block_memory.h"

#include <sys/mman.h>

#include <cstdlib>

namespace perihelion {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMappedFrom = 16 * kPage;

} // namespace

BlockMemory::~BlockMemory()
{
    if (m_bytes == nullptr) {
        return;
    }
    if (m_size >= kMappedFrom) {
        ::munmap(m_bytes, m_size);
    } else {
        std::free(m_bytes);
    }
}

BlockMemory BlockMemory::allocate(std::size_t bytes)
{
    BlockMemory memory;
    const std::size_t size = footprint(bytes);
    if (size >= kMappedFrom) {
        void* const mapped =
            ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memory.m_bytes = mapped == MAP_FAILED ? nullptr : static_cast<std::byte*>(mapped);
    } else {
        memory.m_bytes = static_cast<std::byte*>(std::calloc(1, size));
    }
    memory.m_size = size;
    return memory;
}

std::size_t BlockMemory::footprint(std::size_t bytes)
{
    const std::size_t least = bytes < 64 ? 64 : bytes;
    return least >= kMappedFrom ? (least + kPage - 1) / kPage * kPage : (least + 63) / 64 * 64;
}

} // namespace perihelion
