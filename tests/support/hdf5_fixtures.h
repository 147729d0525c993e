// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HDF5 files of known shape for the tests of datasets/hdf5, written through the HDF5 library itself.

#include "datasets/hdf5/hdf5_file.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <H5Cpp.h>

namespace perihelion::test {

struct FixtureFile {
    bool latestFormat = false;        ///< Superblock 3, object header 2, layout 4.
    std::optional<unsigned> istoreK;  ///< Gives superblock version 1.
    std::uint64_t userBlockBytes = 0; ///< 0, 512, 1024, …
};

/// Creates the file at path with these properties.
H5::H5File createFile(const QString& path, const FixtureFile& options = {});

/// Opens it for reading; without locking, because the library wants every opening of a file in one process to
/// agree.
H5::H5File openFile(const QString& path);

struct FixtureDataset {
    std::string path = "/t";
    H5::DataType type = H5::PredType::STD_I64LE;
    std::vector<hsize_t> extent{1000};
    std::vector<hsize_t> maxExtent; ///< Empty: as extent. H5S_UNLIMITED where it may grow.
    std::vector<hsize_t> chunk{100};
    bool earlyAllocation = false;
    bool unfilteredPartialChunks = false;
    /// Adds filters to the property list.
    std::function<void(H5::DSetCreatPropList&)> filters;
};

/// Creates a dataset and, unless bytes is empty, writes them as its whole content in its own type.
H5::DataSet createDataset(H5::H5File& file, const FixtureDataset& options,
                          std::span<const std::byte> bytes = {});

/// All rows through our own ways: chunk table and decoder, bytes in place, or the library where it alone can.
Result<std::vector<std::byte>> readWhole(const Hdf5File& file, const DatasetDescription& description);

/// count reproducible bytes that compress somewhat: slowly rising 8-byte numbers mixed with noise.
std::vector<std::byte> eventLikeBytes(std::size_t count, std::uint32_t seed = 1);

} // namespace perihelion::test
