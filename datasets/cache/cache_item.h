// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CacheItem: what an EventCache keeps: something immutable that holds its share of the memory budget as long
// as anybody holds it, evicted or not.

#include "core/memory/memory_budget.h"

#include <cstdint>
#include <utility>

namespace perihelion {

class CacheItem {
public:
    virtual ~CacheItem() = default;
    CacheItem(const CacheItem&) = delete;
    CacheItem& operator=(const CacheItem&) = delete;

    std::uint64_t reservedBytes() const { return m_reservation.bytes(); }

protected:
    explicit CacheItem(Reservation reservation) : m_reservation(std::move(reservation)) {}

private:
    Reservation m_reservation;
};

} // namespace perihelion
