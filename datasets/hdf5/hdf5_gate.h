// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one gate through which every call into the HDF5 library passes, closing and destructors included: some
// builds of the library are not thread-safe, the others have one global lock anyway. Decode outside of it.

#include <mutex>

namespace perihelion {

/// Waits for the gate and holds it as long as the lock lives; the thread that holds it may ask again.
/// The first call of a thread turns the library's own error printing off.
std::unique_lock<std::recursive_mutex> lockHdf5();

} // namespace perihelion
