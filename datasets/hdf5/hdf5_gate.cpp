// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_gate.h"

#include "datasets/hdf5/library_filters.h"

#include <hdf5.h>

namespace perihelion {

namespace {

bool prepareLibrary()
{
    H5open();
    // Filters are decoded by this program alone: what is installed on a machine must not change what can be
    // read, and no environment variable may bring foreign code into the process.
    H5PLset_loading_state(0);
    registerLibraryFilters();
    return true;
}

herr_t takeFirst(unsigned /*depth*/, const H5E_error2_t* entry, void* target)
{
    auto* reason = static_cast<QString*>(target);
    if (entry != nullptr && entry->desc != nullptr) {
        *reason = QString::fromUtf8(entry->desc);
    }
    return 1;
}

} // namespace

std::unique_lock<std::recursive_mutex> lockHdf5()
{
    static std::recursive_mutex gate;
    std::unique_lock lock(gate);
    // The error stack belongs to a thread in thread-safe builds, so each thread has to silence its own.
    thread_local const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    static_cast<void>(silent);
    static const bool prepared = prepareLibrary();
    static_cast<void>(prepared);
    return lock;
}

QString hdf5Reason()
{
    QString reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, &takeFirst, &reason);
    return reason.simplified();
}

} // namespace perihelion
