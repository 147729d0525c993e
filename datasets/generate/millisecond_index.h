// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The time index of DSEC: entry k is the first event with t ≥ 1000 k µs. Built while events are written, in
// bounded memory; given up when it would be too long or times fall.

#include <cstdint>
#include <span>
#include <vector>

namespace perihelion {

class MillisecondIndex {
public:
    /// Recordings of more than about 33 minutes get none, so that memory stays bounded.
    static constexpr std::int64_t kMaxEntries = 2'000'000;

    /// wanted: false for one that stays empty.
    explicit MillisecondIndex(bool wanted = true) : m_usable(wanted) {}

    /// False once it was given up.
    bool isUsable() const { return m_usable; }
    const std::vector<std::uint64_t>& entries() const { return m_entries; }

    /// The next events, in file order.
    void add(std::span<const std::int64_t> times)
    {
        if (!m_usable) {
            return;
        }
        for (const std::int64_t time : times) {
            if (time < m_previous || time > kMaxEntries * 1000) {
                m_usable = false;
                m_entries = {};
                return;
            }
            m_previous = time;
            for (; time >= m_next; m_next += 1000) {
                m_entries.push_back(m_count);
            }
            ++m_count;
        }
    }

private:
    bool m_usable;
    std::vector<std::uint64_t> m_entries;
    std::int64_t m_previous = INT64_MIN;
    std::int64_t m_next = 0;
    std::uint64_t m_count = 0;
};

} // namespace perihelion
