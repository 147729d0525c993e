// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What an Hdf5File holds of the HDF5 library; shared by its source files only. Touched with the gate held.

#include "core/base/result.h"
#include "datasets/hdf5/hdf5_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace H5 {
class DataSet;
class Exception;
class H5File;
} // namespace H5

namespace perihelion {

struct Hdf5File::State {
    State();
    ~State();

    std::unique_ptr<H5::H5File> file;
    std::uint64_t superblockBase = 0;
    unsigned long fileNumber =
        0; ///< The library's number of this file: objects of linked files have another.
    /// Datasets that readRows reads from stay open, because the library's chunk cache goes with the handle.
    std::map<std::string, std::unique_ptr<H5::DataSet>> openDatasets;
};

/// "DOING failed: the library's reason", Corrupt, about this path.
Error libraryError(const QString& doing, const H5::Exception& exception, const QString& path);

} // namespace perihelion
