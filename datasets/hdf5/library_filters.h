// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Our decoders as filters of the HDF5 library, decoding only, so that what only the library can read
// (scale-offset or N-bit behind LZF, compact values of filtered datasets) needs no plugin either.

namespace perihelion {

/// Called once, by lockHdf5, with the gate held.
void registerLibraryFilters();

} // namespace perihelion
