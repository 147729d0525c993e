// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RandomStream: xoshiro256++ (Blackman and Vigna, public domain algorithm), seeded by SplitMix64. Integers
// only, so the numbers are the same on every machine.

#include <array>
#include <bit>
#include <cstdint>

namespace perihelion {

class RandomStream {
public:
    explicit RandomStream(std::uint64_t seed)
    {
        for (std::uint64_t& word : m_state) {
            seed += 0x9E37'79B9'7F4A'7C15U;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBU;
            word = mixed ^ (mixed >> 31U);
        }
    }

    std::uint64_t next()
    {
        const std::uint64_t result = std::rotl(m_state[0] + m_state[3], 23) + m_state[0];
        const std::uint64_t shifted = m_state[1] << 17U;
        m_state[2] ^= m_state[0];
        m_state[3] ^= m_state[1];
        m_state[1] ^= m_state[2];
        m_state[0] ^= m_state[3];
        m_state[2] ^= shifted;
        m_state[3] = std::rotl(m_state[3], 45);
        return result;
    }

    /// 0 … bound − 1, for bounds far below 2³².
    std::uint32_t below(std::uint32_t bound)
    {
        return static_cast<std::uint32_t>(((next() >> 32U) * bound) >> 32U);
    }

private:
    std::array<std::uint64_t, 4> m_state{};
};

} // namespace perihelion
