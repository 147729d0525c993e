// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/allocation_count.h"

namespace perihelion {

namespace {

AllocationCounting usedCounting;

} // namespace

void AllocationCounting::use(const AllocationCounting& counting)
{
    usedCounting = counting;
}

const AllocationCounting* AllocationCounting::current()
{
    return usedCounting.count != nullptr ? &usedCounting : nullptr;
}

} // namespace perihelion
