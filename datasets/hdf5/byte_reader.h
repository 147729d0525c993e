// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A cursor over bytes that came from a file: every read is checked against the end, and the first one that
// goes beyond it makes this and all later reads fail (zero, ok() false), so a parser may check once per
// structure. A value type for one thread; does not own the bytes.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace perihelion {

class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    bool ok() const { return m_ok; }
    std::size_t position() const { return m_position; }
    std::size_t remaining() const { return m_bytes.size() - m_position; }

    /// The next count bytes, or an empty span with ok() false.
    std::span<const std::byte> take(std::size_t count)
    {
        if (count > remaining()) {
            m_ok = false;
            m_position = m_bytes.size();
            return {};
        }
        const std::span<const std::byte> taken = m_bytes.subspan(m_position, count);
        m_position += count;
        return taken;
    }
    void skip(std::size_t count) { (void)take(count); }

    /// Little-endian unsigned number of count bytes, 1 to 8.
    std::uint64_t unsignedLe(std::size_t count)
    {
        std::uint64_t value = 0;
        std::size_t shift = 0;
        for (const std::byte part : take(count)) {
            value |= std::to_integer<std::uint64_t>(part) << shift;
            shift += 8;
        }
        return value;
    }
    /// Big-endian unsigned number of count bytes, 1 to 8.
    std::uint64_t unsignedBe(std::size_t count)
    {
        std::uint64_t value = 0;
        for (const std::byte part : take(count)) {
            value = (value << 8) | std::to_integer<std::uint64_t>(part);
        }
        return value;
    }
    std::uint8_t u8() { return static_cast<std::uint8_t>(unsignedLe(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(unsignedLe(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(unsignedLe(4)); }
    std::uint64_t u64() { return unsignedLe(8); }

    /// True, and skipped, when the next bytes are these characters.
    bool accept(const char* characters)
    {
        const std::size_t count = std::strlen(characters);
        const std::span<const std::byte> taken = take(count);
        return taken.size() == count && std::memcmp(taken.data(), characters, count) == 0;
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
    bool m_ok = true;
};

} // namespace perihelion
