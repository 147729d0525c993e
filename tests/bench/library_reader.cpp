// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/library_reader.h"

#include "datasets/hdf5/hdf5_gate.h"

#include <QFile>

#include <hdf5.h>

namespace perihelion::bench {

namespace {

template <typename T>
bool readColumn(hid_t file, const char* name, hid_t memoryType, std::vector<T>& values)
{
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return false;
    }
    const hid_t space = H5Dget_space(dataset);
    const hssize_t rows = H5Sget_simple_extent_npoints(space);
    bool read = rows >= 0;
    if (read) {
        values.resize(static_cast<std::size_t>(rows));
        read = H5Dread(dataset, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
    }
    H5Sclose(space);
    H5Dclose(dataset);
    return read;
}

} // namespace

Result<WholeColumns> readWithLibrary(const QString& path)
{
    const auto gate = lockHdf5();
    // Without locks, as our own reader opens it: the library refuses a second opening that differs.
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(access, false, true);
    const hid_t file = H5Fopen(QFile::encodeName(path).constData(), H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0) {
        return Error{ErrorCode::Io, QStringLiteral("Opening with the HDF5 library failed"), path};
    }
    WholeColumns columns;
    const bool read = readColumn(file, "/events/t", H5T_NATIVE_INT64, columns.t) &&
                      readColumn(file, "/events/x", H5T_NATIVE_UINT16, columns.x) &&
                      readColumn(file, "/events/y", H5T_NATIVE_UINT16, columns.y) &&
                      readColumn(file, "/events/p", H5T_NATIVE_INT8, columns.p);
    H5Fclose(file);
    if (!read) {
        return Error{ErrorCode::Io, QStringLiteral("Reading with the HDF5 library failed"), path};
    }
    return columns;
}

} // namespace perihelion::bench
