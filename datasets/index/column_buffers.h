// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Decoded columns of a run of rows, reused from run to run: memory is not cleared and never shrinks, because
// fresh pages cost a third of a full read. Owned by one thread at a time.

#include "core/base/huge_pages.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace perihelion {

/// Bytes that grow without clearing or copying.
class ReusableBuffer {
public:
    /// Room for at least size bytes; the contents are lost when it has to grow.
    std::byte* reserve(std::size_t size)
    {
        if (size > m_capacity) {
            m_memory.reset();
            m_capacity = 0;
            m_memory.reset(static_cast<std::byte*>(allocateLarge(size)));
            m_capacity = size;
        }
        return m_memory.get();
    }
    std::byte* get() const { return m_memory.get(); }

private:
    struct Free {
        void operator()(std::byte* memory) const { freeLarge(memory); }
    };
    std::unique_ptr<std::byte, Free> m_memory;
    std::size_t m_capacity = 0;
};

/// Bits of a column set: 1 << ColumnIndex.
using ColumnSet = unsigned;

struct ColumnBuffers {
    std::uint64_t firstRow = 0;
    std::size_t rows = 0;     ///< Valid elements of each wanted column.
    std::size_t capacity = 0; ///< Elements there is room for, ≥ rows.
    std::int64_t* t = nullptr;
    std::uint16_t* x = nullptr;
    std::uint16_t* y = nullptr;
    std::uint8_t* p = nullptr;

    /// Room for all four columns in one piece of memory.
    void reserve(std::size_t elements)
    {
        capacity = elements;
        const std::size_t padded = (elements + 63) & ~std::size_t{63};
        std::byte* const memory =
            m_memory.reserve(padded * (sizeof(*t) + sizeof(*x) + sizeof(*y) + sizeof(*p)));
        t = reinterpret_cast<std::int64_t*>(memory);
        x = reinterpret_cast<std::uint16_t*>(t + padded);
        y = x + padded;
        p = reinterpret_cast<std::uint8_t*>(y + padded);
    }

private:
    ReusableBuffer m_memory;
};

} // namespace perihelion
