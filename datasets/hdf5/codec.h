// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What every decoder of this folder has in common: stored bytes in, decoded bytes out, never a byte outside
// either span whatever the stored bytes say. Pure functions or objects of one thread; no allocation in steady
// state.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace perihelion {

enum class DecodeStatus : std::uint8_t {
    Done,    ///< The stream ended properly; bytes of the target are filled.
    Damaged, ///< The stream contradicts itself or ends early.
    NoRoom,  ///< The stream holds more than the target.
};

struct DecodeOutcome {
    DecodeStatus status = DecodeStatus::Damaged;
    std::size_t bytes = 0; ///< Bytes written to the target when Done.

    static DecodeOutcome done(std::size_t count) { return {DecodeStatus::Done, count}; }
    static DecodeOutcome damaged() { return {DecodeStatus::Damaged, 0}; }
    static DecodeOutcome noRoom() { return {DecodeStatus::NoRoom, 0}; }
};

/// Memory that only grows and is never cleared: scratch of one decoder.
class ScratchBuffer {
public:
    std::span<std::byte> atLeast(std::size_t sizeBytes)
    {
        if (sizeBytes > m_sizeBytes) {
            m_bytes = std::make_unique_for_overwrite<std::byte[]>(sizeBytes);
            m_sizeBytes = sizeBytes;
        }
        return {m_bytes.get(), sizeBytes};
    }

private:
    std::unique_ptr<std::byte[]> m_bytes;
    std::size_t m_sizeBytes = 0;
};

} // namespace perihelion
