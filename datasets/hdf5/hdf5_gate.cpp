// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_gate.h"

#include <hdf5.h>

namespace perihelion {

std::unique_lock<std::recursive_mutex> lockHdf5()
{
    static std::recursive_mutex gate;
    std::unique_lock lock(gate);
    // The error stack belongs to a thread in thread-safe builds, so each thread has to silence its own.
    thread_local const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    static_cast<void>(silent);
    return lock;
}

} // namespace perihelion
