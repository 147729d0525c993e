// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Our decoders as filters of the HDF5 library, decoding only, so that what only the library can read
// (scale-offset or N-bit behind LZF, compact values of filtered datasets) needs no plugin either.

#include "datasets/hdf5/dataset_description.h"

namespace perihelion {

/// Called once, by lockHdf5, with the gate held.
void registerLibraryFilters();

/// False for chunks longer than what our filters hand to the library, which would read on behind them: an ECF
/// stream says how many events it holds, but not how long the chunk is.
bool isSafeForLibrary(const DatasetDescription& description);

} // namespace perihelion
