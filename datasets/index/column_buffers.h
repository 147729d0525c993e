// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Decoded columns of a run of rows, reused from run to run: memory is not cleared and never shrinks, because
// fresh pages cost a third of a full read. Owned by one thread at a time.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace perihelion {

/// A buffer that grows without clearing or copying.
template <typename T>
class ReusableBuffer {
public:
    /// Room for at least size elements; the contents are lost when it has to grow.
    T* reserve(std::size_t size)
    {
        if (size > m_capacity) {
            m_memory.reset();
            m_memory = std::make_unique_for_overwrite<T[]>(size);
            m_capacity = size;
        }
        return m_memory.get();
    }
    T* get() const { return m_memory.get(); }
    std::size_t capacity() const { return m_capacity; }
    void release()
    {
        m_memory.reset();
        m_capacity = 0;
    }

private:
    std::unique_ptr<T[]> m_memory;
    std::size_t m_capacity = 0;
};

/// Bits of a column set: 1 << ColumnIndex.
using ColumnSet = unsigned;

struct ColumnBuffers {
    std::uint64_t firstRow = 0;
    std::size_t rows = 0;     ///< Valid elements of each wanted column.
    std::size_t capacity = 0; ///< Elements there is room for, ≥ rows.
    ReusableBuffer<std::int64_t> t;
    ReusableBuffer<std::uint16_t> x;
    ReusableBuffer<std::uint16_t> y;
    ReusableBuffer<std::uint8_t> p;
};

} // namespace perihelion
