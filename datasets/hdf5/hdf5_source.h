// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Hdf5Source: the files below a Hdf5File, as a read-only file driver of the HDF5 library. Links and virtual
// datasets open the files they point to with the driver of the file they stand in, so every file that the
// library ever opens for a recording comes through here and is an ordinary one: a named pipe would hold the
// library, and with it the gate, for ever. Used with the gate held.

#include <cstdint>

namespace H5 {
class DataSet;
} // namespace H5

namespace perihelion {

class Hdf5Source {
public:
    /// Registered number of the driver (a hid_t), for H5Pset_driver without a parameter; negative on failure.
    static std::int64_t driverId();
    /// False when the raw bytes of a dataset lie in something else than ordinary files ("external storage"
    /// opens its files without a driver). Files that are not there are no danger.
    static bool hasOrdinaryStorage(const H5::DataSet& dataset);
};

} // namespace perihelion
