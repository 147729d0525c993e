// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The HDF5 library reading whole columns the way programs usually do: what Perihelion's own reading is
// measured against.

#include "core/base/result.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace perihelion::bench {

struct WholeColumns {
    std::vector<std::int64_t> t;
    std::vector<std::uint16_t> x;
    std::vector<std::uint16_t> y;
    std::vector<std::int8_t> p;
};

/// Opens the file and reads /events/{t,x,y,p} with one H5Dread each.
Result<WholeColumns> readWithLibrary(const QString& path);

} // namespace perihelion::bench
