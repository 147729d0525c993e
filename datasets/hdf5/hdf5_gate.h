// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one gate through which every call into the HDF5 library passes, closing and destructors included: some
// builds of the library are not thread-safe, the others have one global lock anyway. Decode outside of it.

#include <QString>

#include <mutex>

namespace perihelion {

/// Waits for the gate and holds it as long as the lock lives; the thread that holds it may ask again.
/// The first call registers our decoders with the library and turns its plugins off, the first of a thread
/// also the library's own error printing.
std::unique_lock<std::recursive_mutex> lockHdf5();

/// Innermost reason on the library's error stack of this thread, e.g. "wrong B-tree signature"; empty when
/// there is none. Call it with the gate held, right after the failed call.
QString hdf5Reason();

} // namespace perihelion
